"""One module a task: spans found, measured, put into a table of its own."""
