"""Prepare signals: time alignment, filters, baseline, and the onsets and peaks found in them."""
