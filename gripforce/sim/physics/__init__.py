"""Simulate the object: weight, friction, slip, and being held."""
