"""Harnesses as WireViz text, and their pins held against the firmware's."""
