"""``gripforce COMMAND``: one module a command; heavy imports stay inside the functions."""
