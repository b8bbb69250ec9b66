"""Run a patient session on the screen: setup, blocks, calibration."""
