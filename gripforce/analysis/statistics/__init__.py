"""Estimate with intervals: bootstrap, regression, reliability."""
