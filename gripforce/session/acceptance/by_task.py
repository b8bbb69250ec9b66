"""Acceptance rules of each task, on the results of the task's own analysis.

A rule returns the reasons to repeat a trial, each with an instruction; none: it is accepted. The
kinds of rule (direction, number of cycles, force window) and the quarter of movements that may go
the wrong way are those of GRIP/DEX. The other limits are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.tasks.context import numbers
from gripforce.analysis.tasks.p2p import DOWN, UP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.model import FloatArray
    from gripforce.protocol.schema import Block

GAP: Final = TrialFlag.GAP.meaning
DROPPED: Final = TrialFlag.DROPPED.meaning
SHORTEST_EFFORT_S: Final = 1.0
"""A plateau that a maximum can be read from; ``hold_s`` of the protocol may ask for more."""
SLOWEST_RISE: Final = 0.5
"""Share of a trial within which an effort is to reach its plateau."""
PLATEAU: Final = 0.8
FEWEST_MOVEMENTS: Final = 0.5
"""Share of the beats that must have been answered by a movement."""
MOST_WRONG: Final = 0.25
MOST_OFF_BEAT: Final = 1 / 3
"""A slow arm may fall behind the metronome by so much: the task still has its rhythm."""
WEAKER: Final = 0.9
_NEAR: Final = (0.5, 2.0)
"""Shares of a target that changes between which a force follows it."""


@dataclass(frozen=True, slots=True)
class TrialEvidence:
    """A span of time and what the task's analysis found in it (``trials``)."""

    block: Block
    start_s: float
    stop_s: float
    result: TaskResult
    trials: Sequence[MeasuredTrial]
    fell: bool
    """Whether free fall was detected."""
    earlier: Sequence[Mapping[str, float]]
    """Figures of this block's trials that count."""


@dataclass(frozen=True, slots=True)
class AcceptanceFinding:
    """The result of a rule."""

    why: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    figures: Mapping[str, float | None] | None = None


def judge_pinch(evidence: TrialEvidence) -> AcceptanceFinding:
    """Ask for one effort that rises, stays, and is above the floor."""
    if not evidence.trials:
        return AcceptanceFinding(("no squeeze was found: squeeze as hard as you can",))
    best = max(evidence.trials, key=lambda trial: _figure(trial, "mvc_n") or 0.0)
    mvc, plateau_s = _figure(best, "mvc_n"), _figure(best, "duration_s")
    if mvc is None or plateau_s is None:
        return AcceptanceFinding((GAP,))
    rise_s = _rise_s(evidence, best, mvc)
    least_s = max(SHORTEST_EFFORT_S, evidence.block.valid.hold_s)
    floor_n = evidence.block.valid.grip_n[0]
    why = []
    if mvc < floor_n <= (_figure(best, "gf_peak_n") or 0.0):
        why.append(f"the squeeze held {mvc:.1f} N only, at least {floor_n:g} N are asked for")
    if plateau_s < least_s:
        why.append(
            f"the squeeze lasted {plateau_s:.1f} s, {least_s:g} s are needed: "
            "keep squeezing until it beeps"
        )
    if rise_s > SLOWEST_RISE * evidence.block.trial_s:
        why.append(f"the force took {rise_s:.1f} s to rise: squeeze hard at once")
    strongest = max((e["mvc_n"] for e in evidence.earlier if "mvc_n" in e), default=0.0)
    remarks = []
    if len(evidence.trials) > 1:
        remarks.append("squeezed more than once")
    if mvc < WEAKER * strongest:
        remarks.append(f"{100 * (1 - mvc / strongest):.0f} % weaker than the best so far")
    figures = {"mvc_n": mvc, "duration_s": plateau_s, "rise_s": rise_s}
    return AcceptanceFinding(tuple(why), tuple(remarks), figures)


