"""Parse a recording: bytes to records, records to streams, streams to an account of every loss."""
