"""How cost grows with its input: ``python -m bench growth [--write]``."""
