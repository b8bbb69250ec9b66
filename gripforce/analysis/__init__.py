"""From arrays of force to trials and metrics: pure functions, no files, no clock.

::

    align ─> Aligned ─> find_attempts ─> find_phases ─> measure_lift ─> table
             filters    baseline         onsets         coupling, windows
"""
