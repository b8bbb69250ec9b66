"""What the screens are made of; each is drawn from a ``Frame``."""
