"""Simulate the device: converter, firmware, link, and faults, down to the bytes."""
