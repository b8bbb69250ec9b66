"""Many recordings to one table, by person, session and hand. See ``docs/cohort.md``."""

from gripforce.cohort.find import find_recordings
from gripforce.cohort.measure import Measured, Skipped
from gripforce.cohort.schedule import measure_here, measure_on_cluster
from gripforce.cohort.table import cohort_table, write_table

__all__ = [
    "Measured",
    "Skipped",
    "cohort_table",
    "find_recordings",
    "measure_here",
    "measure_on_cluster",
    "write_table",
]
