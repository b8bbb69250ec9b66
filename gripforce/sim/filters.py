"""Filters of the simulator: SciPy's, without importing all of ``scipy.signal``.

That package imports half of SciPy, 70 MB and half a second of each simulator's start, for two
loops in compiled code. Those are loaded alone, as files beside it, and tried once; where a SciPy
has them not, or has others, its public functions are used. The few lines around them follow SciPy's
to the last bit, so that a seed gives the same bytes either way; the tests compare. The loops in
Python would give the same bits in nine times the time, and a simulation take half as long again.
"""

from __future__ import annotations

from functools import cache
from importlib import util
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray

_PROTOTYPE: Final = -np.exp(1j * np.pi * np.array([-1.0, 1.0]) / 4)
"""Poles of the analogue Butterworth low-pass of second order, at 1 rad/s."""
_TWICE_RATE: Final = 4.0
"""Of the bilinear transform, where the Nyquist frequency is 1."""
_EDGE: Final = 9
"""Values by which both ends are continued before a filter runs to and fro."""


def _compiled(name: str) -> Any:
    """Return a compiled module of ``scipy.signal`` without its package."""
    scipy = util.find_spec("scipy")
    folders = [] if scipy is None else scipy.submodule_search_locations or []
    spec = PathFinder.find_spec(name, [f"{folder}/signal" for folder in folders])
    if spec is None or spec.loader is None:
        raise ImportError(f"this SciPy has no file of {name}")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _loops() -> tuple[Any, Any] | None:
    """Return the loops of ``lfilter`` and ``sosfilt``; None where this SciPy has no such ones."""
    ones, sos = np.ones((2, 1)), np.array([[1.0, 0.0, 0.0, 1.0, -0.5, 0.0]])
    sections = np.ones((1, 2))
    try:
        by_fraction = _compiled("_sigtools")._linear_filter  # noqa: SLF001 - see above
        by_sections = _compiled("_sosfilt")._sosfilt  # noqa: SLF001
        filtered, _ = by_fraction(np.ones(1), sos[0, 3:5], ones, 0, np.zeros((1, 1)))
        by_sections(sos, sections, np.zeros((1, 1, 2)))
    except (ImportError, AttributeError, TypeError, ValueError):
        return None
    as_expected = [*filtered[:, 0], *sections[0]] == [1.0, 1.5, 1.0, 1.5]
    return (by_fraction, by_sections) if as_expected else None


