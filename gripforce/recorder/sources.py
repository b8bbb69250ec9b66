"""Which source a block is recorded from: one device for all, or a simulated hand that does it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from gripforce.sim.options import STILL, STILL_S
from gripforce.sim.tasks.registry import TASKS
from gripforce.transport import SourceUrl

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block

_STILL: Final = 4
"""An untouched object's scene lasts for so many times what is asked for: nobody hurries."""
_HELD: Final = 2
"""Bouts that one trial is long: it may have to be repeated."""
_MOST: Final = 120
_COMES_LATER_S: Final = 1.0
_MOVEMENT_S: Final = 2.5


def source_of(url: str, block: Block, index: int) -> str:
    """Return the URL for a block: of a simulator, the block's task with its object."""
    source = SourceUrl.parse(url)
    if source.scheme != "sim":
        return url
    options = dict(source.options)
    task = block.task if block.task in TASKS else "lift"
    task = STILL if block.untouched else task
    seed = options.get("seed", "1")
    if seed.isdigit():
        options["seed"] = str(int(seed) + index)  # the same hand, not the same lift twice
    options["trials"] = str(_trials(block, task))
    if block.measured and not block.finds_lifts:
        # A simulated hand hears no cue: it rests a little longer than the session does.
        options["rest_s"] = f"{block.rest_s + block.cue_s + _COMES_LATER_S:g}"
    if block.beat_s is not None and task == "cyclic":
        options["beat_s"] = f"{block.beat_s:g}"
    if block.mass_g is not None:
        options["mass_g"] = f"{block.mass_g:g}"
    if block.surface is not None:
        options["surface"] = block.surface
    return f"sim:{task}?" + "&".join(f"{key}={quote(value)}" for key, value in options.items())


def _trials(block: Block, task: str) -> int:
    """Return for how long the hand goes on, in trials of its own."""
    if task == STILL:
        return ceil(_STILL * block.trials * (block.trial_s + block.rest_s) / STILL_S)
    if task == "p2p":  # there a trial of the simulator is one movement, here a bout of them
        beat_s = block.beat_s or _MOVEMENT_S
        return min(_MOST, _HELD * block.trials * ceil(block.trial_s / beat_s))
    return min(_MOST, block.trials + block.most_repeats)
