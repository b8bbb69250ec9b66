"""The order of conditions, counterbalanced over subjects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block, Protocol


def counterbalanced(protocol: Protocol, subject: str) -> Protocol:
    """Return the protocol with the conditions of ``prepared`` rotated by the subject's code.

    The same subject always has the same order; a condition takes each place equally often over
    many subjects, as in a Latin square.
    """
    by = crc32(subject.encode())
    return replace(protocol, blocks=tuple(_rotated(block, by) for block in protocol.blocks))


def _rotated(block: Block, by: int) -> Block:
    names = list(dict.fromkeys(block.prepared))
    if not names:
        return block
    places = {name: names[(k + by) % len(names)] for k, name in enumerate(names)}
    return replace(block, prepared=tuple(places[name] for name in block.prepared))
