"""The source that a block is recorded from: one device for all, or a simulation of its task."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from gripforce.sim.option_table import SIM_OPTIONS, STILL
from gripforce.sim.scene import STILL_S
from gripforce.sim.tasks.registry import PERSON_TASKS
from gripforce.transport import SourceUrl

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block

_STILL_FACTOR: Final = 4
"""An object at rest is simulated for this many times the block's length: operators take time."""
_BOUTS_PER_TRIAL: Final = 2
"""Bouts of movements simulated for each trial, which may have to be repeated."""
_MOST_TRIALS: Final = 120
_START_MARGIN_S: Final = 1.0
_MOVEMENT_S: Final = 2.5
_SEED_DIGITS: Final = 20
_RUN_SEEDS: Final = 1009
"""Between the seeds of a block's recordings: more than a protocol has blocks."""


def source_of(url: str, block: Block, index: int, run: int = 0, counted: int = 0) -> str:
    """Return the URL that a block is recorded from.

    Parameters: the session's source, the block, its index in the protocol, how many recordings of
    it there are already, and how many of its trials count. A simulator's URL becomes that of the
    block's task, object and metronome; another device's stays as it is.
    Options that the block's task does not depend on are left out.
    """
    source = SourceUrl.parse(url)
    if source.scheme != "sim":
        return url
    task = block.task if block.task in PERSON_TASKS else "lift"
    task = STILL if block.untouched else task
    options = dict(source.options) | _of_block(block, task, counted)
    options["seed"] = _seed(options.get("seed", "1"), index + _RUN_SEEDS * run)
    query = "&".join(f"{key}={quote(value)}" for key, value in options.items() if _reads(task, key))
    return f"sim:{task}?{query}"


def _of_block(block: Block, task: str, counted: int) -> dict[str, str]:
    """Return the options that the protocol decides; a series goes on where trials count."""
    options = {"trials": str(_trials(block, task))}
    if block.measured and not block.finds_lifts:
        # A simulated participant hears no cue, so it rests a little longer than the session does.
        options["rest_s"] = f"{block.rest_s + block.cue_s + _START_MARGIN_S:g}"
    if block.beat_s is not None:
        options["beat_s"] = f"{block.beat_s:g}"
    mass_g, surface = block.mass_of(0), block.surface_of(0)  # a series begins with the usual one
    if mass_g is not None:
        options["mass_g"] = f"{mass_g:g}"
    if surface is not None:
        options["surface"] = surface
    if block.target_knots:
        options["target"] = ",".join(
            f"{at_s:g}:{force_n:g}" for at_s, force_n in block.target_knots
        )
    if block.dropped_by is not None:
        options["dropped_by"] = block.dropped_by
    trials = [counted + k for k in range(block.trials)]
    if block.masses_g:
        options["order"] = ",".join(f"{block.mass_of(k):g}" for k in trials)
        if block.prepared:
            options["prepared"] = ",".join(block.preparation_of(k) for k in trials)
            options["rest_s"] = f"{block.rest_s + block.cue_s + _START_MARGIN_S:g}"
    elif block.surfaces:
        options["order"] = ",".join(str(block.surface_of(k)) for k in trials)
    return options


def _reads(task: str, name: str) -> bool:
    """Whether a task reads an option; an unknown one passes, to be refused with its name."""
    return name not in SIM_OPTIONS or SIM_OPTIONS[name].is_read_by(task)


def _seed(text: str, more: int) -> str:
    """Return a recording's own seed: the same participant, and not the same trial twice."""
    if not text.isdecimal() or len(text) >= _SEED_DIGITS:
        return text
    seed = int(text) + more
    return str(seed % 2**32 if int(text) < 2**32 else seed)


def _trials(block: Block, task: str) -> int:
    """Return how many trials of the simulator's own a block needs."""
    if task == STILL:
        still_s = _STILL_FACTOR * block.trials * (block.trial_s + block.rest_s)
        return min(_MOST_TRIALS, ceil(still_s / STILL_S))
    if task == "p2p":  # a simulated trial is one movement, a trial of the session a bout of them
        beat_s = block.beat_s or _MOVEMENT_S
        movements = _BOUTS_PER_TRIAL * block.trials * ceil(block.trial_s / beat_s)
        return min(_MOST_TRIALS, movements)
    return min(_MOST_TRIALS, block.trials + block.most_repeats)
