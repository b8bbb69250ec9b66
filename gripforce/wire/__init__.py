"""Encode and decode the wire protocol, without any input or output: see ``docs/protocol.md``."""
