"""Bytes to messages and back, with no port, clock or callback: see ``docs/protocol.md``."""
