"""Forces to counts, as cells and a converter would: gains, cross-talk, noise, quantisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.calibration import Calibration, to_block
from gripforce.errors import UsageError
from gripforce.sim import filters
from gripforce.sim.device.frontend import CELL_RANGES_N, FORCE_KINDS, SensorSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from gripforce.model import CountArray, FloatArray
    from gripforce.sim.device.frontend import Frontend, StreamPlan
    from gripforce.sim.scene import Piece

_KEPT_S: Final = 1.0
"""Longer than any delay between channels; questions are asked in the order of time."""

NOISE_CHUNK: Final = 8192
"""Samples whose noise is drawn from one seed."""

CALIBRATED_ON: Final = "2025-01-01T00:00:00+00:00"
"""The bytes of a simulated device must not depend on today."""


@dataclass(frozen=True, eq=False, slots=True)
class TrueCalibration:
    """What truly turns this device's counts into newtons: ``(counts - zero) @ matrix.T``."""

    zero_counts: CountArray
    matrix: FloatArray
    """Newtons per count, exactly representable in 32 bits."""

    @classmethod
    def draw(
        cls, device: Frontend, rng: np.random.Generator, saturate_n: float | None
    ) -> TrueCalibration:
        """Draw offsets, gains within 3 % of nominal, and cross-talk."""
        n = len(FORCE_KINDS)
        full_scale = np.full(n, saturate_n) if saturate_n else np.array(device.full_scale_n)
        counts = next(s.info for s in device.streams if s.source is SensorSource.FORCES)
        gains = full_scale / counts.channels[0].full_scale_counts * rng.uniform(0.97, 1.03, n)
        leak = rng.uniform(-1.0, 1.0, (n, n)) * device.cross_talk
        np.fill_diagonal(leak, 0.0)
        matrix = np.diag(gains) @ (np.eye(n) + leak)
        offset_n = rng.uniform(-0.02, 0.02, n) * full_scale
        return cls(
            zero_counts=np.round(offset_n / gains).astype(np.int32),
            matrix=matrix.astype(np.float32).astype(np.float64),
        )

    def block(self) -> bytes:
        """Return it as the device stores it."""
        return to_block(
            Calibration(
                channels=tuple(kind.name.lower() for kind in FORCE_KINDS),
                zero_counts=tuple(self.zero_counts.tolist()),
                newtons_per_count=tuple(tuple(row) for row in self.matrix.tolist()),
                date=CALIBRATED_ON,
            )
        )

    def counts(self, newtons: FloatArray) -> FloatArray:
        """Return the unrounded counts of all force channels at once."""
        return np.asarray(
            np.linalg.solve(self.matrix, newtons.T).T + self.zero_counts, dtype=np.float64
        )


