"""Parse a recording: bytes to records, records to streams, streams to sample accounting."""
