"""A session in words: how many trials were good, the verdicts, what to repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Analysis, Estimate
    from gripforce.session.state_machine import SessionMachine

CAUTION = "For research; no diagnosis. More grip than needed has many causes."


def trials_words(session: SessionMachine) -> list[str]:
    """Return a line for each block that asked for trials."""
    lines = []
    for index, block in enumerate(session.protocol.blocks):
        if not block.measured:
            continue
        done = session.progress.block(index)
        name = f"{block.title}, {session.hand_of(block)} hand"
        if done.skipped:
            lines.append(f"– {name}: skipped, {done.skipped}")
            continue
        sign = "✓" if done.counted >= block.trials else "!"
        repeated = f", {done.repeats} repeated" if done.repeats else ""
        lines.append(f"{sign} {name}: {done.counted} of {block.trials} good{repeated}")
    return lines


def repeat_words(session: SessionMachine) -> list[str]:
    """Return what is missing."""
    short = [
        f"{block.title}, {session.hand_of(block)} hand"
        for index, block in enumerate(session.protocol.blocks)
        if block.measured
        and not session.progress.block(index).skipped
        and session.progress.block(index).counted < block.trials
    ]
    return [f"To repeat: {'; '.join(short)}."] if short else ["Nothing is to be repeated."]


def verdict_words(analyses: Mapping[str, Analysis], refused: Sequence[str]) -> list[str]:
    """Return both verdicts for each hand, with the intervals that they rest on."""
    lines: list[str] = []
    for hand, analysis in analyses.items():
        lines.append(f"{hand.capitalize() or 'Unknown'} hand")
        for verdict in analysis.verdicts.values():
            lines += [f"  {verdict.question} {str(verdict.answer).upper()}", f"    {verdict.why}"]
        lines += [f"    {text}" for text in _figures(analysis)]
        lines.append("")
    return [*lines, *refused]


def _figures(analysis: Analysis) -> list[str]:
    lines = []
    lag = analysis.summary.get("xcorr_lag_ms")
    if lag is not None:
        lines.append(f"grip behind load: {_interval(lag, 'ms', 0)}")
    ratio = analysis.summary.get("gf_lf_ratio")
    if ratio is not None:
        lines.append(f"GF/LF in the hold: {_interval(ratio, '', 2)}")
    if analysis.margin is not None:
        margin = analysis.margin.static_margin_pct_of_slip
        lines.append(f"safety margin: {_interval(margin, '% of the slip force', 0)}")
    return lines


def _interval(estimate: Estimate, unit: str, digits: int) -> str:
    middle = f"{estimate.value:.{digits}f} {unit}".rstrip()
    if estimate.ci_low is None or estimate.ci_high is None:
        return f"{middle} (n = {estimate.n})"
    low, high = f"{estimate.ci_low:.{digits}f}", f"{estimate.ci_high:.{digits}f}"
    return f"{middle} (95 %: {low} to {high}, n = {estimate.n})"
