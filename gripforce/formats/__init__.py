"""Foreign tables in, open formats out."""
