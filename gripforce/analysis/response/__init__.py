"""Estimate when grip force responds to an event of the load, with the uncertainty of that time."""
