"""Write a calibration certificate in plain text: figures, limits, pass or fail, all residuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.calibration.loads import Direction
from gripforce.errors import CalibrationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.calibration.result import Calibration, FitQuality

LIMITS_PCT = {
    "non-linearity": 0.5,
    "hysteresis": 0.5,
    "repeatability": 0.3,
    "zero return": 0.3,
    "cross-talk": 1.0,
    "expanded uncertainty": 1.0,
}
"""In percent of the span; ten times the data sheet of a 20 N bar cell (0.05 %), and 1 % for the
force itself, the accuracy that a grip-load ratio needs."""


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of a calibration and its limit."""

    channel: str
    name: str
    measured_pct: float | None
    limit_pct: float

    @property
    def passed(self) -> bool | None:
        """None where it was not measured."""
        return None if self.measured_pct is None else self.measured_pct <= self.limit_pct

    @property
    def verdict(self) -> str:
        """``pass``, ``FAIL`` or ``not measured``."""
        return {True: "pass", False: "FAIL", None: "not measured"}[self.passed]


def checks(calibration: Calibration) -> tuple[Check, ...]:
    """Return the check of every figure that has a limit; none for a calibration without figures."""
    return tuple(
        Check(label, name, figure, LIMITS_PCT[name])
        for label, quality in zip(calibration.channels, calibration.quality, strict=False)
        for name, figure in _figures(quality).items()
        if name != "cross-talk" or len(calibration.channels) > 1
    )


def require_passed(calibration: Calibration) -> None:
    """Raise ``CalibrationError`` where a calibration fails a limit, so that it is not saved."""
    if any(check.passed is False for check in checks(calibration)):
        raise CalibrationError(
            "The calibration failed its limits and was not saved.",
            "The certificate lists them; measure again, or replace the cell.",
        )


def _figures(quality: FitQuality) -> dict[str, float | None]:
    return {
        "non-linearity": quality.nonlinearity_pct,
        "hysteresis": quality.hysteresis_pct,
        "repeatability": quality.repeatability_pct,
        "zero return": quality.zero_return_pct,
        "cross-talk": quality.crosstalk_pct,
        "expanded uncertainty": quality.uncertainty_pct,
    }


def certificate(calibration: Calibration, before: Calibration | None = None) -> str:
    """Return the certificate as text; ``before`` is the calibration that this one replaces."""
    lines = ["CALIBRATION CERTIFICATE", f"date     {calibration.date}"]
    if calibration.gravity_m_s2 is not None:
        lines.append(f"gravity  {calibration.gravity_m_s2:g} m/s²")
    lines += [f"verdict  {_verdict(calibration)}", ""]
    for index, channel in enumerate(calibration.channels):
        lines += [channel, *_gain_lines(calibration, channel, before)]
        if calibration.quality:
            lines += _quality_lines(calibration, index)
        lines.append("")
    if len(calibration.channels) > 1:
        lines += [*_matrix_lines(calibration), ""]
    lines += [f"note: {note}" for note in calibration.notes]
    lines += [
        "Percentages are of the span. Uncertainty is expanded, k = 2 (95 %), at the full span."
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _verdict(calibration: Calibration) -> str:
    if not calibration.quality:
        return "none: this calibration came without residuals"
    found = checks(calibration)
    failed = [f"{c.channel} {c.name}" for c in found if c.passed is False]
    missing = sorted({c.name for c in found if c.passed is None})
    verdict = f"FAIL: {', '.join(failed)}" if failed else "pass"
    return verdict + (f" (not measured: {', '.join(missing)})" if missing else "")


def _gain_lines(
    calibration: Calibration, channel: str, before: Calibration | None
) -> Iterator[str]:
    gain = calibration.gain(channel)
    zero = calibration.zero_counts[calibration.channels.index(channel)]
    yield f"  gain {gain:.6g} N/count, zero {zero:.0f} counts"
    if before is None or channel not in before.channels:
        return
    old = before.gain(channel)
    shift = zero - before.zero_counts[before.channels.index(channel)]
    yield f"  before: gain {old:.6g} N/count, now {_change(old, gain)}; zero {shift:+.0f} counts"


def _change(old: float, new: float) -> str:
    return "of the OTHER SIGN" if old * new < 0 else f"{100 * (new / old - 1):+.3f} %"


def _quality_lines(calibration: Calibration, index: int) -> Iterator[str]:
    quality, channel = calibration.quality[index], calibration.channels[index]
    yield (
        f"  {quality.points} points in {quality.runs} runs over {quality.span_n:.4g} N "
        f"({quality.span_counts:.0f} counts), noise {1e3 * quality.noise_n:.3g} mN"
    )
    for check in (c for c in checks(calibration) if c.channel == channel):
        measured = "     -  " if check.measured_pct is None else f"{check.measured_pct:6.3f} %"
        yield f"  {check.name:<21}{measured}   limit {check.limit_pct:.1f} %   {check.verdict}"
    yield f"  quadratic term       {quality.quadratic_pct:6.3f} %   (reported, not corrected)"
    if quality.crosstalk_before_pct is not None:
        yield f"  cross-talk before    {quality.crosstalk_before_pct:6.3f} %   (without the matrix)"
    yield f"  uncertainty          ±{quality.uncertainty_n:.3g} N"
    yield from _residual_lines(calibration, channel)


def _residual_lines(calibration: Calibration, channel: str) -> Iterator[str]:
    own = [r for r in calibration.residuals if r.channel == channel]
    columns = sorted({(r.run, r.direction != Direction.UP, r.direction) for r in own})
    yield "  residuals in mN"
    yield "    load N" + "".join(f"{f'{run} {direction}':>9}" for run, _, direction in columns)
    for load_n in sorted({r.load_n for r in own}):
        cells = ""
        for run, _, direction in columns:
            there = [r for r in own if (r.run, r.direction, r.load_n) == (run, direction, load_n)]
            here = [r.residual_n for r in there]
            cells += f"{1e3 * float(np.mean(here)):9.1f}" if here else " " * 9
        yield f"  {load_n:8.3f}{cells}"


def _matrix_lines(calibration: Calibration) -> Iterator[str]:
    yield "matrix, N/count (row: force, column: counts)"
    for channel, row in zip(calibration.channels, calibration.newtons_per_count, strict=True):
        yield f"  {channel:<12}" + "".join(f"{gain:14.5g}" for gain in row)
