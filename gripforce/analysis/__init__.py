"""From arrays of force to trials, metrics and decisions: pure functions, no files, no clock.

::

    signal ─> lift, response, measures ─> tasks ─> assessment
    align, baseline,   phases, onsets,    one module a task,   margin and coupling:
    filters            coupling, friction  one TaskContext     yes, no, cannot tell

``metric`` and ``flags`` are the tables of metrics and flags, ``columns`` looks them up.
"""
