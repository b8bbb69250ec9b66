"""Many recordings to one table, by person, session and hand. See ``docs/cohort.md``."""

from gripforce.cohort.discover import find_recordings
from gripforce.cohort.executors import cluster, processes
from gripforce.cohort.measure import Measured, Skipped, measure_cohort
from gripforce.cohort.table import cohort_table, refuse_output, write_table

__all__ = [
    "Measured",
    "Skipped",
    "cluster",
    "cohort_table",
    "find_recordings",
    "measure_cohort",
    "processes",
    "refuse_output",
    "write_table",
]
