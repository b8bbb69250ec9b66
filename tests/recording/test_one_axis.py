"""Samples, events, markers and exports of one recording agree on one axis, that of the force."""

import numpy as np
import pytest

from gripforce.analysis.tasks.registry import analyze_task
from gripforce.device import open_device
from gripforce.formats.frame import to_frame
from gripforce.model import Kind, Samples
from gripforce.recording import Recorder, items, read_recording
from gripforce.sim.tasks.registry import make_scene
from tests.analysis.analytic_lifts import recording, stream

FRONTS = ["research", "entry"]
"""All channels together, 0.75 ms late; each in a stream of its own, 25 ms late."""
OTHER_AXIS_S = 0.010
COLUMNS = ("grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n")


async def run(path, front):
    live = []
    with Recorder(path, {"task": "lift"}, least_free_bytes=0) as recorder:
        url = f"sim:lift?seed=4&trials=1&speed=max&frontend={front}"
        async with open_device(url) as device:
            async for item in recorder.through(device.stream()):
                live.append(item)  # noqa: PERF401 - a comprehension would outlive the device
    return live, read_recording(path)


def channels(written):
    """Yield the column, times and values of each force channel."""
    for samples in written.streams.values():
        for k, channel in enumerate(samples.stream.channels):
            if channel.kind.is_force:
                yield samples.columns[k], samples.channel_t(k), samples.values[:, k]


@pytest.mark.parametrize("front", FRONTS)
async def test_samples_and_exports_stand_where_the_force_acted(tmp_path, front):
    _, written = await run(tmp_path / "a.grip", front)
    scene = make_scene("lift", trials=1, seed=4)
    exported = to_frame(written)
    for column, t, values in channels(written):
        true = scene.forces[:, COLUMNS.index(column)]
        slope = np.abs(np.gradient(true, scene.t)).max()
        error = np.abs(values - np.interp(t, scene.t, true))
        assert np.percentile(error, 99) < OTHER_AXIS_S * slope, "it is on the ticks' axis"
        known = ~np.isnan(exported[column])
        error = exported[column] - np.interp(exported["t_s"], scene.t, true)
        assert np.percentile(np.abs(error[known]), 99) < OTHER_AXIS_S * slope


@pytest.mark.parametrize("front", FRONTS)
async def test_events_stand_on_the_axis_of_the_samples(tmp_path, front):
    _, written = await run(tmp_path / "a.grip", front)
    result = analyze_task(written)
    (trial,) = result.trials
    (scene_trial,) = make_scene("lift", trials=1, seed=4).trials
    at_s = trial.events["t_liftoff_s"]
    load = sum(np.interp(at_s, t, v) for column, t, v in channels(written) if "load" in column)
    in_analysis = np.interp(at_s, result.traces.t, result.traces.lf)
    steepest = np.abs(np.gradient(result.traces.lf, result.traces.t)).max()
    assert abs(load - in_analysis) < 0.004 * steepest
    assert at_s == pytest.approx(scene_trial["t_liftoff_s"], abs=0.02)


@pytest.mark.parametrize("front", FRONTS)
async def test_the_ticks_are_one_attribute_away_and_second_zero_is_the_first(tmp_path, front):
    live, written = await run(tmp_path / "a.grip", front)
    assert min(s.tick_s[0] for s in written.streams.values()) == pytest.approx(0, abs=1e-9)
    for samples in written.streams.values():
        late_s = samples.tick_s - samples.t
        np.testing.assert_allclose(late_s, samples.stream.latency_us * 1e-6, atol=1e-9)
    again = list(items(tmp_path / "a.grip"))
    for samples in written.streams.values():
        for heard in (live, again):
            t = [i.t for i in heard if isinstance(i, Samples) and i.stream == samples.stream]
            np.testing.assert_allclose(np.sort(np.concatenate(t)), samples.t, atol=5e-5)


async def test_live_samples_carry_host_time_that_rises_with_their_own(tmp_path):
    live, written = await run(tmp_path / "a.grip", "research")
    force = [i for i in live if isinstance(i, Samples) and i.stream.name == "force"]
    host_s, t = (np.concatenate([getattr(i, n) for i in force]) for n in ("host_s", "t"))
    assert np.all(np.diff(host_s) > 0)
    settled = t > t[-1] / 2
    np.testing.assert_allclose(written.clock.to_host_s(t[settled]), host_s[settled], atol=1e-3)


def test_a_multiplexed_channel_is_exported_at_its_own_instant():
    t = np.arange(0.0, 4.0, 0.002)
    skews_us = [0, 1000]
    columns = [np.sin(2 * np.pi * (t + skew * 1e-6 - 0.003)) for skew in skews_us]
    kinds = [Kind.GRIP, Kind.LOAD]
    samples = stream(kinds, t, columns, rate_hz=500.0, skews_us=skews_us, latency_us=3000)
    for k, column in enumerate(columns):
        np.testing.assert_allclose(np.sin(2 * np.pi * samples.channel_t(k)), column, atol=1e-9)
    table = to_frame(recording(samples))
    known = ~np.isnan(table.load_n) & ~np.isnan(table.grip_n)
    assert np.abs(table.grip_n - table.load_n)[known][5:-5].max() < 2e-4
