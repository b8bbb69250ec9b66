"""Try to break recordings, and write what survived to ``docs/reliability.md``."""
