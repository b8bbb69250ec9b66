"""Which source a block is recorded from: one device for all, or a simulated hand that does it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from gripforce.sim.tasks import TASKS
from gripforce.transport import SourceUrl

if TYPE_CHECKING:
    from gripforce.session.protocol import Block

_UNTOUCHED_TRIALS: Final = 1
_PER_TRIAL: Final = 4
"""A simulated hand does not wait for the cue: it has to go on through countdowns and rests."""
_MOST: Final = 60


def source_of(url: str, block: Block, index: int) -> str:
    """Return the URL for a block: of a simulator, the block's task with its object."""
    source = SourceUrl.parse(url)
    if source.scheme != "sim":
        return url
    options = dict(source.options)
    task = block.task if block.task in TASKS else "lift"
    seed = options.get("seed", "1")
    if seed.isdigit():
        options["seed"] = str(int(seed) + index)  # the same hand, not the same lift twice
    options["trials"] = str(_trials(block))
    if block.mass_g is not None:
        options["mass_g"] = f"{block.mass_g:g}"
    if block.surface is not None:
        options["surface"] = block.surface
    return f"sim:{task}?" + "&".join(f"{key}={quote(value)}" for key, value in options.items())


def _trials(block: Block) -> int:
    if not block.measured:
        return _UNTOUCHED_TRIALS
    if block.beat_s is not None:
        return max(1, ceil(block.trial_s / block.beat_s))
    wanted = block.trials + block.most_repeats
    return min(_MOST, wanted if block.finds_lifts else _PER_TRIAL * wanted)
