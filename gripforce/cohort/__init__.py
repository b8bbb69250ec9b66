"""Many recordings to one table, by person, session and hand. See ``docs/cohort.md``."""

from gripforce.cohort.discover import find_recordings
from gripforce.cohort.executors import cluster, processes, worthwhile
from gripforce.cohort.measure import environment, measure_cohort
from gripforce.cohort.memory import Memory
from gripforce.cohort.results import Measured, Skipped
from gripforce.cohort.slopes import PRIMARY, day_noise, series_of, slopes
from gripforce.cohort.table import cohort_table, refuse_output, write_table

__all__ = [
    "PRIMARY",
    "Measured",
    "Memory",
    "Skipped",
    "cluster",
    "cohort_table",
    "day_noise",
    "environment",
    "find_recordings",
    "measure_cohort",
    "processes",
    "refuse_output",
    "series_of",
    "slopes",
    "worthwhile",
    "write_table",
]
