"""Printable parts in OpenSCAD, and what Python reads from them."""