class Integral:
    """A signal that can be averaged over any span, as a converter's filter does.

    It is read in pieces, times with values, as far as it is asked for; what lies more than
    ``_KEPT_S`` before the last question is forgotten.
    """

    def __init__(self, pieces: Iterator[tuple[FloatArray, FloatArray]]) -> None:
        self._pieces = pieces
        t, values = next(pieces)
        while len(t) < 2:  # noqa: PLR2004 - one sample spans nothing
            more_t, more = next(pieces)
            t, values = np.concatenate([t, more_t]), np.concatenate([values, more])
        self._first_s, self._first = float(t[0]), values[0]
        self._t, self._last = t, values[-1]
        self._area = _areas(t, values, np.zeros((1, values.shape[1])))
        self._is_whole = False

    def mean(self, centre_s: FloatArray, width_s: float) -> FloatArray:
        """Return the mean over ``width_s`` around each centre, shape ``(n, columns)``."""
        begin, end = centre_s - width_s / 2, centre_s + width_s / 2
        first_s, last_s = float(begin.min()), float(end.max())
        self._read_until(last_s)
        self._forget_before(first_s - _KEPT_S)
        first, last = np.searchsorted(self._t, [first_s, last_s])
        near = slice(max(0, int(first) - 2), int(last) + 2)  # interp copies what it is given
        columns = range(self._area.shape[1])
        return np.column_stack(
            [self._area_at(end, c, near) - self._area_at(begin, c, near) for c in columns]
        ) / (width_s)

    def _read_until(self, end_s: float) -> None:
        times, areas = [self._t], [self._area]
        newest_s = self._t[-1]
        while newest_s < end_s and not self._is_whole:
            piece = next(self._pieces, None)
            if piece is None:
                self._is_whole = True
                break
            t, values = piece
            joint_t = np.concatenate([times[-1][-1:], t])
            joint = np.concatenate([self._last[None, :], values])
            areas.append(_areas(joint_t, joint, areas[-1][-1:])[1:])
            times.append(t)
            self._last, newest_s = values[-1], t[-1]
        if len(times) > 1:
            self._t, self._area = np.concatenate(times), np.concatenate(areas)

    def _forget_before(self, begin_s: float) -> None:
        old = int(np.searchsorted(self._t, begin_s)) - 1
        if old > len(self._t) // 2:  # seldom, because the rest is copied
            self._t, self._area = self._t[old:].copy(), self._area[old:].copy()

    def _area_at(self, at_s: FloatArray, column: int, near: slice) -> FloatArray:
        """Return the area up to ``at_s``; before and after the signal its edge values last."""
        inside = np.interp(at_s, self._t[near], self._area[near, column])
        before = np.minimum(at_s - self._first_s, 0.0) * self._first[column]
        after = np.maximum(at_s - self._t[-1], 0.0) * self._last[column]
        return np.asarray(inside + before + after, dtype=np.float64)


def _areas(t: FloatArray, values: FloatArray, begin: FloatArray) -> FloatArray:
    """Return the area up to each time, from that at the first on, shape as of ``values``."""
    steps = np.diff(t)[:, None] * (values[1:] + values[:-1]) / 2
    return np.asarray(np.cumsum(np.vstack([begin, steps]), axis=0))


