"""Which source a block is recorded from: one device for all, or a simulated hand that does it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from gripforce.session.protocol import UNTOUCHED_TASKS
from gripforce.sim.build import STILL, STILL_S
from gripforce.sim.tasks import TASKS
from gripforce.transport import SourceUrl

if TYPE_CHECKING:
    from gripforce.session.protocol import Block

_PER_TRIAL: Final = 4
"""A simulated hand does not wait for the cue: it has to go on through countdowns and rests."""
_LIFT_S: Final = 6.0
_MOST: Final = 60


def source_of(url: str, block: Block, index: int) -> str:
    """Return the URL for a block: of a simulator, the block's task with its object."""
    source = SourceUrl.parse(url)
    if source.scheme != "sim":
        return url
    options = dict(source.options)
    task = block.task if block.task in TASKS else "lift"
    task = STILL if block.task in UNTOUCHED_TASKS else task
    seed = options.get("seed", "1")
    if seed.isdigit():
        options["seed"] = str(int(seed) + index)  # the same hand, not the same lift twice
    options["trials"] = str(_trials(block, task))
    if block.mass_g is not None:
        options["mass_g"] = f"{block.mass_g:g}"
    if block.surface is not None:
        options["surface"] = block.surface
    return f"sim:{task}?" + "&".join(f"{key}={quote(value)}" for key, value in options.items())


def _trials(block: Block, task: str) -> int:
    """Return for how long the hand goes on, in trials of its own."""
    if task == STILL:
        return ceil(_PER_TRIAL * block.trials * (block.trial_s + block.rest_s) / STILL_S)
    wanted = block.trials + block.most_repeats
    if block.finds_lifts:
        return min(_MOST, wanted)
    if block.beat_s is not None and task != "lift":
        return max(1, ceil(block.trial_s / block.beat_s))
    return min(_MOST, 1 + ceil(block.trials * (block.trial_s + block.rest_s) / _LIFT_S))
