"""A scene that unfolds is the whole one to the last bit, begins at once, forgets the past."""

import itertools
import weakref

import numpy as np
import pytest

from gripforce.sim import scene
from gripforce.sim.device.cells import Integral
from gripforce.sim.device.device import SimDevice
from gripforce.sim.device.faults import FaultPlan
from gripforce.sim.device.frontend import frontend
from gripforce.sim.option_table import SimOptions
from gripforce.sim.options import sim_from_options
from gripforce.sim.person.noise import SlowNoise, slow
from gripforce.sim.task_metadata import task_metadata
from gripforce.sim.tasks.registry import PERSON_TASKS, TASKS, perform, perform_live
from gripforce.transport.simulated import read_ahead
from gripforce.wire import commands
from gripforce.wire.connection import Connection

START = Connection.send(commands.Start(request=1))


@pytest.mark.parametrize(
    ("task", "more"),
    [
        *((task, {"trials": 3}) for task in PERSON_TASKS),
        ("lift", {"trials": 3, "fasciculations_hz": 2.0}),
        ("still", {"trials": 3}),
        ("calibrate", {}),
    ],
)
def test_it_is_the_whole_scene_to_the_last_bit(task, more):
    options = SimOptions.of(task, {"seed": 11, **more})
    whole, live = perform(task, options), perform_live(task, options)
    for _ in range(2):  # it can be performed again
        pieces = list(live.pieces())
        for name in ("t", "forces", "accel"):
            joined = np.concatenate([getattr(piece, name) for piece in pieces])
            np.testing.assert_array_equal(joined, getattr(whole, name))
    assert live.trials == whole.trials
    assert live.facts == whole.facts
    assert live.duration_s == whole.duration_s


@pytest.mark.parametrize("most_kept", [1, 100])
@pytest.mark.parametrize("task", ["drop", "surfaces", "tracking"])
def test_what_a_recording_says_of_each_trial_is_foreseen(task, most_kept, monkeypatch):
    monkeypatch.setattr(scene, "_MOST_KEPT", most_kept)
    options = SimOptions.of(task, {"trials": 2, "seed": 11})
    whole, live = perform(task, options), perform_live(task, options)
    assert task_metadata(live) == task_metadata(whole) != {}
    assert live.trials == ()
    assert live.facts == whole.facts
    forces = np.concatenate([piece.forces for piece in live.pieces()])
    np.testing.assert_array_equal(forces, whole.forces)
    assert live.trials == whole.trials


@pytest.mark.parametrize(
    ("task", "more"),
    [
        *itertools.product(
            ["lift", "drop", "surfaces", "tracking"],
            [{}, {"fasciculations_hz": 2.0}, {"faults": "reset_at_s=4"}],
        ),
        ("still", {}),
    ],
)
def test_a_thousand_trials_begin_with_the_first(task, more):
    live = sim_from_options(task, trials=1000, **more)._scene
    next(live.pieces())
    assert live.trials == ()
    assert live.duration_s == float("inf")


def test_after_a_reset_a_scene_goes_on_as_a_whole_one_does():
    """It is not performed anew: its converters have the samples from the reset on."""

    def sent(scene):
        device = SimDevice(
            scene,
            frontend=frontend("research", None),
            faults=FaultPlan.parse("reset_at_s=4,reset_at_s=13,no_resend"),
            seed=3,
        )
        out = device.advance(1.0)
        for starts_s in (0.0, 5.5, 14.2):
            device.receive(START)
            out += b"".join(device.advance(1.0 + starts_s + at) for at in np.arange(0.0, 9.0, 0.1))
        return out

    begun = []
    options = SimOptions.of("lift", {"trials": 3, "seed": 3})
    whole, live = perform("lift", options), perform_live("lift", options)
    again = live._perform
    live._perform = lambda: begun.append(1) or again()
    assert sent(live) == sent(whole)
    assert begun == [1]


def test_memory_holds_what_is_near_the_present():
    t = np.arange(1000) / 100
    pieces = ((t + 10.0 * k, np.sin(t + 10.0 * k)[:, None]) for k in itertools.count())
    integral = Integral(pieces)
    for at_s in np.arange(5.0, 2000.0, 5.0):
        mean = integral.mean(np.array([at_s]), 0.1)
        exact = (np.cos(at_s - 0.05) - np.cos(at_s + 0.05)) / 0.1
        assert mean == pytest.approx(exact, abs=1e-4)
        assert len(integral._t) < 4000


@pytest.mark.parametrize("task", ["cyclic", "p2p"])
def test_a_device_forgets_what_it_has_sent(task):
    """Its streams are apart by the longest part that one of them computes at once, 5 s."""
    forces = []

    def watched(pieces):
        for piece in pieces:
            forces.append(weakref.ref(piece.forces))
            yield piece

    device = sim_from_options(task, trials=60, through=watched)
    device.advance(1.0)
    device.receive(START)
    most = 0
    for at_s in np.arange(1.0, 100.0, 0.5):
        device.advance(at_s)
        most = max(most, sum(one() is not None for one in forces))
    assert len(forces) > 20
    assert most <= 6


@pytest.mark.parametrize("task", TASKS)
def test_no_piece_is_longer_than_a_few_seconds(task):
    options = {} if task == "calibrate" else {"trials": 2}
    live = perform_live(task, SimOptions.of(task, options))
    pieces = list(live.pieces())
    assert max(len(piece.t) for piece in pieces) <= scene.MOST_SAMPLES
    steps = np.diff(np.concatenate([piece.t for piece in pieces]))
    assert np.ptp(steps) < 1e-9


def test_noise_in_pieces_is_the_noise_at_once():
    at_once = slow(5000, 1000.0, np.random.default_rng(3))
    noise = SlowNoise(1000.0, np.random.default_rng(3))
    pieces = [noise.next(n) for n in (1, 0, 999, 3000, 1000)]
    np.testing.assert_array_equal(np.concatenate(pieces), at_once)


def test_reading_ahead_changes_nothing_and_ends():
    assert list(read_ahead(iter(range(100)))) == list(range(100))
    endless = read_ahead(itertools.count())
    assert [next(endless) for _ in range(3)] == [0, 1, 2]
    endless.close()


def test_an_error_comes_where_its_item_would_have_come():
    def failing():
        yield 1
        raise ValueError("no more")

    items = read_ahead(failing())
    assert next(items) == 1
    with pytest.raises(ValueError, match="no more"):
        next(items)


@pytest.mark.parametrize("options", [{}, {"faults": "reset_at_s=4"}, {"cells": "creep,hysteresis"}])
def test_a_device_sends_the_same_whether_it_is_prepared_or_not(options):
    def sent(**more):
        device = sim_from_options("lift", trials=2, **options, **more)
        device.advance(1.0)
        device.receive(START)
        return b"".join(device.advance(1.0 + at) for at in np.arange(0.0, 20.0, 0.1))

    assert sent() == sent(through=read_ahead)
