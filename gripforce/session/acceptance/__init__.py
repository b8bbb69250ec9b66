"""Judge each trial of a session: accepted, or to be repeated and why."""
