"""Grip and load force from a load-cell precision-grip object."""
