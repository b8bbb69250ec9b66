"""Simulate the person: profiles, grip plans, motor noise, and lags."""
