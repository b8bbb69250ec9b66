"""Protocols: the blocks of a session as data, parsed from TOML and checked line by line."""

from gripforce.protocol.library import find_protocol, shipped_protocols
from gripforce.protocol.parse import Problem, read_protocol
from gripforce.protocol.schema import Block, Protocol, Validity

__all__ = [
    "Block",
    "Problem",
    "Protocol",
    "Validity",
    "find_protocol",
    "read_protocol",
    "shipped_protocols",
]