def judge_slip(evidence: TrialEvidence) -> AcceptanceFinding:
    """Ask for a slow release that ends in a slip."""
    if not evidence.trials:
        return AcceptanceFinding(
            ("the object was not held in the air: hold it up, then let go slowly",)
        )
    slips = [trial for trial in evidence.trials if _figure(trial, "slip_force_n") is not None]
    slow = [trial for trial in slips if TrialFlag.FAST_RELEASE not in trial.flags]
    if not slips and any(TrialFlag.GAP in trial.flags for trial in evidence.trials):
        return AcceptanceFinding((GAP,))
    if not slips and evidence.fell:
        return AcceptanceFinding(
            ("it fell before a slow release was detected: open the fingers more slowly",)
        )
    if not slips:
        return AcceptanceFinding(
            ("no slip was detected: open the fingers until it falls, do not put it down",)
        )
    best = (slow or slips)[-1]
    rate = _figure(best, "release_rate_n_per_s")
    names = ("slip_force_n", "mu", "release_rate_n_per_s")
    figures = {name: _figure(best, name) for name in names}
    why = (
        () if slow else (f"released too fast ({rate or 0:.1f} N/s): open the fingers more slowly",)
    )
    return AcceptanceFinding(why, (), figures)


def judge_p2p(evidence: TrialEvidence) -> AcceptanceFinding:
    """Ask for movements up and down in turns, in the direction that is due, at most beats."""
    if evidence.fell:
        return AcceptanceFinding((DROPPED,))
    done = [str(trial.values["direction"]) for trial in evidence.trials]
    asked = int(evidence.block.trial_s / evidence.block.beat_s) if evidence.block.beat_s else 2
    fewest = max(2, int(FEWEST_MOVEMENTS * asked))
    wrong = _out_of_turn(done)
    why = []
    if len(done) < fewest:
        why.append(f"{len(done)} of {asked} movements: move at each beep, stop in between")
    elif evidence.block.valid.wrong_direction and wrong > MOST_WRONG * len(done):
        why.append(f"wrong direction in {wrong} of {len(done)} movements: up first, then down")
    figures = {
        "movements": float(len(done)),
        "wrong_direction": float(wrong),
        "gf_static_n": _median(evidence.trials, "gf_static_n"),
    }
    remarks = (f"{wrong} movements in the wrong direction",) if wrong and not why else ()
    return AcceptanceFinding(tuple(why), remarks, figures)


def _out_of_turn(done: Sequence[str]) -> int:
    """Return how many movements went the other way than was due: up first, then in turns.

    What is due follows from the movement before it, so one that was left out is one mistake, not
    the first of many.
    """
    due, wrong = UP, 0
    for direction in done:
        wrong += direction != due
        due = DOWN if direction == UP else UP
    return wrong


def judge_cyclic(evidence: TrialEvidence) -> AcceptanceFinding:
    """Ask for enough whole cycles at about the metronome's rate."""
    if evidence.fell:
        return AcceptanceFinding((DROPPED,))
    if not evidence.trials:
        return AcceptanceFinding(("no movement up and down was found: keep moving with the beat",))
    bout = max(evidence.trials, key=lambda trial: _figure(trial, "cycles") or 0.0)
    rate_hz, cycles = _figure(bout, "frequency_hz"), _figure(bout, "cycles") or 0.0
    if TrialFlag.GAP in bout.flags:
        return AcceptanceFinding((GAP,))
    if TrialFlag.FEW_CYCLES in bout.flags or rate_hz is None:
        return AcceptanceFinding(
            (f"{cycles:.0f} whole cycles are too few: keep moving until it beeps",)
        )
    why, beat_s = [], evidence.block.beat_s
    if beat_s is not None and abs(rate_hz * beat_s - 1) > MOST_OFF_BEAT:
        word = "faster" if rate_hz * beat_s > 1 else "slower"
        why.append(f"{rate_hz:.2f} cycles a second, {word} than the beat of {1 / beat_s:.2f}")
    names = ("cycles", "frequency_hz", "xcorr_r", "xcorr_lag_ms")
    return AcceptanceFinding(tuple(why), (), {name: _figure(bout, name) for name in names})


def judge_drop(evidence: TrialEvidence) -> AcceptanceFinding:
    """Ask for an impact on an object that stays in the hand."""
    nothing = "no impact was detected: let the weight fall onto the held object"
    return _judge_pushed(evidence, nothing, ("gf_onset_ms", "preparation_pct"))