class Converter:
    """One stream's cells and converter, fed with a scene."""

    def __init__(
        self,
        pieces: Iterable[Piece],
        plan: StreamPlan,
        calibration: TrueCalibration,
        seed: int,
    ) -> None:
        self._plan = plan
        self._calibration = calibration
        self._seed = seed
        if plan.source is SensorSource.FORCES:
            flaws = _Flaws(plan)
            self._signal = Integral((p.t, flaws.pass_on(p.t, p.forces)) for p in pieces)
        else:
            self._signal = Integral((p.t, p.accel) for p in pieces)
        limits = [channel.full_scale_counts for channel in plan.info.channels]
        self._limits = np.array(limits, dtype=np.float64)
        self._chunk, self._drawn = -1, (np.zeros((0, 0)), np.zeros((0, 0), np.bool_))

    def counts(self, at_s: FloatArray, width_s: float, first: int) -> CountArray:
        """Return the counts of samples that hold the forces at ``at_s`` on the scene's clock.

        ``first`` is the number of the first of them in its run.
        """
        skews = {channel.skew_us for channel in self._plan.info.channels}
        parts = {skew: self._clean(at_s + skew * 1e-6, width_s) for skew in skews}
        columns = [
            parts[channel.skew_us][:, i] for i, channel in enumerate(self._plan.info.channels)
        ]
        noise, torn = self._noise(first, len(at_s))
        read = np.column_stack(columns) + noise
        if self._plan.sensor.torn:
            read = np.where(torn, 2 * read, read)
        return np.clip(np.round(read), -self._limits - 1, self._limits).astype(np.int32)

    def _clean(self, at_s: FloatArray, width_s: float) -> FloatArray:
        values = self._signal.mean(at_s, width_s)
        columns = list(self._plan.columns)
        if self._plan.source is SensorSource.FORCES:
            sensor = self._plan.sensor
            warm = 1 - np.exp(-np.maximum(at_s, 0.0) / sensor.warm_up_s)
            drift = sensor.drift_n_per_min * at_s / 60 + sensor.warm_up_n * warm
            return self._calibration.counts(values + drift[:, None])[:, columns]
        return values[:, columns] / [channel.scale for channel in self._plan.info.channels]

    def _noise(self, first: int, n: int) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Return the noise of samples [counts] and which are torn; none span two chunks."""
        chunk, at = divmod(first, NOISE_CHUNK)
        if chunk != self._chunk:
            self._chunk, self._drawn = chunk, self._draw(chunk)
        noise, torn = self._drawn
        return noise[at : at + n], torn[at : at + n]

    def _draw(self, chunk: int) -> tuple[FloatArray, NDArray[np.bool_]]:
        seed = [self._seed, self._plan.info.id, chunk]
        if self._plan.source is SensorSource.FORCES:
            per_unit = 1 / np.diag(self._calibration.matrix)[list(self._plan.columns)]
        else:
            per_unit = np.array([1 / channel.scale for channel in self._plan.info.channels])
        shape = (NOISE_CHUNK, len(per_unit))
        noise = np.random.default_rng(seed).standard_normal(shape)
        noise *= np.asarray(self._plan.sensor.noise) * per_unit
        torn = np.zeros(shape, np.bool_)
        if share := self._plan.sensor.torn:
            torn = np.random.default_rng([*seed, 1]).random(shape) < share
        return noise, torn


_FLAWS: Final[dict[str, dict[str, float]]] = {
    # Orders of magnitude of cheap cells (from memory); the warm-up's size is a design choice.
    "drift": {"drift_n_per_min": 0.010, "warm_up_n": 0.05},
    "creep": {"creep": 0.0005},
    "hysteresis": {"hysteresis": 0.0005},
    # A shield that is not connected, and a contact that bounces: large enough to be said.
    "noise": {"noise": 0.15},
    "spikes": {"torn": 0.0005},
}


def with_flaws(device: Frontend, words: str) -> Frontend:
    """Return a device whose cells have the flaws of a comma list, such as ``drift,spikes``."""
    more: dict[str, float] = {}
    for word in filter(None, (part.strip() for part in words.split(","))):
        if word not in _FLAWS:
            known = ", ".join(_FLAWS)
            raise UsageError(f"Cells have no flaw {word!r}.", hint=f"Known: {known}.")
        more |= _FLAWS[word]
    return device.with_force_sensors(**more)


class _Flaws:
    """Creep and hysteresis of cells, from piece to piece."""

    def __init__(self, plan: StreamPlan) -> None:
        self._sensor = plan.sensor
        self._half_n = plan.sensor.hysteresis * np.array(CELL_RANGES_N) / 2
        self._slow: FloatArray | None = None
        self._played: FloatArray | None = None

    def pass_on(self, t: FloatArray, forces: FloatArray) -> FloatArray:
        """Return the forces of the next piece as the cells feel them."""
        if self._sensor.creep and len(t) > 1:
            pole = float(np.exp(-float(t[1] - t[0]) / self._sensor.creep_s))
            state = np.zeros((1, forces.shape[1])) if self._slow is None else self._slow
            slow, self._slow = filters.lfilter([1 - pole], [1, -pole], forces, state)
            forces = np.asarray(forces + self._sensor.creep * slow, dtype=np.float64)
        if self._sensor.hysteresis and len(t):
            begin = forces[0] if self._played is None else self._played
            columns = zip(forces.T, self._half_n, begin, strict=True)
            forces = np.column_stack([_played(*column) for column in columns])
            self._played = forces[-1]
        return forces


def _played(force: FloatArray, half_n: float, last: float) -> FloatArray:
    """Return a force with mechanical play: behind by ``half_n`` newtons, rising and falling."""
    out = np.empty_like(force)
    for k, value in enumerate(force.tolist()):
        last = min(max(last, value - half_n), value + half_n)
        out[k] = last
    return out
