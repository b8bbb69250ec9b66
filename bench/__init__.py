"""The numbers that ``docs/performance.md`` promises, measured: ``make bench``."""