def judge_step(evidence: TrialEvidence) -> AcceptanceFinding:
    """Ask for a step of load on an object that stays in the hand."""
    nothing = "no load step was detected: hold the object still, then pull"
    return _judge_pushed(evidence, nothing, ("latency_ms", "load_step_n"))


def _judge_pushed(
    evidence: TrialEvidence, nothing: str, names: tuple[str, ...]
) -> AcceptanceFinding:
    if evidence.fell:
        return AcceptanceFinding((DROPPED,))
    if not evidence.trials:
        return AcceptanceFinding((nothing,))
    measured = [trial for trial in evidence.trials if TrialFlag.GAP not in trial.flags]
    if not measured:
        return AcceptanceFinding((GAP,))
    silent = any(TrialFlag.NO_RESPONSE in trial.flags for trial in measured)
    remarks = (TrialFlag.NO_RESPONSE.meaning,) if silent else ()
    return AcceptanceFinding((), remarks, {name: _median(measured, name) for name in names})


def judge_tracking(evidence: TrialEvidence) -> AcceptanceFinding:
    """Ask for grip force in the target band for long enough.

    About a target that changes the band is wide: whoever tries stays in it, however late.
    """
    block, traces = evidence.block, evidence.result.traces
    inside = (traces.t >= evidence.start_s) & (traces.t < evidence.stop_s) & traces.valid
    force, since_s = traces.gf[inside], traces.t[inside] - evidence.start_s
    if not inside.any() or (block.target_n is None and not block.target_knots):
        return AcceptanceFinding(() if inside.any() else (GAP,))
    low, high, words = _band(block, since_s)
    share_pct = 100 * float(np.mean((force >= low) & (force <= high)))
    least_pct = block.valid.in_band_pct
    why = []
    if share_pct < least_pct:
        side = "harder" if float(np.median(force - low)) < 0 else "less hard"
        why.append(
            f"{words} for {share_pct:.0f} % of the time, {least_pct:g} % are asked for: "
            f"squeeze {side}"
        )
    names = ("rmse_generation_n", "rmse_release_n", "xcorr_lag_ms")
    figures = {name: _median(evidence.trials, name) for name in names if block.target_knots}
    return AcceptanceFinding(tuple(why), (), {"in_band_pct": share_pct, **figures})


def _band(block: Block, since_s: FloatArray) -> tuple[FloatArray, FloatArray, str]:
    """Return the lowest and highest force [N] that are in the band, by time, and its words."""
    if block.target_n is not None:
        low_n, high_n = block.target_n
        flat = np.ones_like(since_s)
        return low_n * flat, high_n * flat, f"in the band of {low_n:g} to {high_n:g} N"
    at_s, force_n = np.array(block.target_knots).T
    target = np.interp(since_s, at_s, force_n)
    low, high = _NEAR[0] * target, _NEAR[1] * target
    return low, high, "between half and double of the target"


RULES: Final[Mapping[str, Callable[[TrialEvidence], AcceptanceFinding]]] = {
    "pinch": judge_pinch,
    "slip": judge_slip,
    "p2p": judge_p2p,
    "cyclic": judge_cyclic,
    "drop": judge_drop,
    "step": judge_step,
    "tracking": judge_tracking,
}
"""By task; the tasks whose trials are lifts are judged as lifts."""


def _rise_s(evidence: TrialEvidence, trial: MeasuredTrial, mvc_n: float) -> float:
    """Return how long an effort took from its onset to its plateau."""
    traces, onset_s = evidence.result.traces, trial.events["t_onset_s"] or 0.0
    first = int(np.searchsorted(traces.t, onset_s))
    return int(np.argmax(traces.gf[first:] > PLATEAU * mvc_n)) / traces.rate_hz


def _figure(trial: MeasuredTrial, name: str) -> float | None:
    value = trial.values.get(name)
    return float(value) if isinstance(value, int | float) else None


def _median(trials: Sequence[MeasuredTrial], name: str) -> float | None:
    values = numbers(trials, name)
    return float(np.median(values)) if values else None
