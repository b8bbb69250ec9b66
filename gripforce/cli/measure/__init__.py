"""Commands that measure: devices, check, calibrate, record, session, monitor."""