def lfilter(
    b: Sequence[float] | FloatArray,
    a: Sequence[float] | FloatArray,
    values: FloatArray,
    state: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Filter along the first axis by the coefficients of a rational function of ``1/z``.

    Return the values and the state after them. ``state`` has one row a pole and the columns of
    ``values``; without one the filter is at rest.
    """
    poles = max(len(a), len(b)) - 1
    state = np.zeros((poles, *values.shape[1:])) if state is None else state
    b, a = (np.asarray(each, np.float64) for each in (b, a))
    if (loops := _loops()) is None:
        from scipy import signal  # noqa: PLC0415 - where its loops cannot be had alone

        filtered, after = signal.lfilter(b, a, values, axis=0, zi=state)
    else:
        filtered, after = loops[0](b, a, values, 0, state)
    return np.asarray(filtered), np.asarray(after)


def sosfilt(sos: FloatArray, values: FloatArray, state: FloatArray | None = None) -> FloatArray:
    """Filter values, shape ``(n,)``, by sections of second order, from a state of ``(1, …, 2)``."""
    after = np.zeros((1, len(sos), 2)) if state is None else np.array(state, order="C")
    if (loops := _loops()) is None:
        from scipy import signal  # noqa: PLC0415

        return np.asarray(signal.sosfilt(sos, values, zi=after[0])[0], np.float64)
    filtered = np.array(values[None, :], np.float64, order="C")
    loops[1](sos, filtered, after)  # in place
    return np.asarray(filtered[0], np.float64)


def sosfiltfilt(sos: FloatArray, values: FloatArray) -> FloatArray:
    """Filter values, shape ``(n,)``, by one section to and fro, and so without delay.

    Each end is continued point-symmetrically by ``_EDGE`` values; there must be more.
    """
    if len(values) <= _EDGE:
        raise ValueError(f"{len(values)} values are too few to filter them to and fro")
    before = 2 * values[0] - values[_EDGE:0:-1]
    after = 2 * values[-1] - values[-2 : -_EDGE - 2 : -1]
    settled = _settled(*sos)[None, None, :]
    there = np.concatenate([before, values, after])
    there = sosfilt(sos, there, settled * there[0])[::-1]
    back = sosfilt(sos, there, settled * there[0])[::-1]
    return back[_EDGE:-_EDGE]


def _settled(section: FloatArray) -> FloatArray:
    """Return the state of a section after the value 1 for ever."""
    b0, b1, b2, _, a1, a2 = section.tolist()
    state = np.linalg.solve([[1 + a1, -1.0], [a2, 1.0]], [b1 - a1 * b0, b2 - a2 * b0])
    return np.asarray(state, np.float64)


@cache
def low_pass(corner: float) -> FloatArray:
    """Return the section of a Butterworth low-pass; the Nyquist frequency is 1."""
    warped = _warped(corner)
    poles = _PROTOTYPE * warped
    return _sections(poles, warped**2, [[-1.0, -1.0]], 1.0)


@cache
def band_pass(low: float, high: float) -> tuple[FloatArray, float]:
    """Return the two sections of a Butterworth band-pass, and the rms of white noise behind it."""
    below, above = _warped(low), _warped(high)
    width = above - below
    half = _PROTOTYPE * width / 2
    apart = np.sqrt(half**2 - np.sqrt(below * above) ** 2)
    poles = np.concatenate([half + apart, half - apart])
    sos = _sections(poles, width**2, [[-1.0, -1.0], [1.0, 1.0]], _TWICE_RATE**2)
    back = np.exp(-1j * np.linspace(0.0, np.pi, 1 << 14, endpoint=False))
    response = 1.0
    for section in sos:
        above_line, below_line = (
            np.polynomial.polynomial.polyval(back, part) for part in (section[:3], section[3:])
        )
        response = response * (above_line / below_line)
    return sos, float(np.sqrt(np.mean(np.abs(response) ** 2)))


def _warped(corner: float) -> float:
    """Return the analogue frequency that the bilinear transform puts at a corner."""
    return float(_TWICE_RATE * np.tan(np.pi * corner / 2.0))


def _sections(
    poles: FloatArray, gain: float, zeros: Sequence[Sequence[float]], above: float
) -> FloatArray:
    """Return the sections of analogue poles; ``zeros`` are those of each, ``above`` their product.

    As in SciPy, the section with the poles nearest the unit circle is last.
    """
    digital = (_TWICE_RATE + poles) / (_TWICE_RATE - poles)
    gain *= float(np.real(above / np.prod(_TWICE_RATE - poles)))
    upper = digital[digital.imag > 0]
    upper = upper[np.argsort(-np.abs(1 - np.abs(upper)))]
    sos = np.array(
        [
            [*np.poly(at), *np.real(np.poly([pole, pole.conj()]))]
            for at, pole in zip(zeros, upper, strict=True)
        ]
    )
    sos[0, :3] *= gain
    return sos


@cache
def bilinear(
    b: tuple[float, ...], a: tuple[float, ...], rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Return the coefficients in ``1/z`` of an analogue filter, highest powers of ``s`` first."""
    factor = np.sqrt(rate_hz * 2)
    plus = np.polynomial.Polynomial((1.0, 1.0)) / factor
    minus = np.polynomial.Polynomial((-1.0, 1.0)) * factor
    order = max(len(a), len(b)) - 1
    above, below = (
        sum(each * plus ** (order - power) * minus**power for power, each in enumerate(part[::-1]))
        for part in (b, a)
    )
    first = below.coef[-1]
    return above.coef[::-1] / first, below.coef[::-1] / first
