"""Options of a simulation: each is read, refused where it is not, and declared once."""

from pathlib import Path

import pytest

from gripforce.errors import UsageError
from gripforce.model.task import TASKS as MEASURED_TASKS
from gripforce.protocol.library import shipped_protocols
from gripforce.recorder.sources import source_of
from gripforce.sim.option_table import SIM_OPTIONS, UNATTENDED, SimOptions
from gripforce.sim.options import scene_from_options, sim_from_options
from gripforce.sim.tasks.registry import PERSON_TASKS, TASKS
from gripforce.transport import SourceUrl, make_transport
from gripforce.wire import commands
from gripforce.wire.connection import Connection

SIMULATOR_PAGE = Path(__file__).parents[2] / "docs/simulator.md"
OTHER = {
    "profile": "als", "seed": 2, "trials": 3, "mass_g": 300.0, "surface": "silk", "rest_s": 4.0,
    "beat_s": 2.5, "fasciculations_hz": 5.0, "frontend": "entry", "rate_hz": 500.0, "noise_mn": 2.5,
    "cells": "drift", "faults": "drop=0.5", "speed": "max", "order": "165,330", "prepared": "watch",
    "dropped_by": "experimenter", "target": "1:1,3:2,5:1",
}  # fmt: skip
"""A value of each option that is not its default."""
OF_SCENE = (
    "profile", "seed", "trials", "mass_g", "surface", "rest_s", "beat_s", "order", "prepared",
    "fasciculations_hz", "dropped_by", "target",
)  # fmt: skip
OF_DEVICE = ("seed", "frontend", "rate_hz", "noise_mn", "cells", "faults")
NO_LOAD = {
    ("pinch", "mass_g"),
    ("pinch", "surface"),
    ("tracking", "mass_g"),
    ("tracking", "surface"),
}
"""Nothing is lifted: the object only stands in the truth and in the recording's metadata."""


def scene(task, **options):
    return scene_from_options(task, **{"trials": 2} | options)


def same(one, other):
    return one.forces.tobytes() == other.forces.tobytes()


def sent(task, **options):
    """Return the bytes of a device's first two seconds."""
    short = {} if task == "calibrate" else {"trials": 1}
    device = sim_from_options(task, **short | options)
    device.advance(0.1)
    device.receive(Connection.send(commands.Start()))
    return device.advance(2.1)


@pytest.mark.parametrize("task", PERSON_TASKS)
def test_a_scene_depends_on_each_option_that_its_task_reads(task):
    usual = scene(task)
    for name in OF_SCENE:
        if not SIM_OPTIONS[name].is_read_by(task) or name == "trials":
            continue
        other = "silk,suede" if (task, name) == ("surfaces", "order") else OTHER[name]
        changed = scene(task, **{name: other})
        if name == "prepared":  # no profile learns by watching
            assert same(usual, changed)
            continue
        assert same(usual, changed) == ((task, name) in NO_LOAD), name
        assert not same(usual, changed) or usual.facts[name] != changed.facts[name]
    assert len(scene(task, trials=3).trials) == 3


@pytest.mark.parametrize("task", ["slip", *UNATTENDED])
def test_a_device_depends_on_its_options(task):
    usual = sent(task)
    assert sent(task) == usual
    for name in OF_DEVICE:
        assert sent(task, **{name: OTHER[name]}) != usual, name


def test_no_option_is_left_out_of_these_tests():
    assert SIM_OPTIONS.keys() == OTHER.keys() == {*OF_SCENE, *OF_DEVICE, "speed"}
    assert {name for name, option in SIM_OPTIONS.items() if option.url_only} == {"speed"}
    assert scene_from_options("still", trials=2).duration_s == pytest.approx(60.0)


def test_speed_is_read_by_the_link_of_a_url():
    assert make_transport("sim:still").paced
    assert not make_transport("sim:still?speed=max").paced


@pytest.mark.parametrize("task", TASKS)
def test_an_option_that_a_task_does_not_read_is_refused(task):
    for name, option in SIM_OPTIONS.items():
        if option.is_read_by(task):
            continue
        with pytest.raises(UsageError, match=f"simulated {task} does not depend on {name}") as e:
            make_transport(f"sim:{task}?{name}={OTHER[name]}")
        assert "It depends on" in e.value.hint
        sim_from_options(task, **{name: option.default})


@pytest.mark.parametrize("name", [name for name, o in SIM_OPTIONS.items() if o.kind is not str])
def test_numbers_out_of_range_are_refused(name):
    option = SIM_OPTIONS[name]
    for task, (low, high) in (option.limits_by_task or {"lift": option.limits}).items():
        for value in (low - 1, high + 1):
            if option.zero and value == 0:
                continue
            with pytest.raises(UsageError, match=f"{name}=.* is not possible"):
                SimOptions.of(task, {name: value})
        for value in (low, high):
            SimOptions.of(task, {name: value})
        if option.kind is float:
            with pytest.raises(UsageError, match="not possible"):
                SimOptions.parse(task, {name: "nan"})


def test_numbers_words_and_names_that_do_not_exist_are_refused():
    for options, words in (
        ({"seed": "x"}, "seed=x is not a number"),
        ({"mass_g": ""}, "mass_g= is not a number"),
        ({"surface": "glass"}, "no surface 'glass'"),
        ({"colour": "red"}, "no option 'colour'"),
    ):
        with pytest.raises(UsageError, match=words):
            SimOptions.parse("lift", options)


def test_the_simulator_performs_exactly_the_tasks_that_analysis_knows():
    assert set(PERSON_TASKS) == set(MEASURED_TASKS)


@pytest.mark.parametrize("protocol", shipped_protocols(), ids=lambda p: p.name)
def test_each_block_of_a_shipped_protocol_can_be_simulated_with_its_beat(protocol):
    for index, block in enumerate(protocol.blocks):
        if not block.recorded:
            continue
        typed = "sim:lift?profile=als&seed=3&fasciculations_hz=0.5&frontend=entry"
        url = SourceUrl.parse(source_of(typed, block, index))
        options = SimOptions.parse(url.target, url.options)
        assert options.seed == 3 + index
        assert options.frontend == "entry"
        assert options.beat_s == (block.beat_s or 0.0)
        if block.measured:
            assert (url.target, options.profile) == (block.task, "als")
            assert options.mass_g == (block.mass_of(0) or SIM_OPTIONS["mass_g"].default)
            assert options.surface == (block.surface_of(0) or SIM_OPTIONS["surface"].default)
            series = [f"{g:g}" for g in block.masses_g] or list(block.surfaces)
            assert options.order == ",".join(series)
        else:
            assert url.target in UNATTENDED


def test_a_second_recording_of_a_block_has_other_bytes_and_goes_on_with_the_series():
    block = next(b for p in shipped_protocols() for b in p.blocks if b.masses_g)
    typed = "sim:lift?seed=3"
    first, again = (
        SimOptions.parse(
            "weights", SourceUrl.parse(source_of(typed, block, 3, run, counted)).options
        )
        for run, counted in ((0, 0), (1, 7))
    )
    assert again.seed != first.seed
    masses = first.order.split(",")
    assert again.order.split(",") == [*masses[7:], *masses[:7]]


@pytest.mark.parametrize("seed", ["²", "-1", "9" * 5000])
def test_a_seed_that_is_no_number_is_refused_when_a_block_begins(seed):
    block = next(b for b in shipped_protocols()[0].blocks if b.measured)
    with pytest.raises(UsageError, match="seed="):
        make_transport(source_of(f"sim:lift?seed={seed}", block, 1))


def test_the_documentation_has_each_option_as_it_is_declared():
    page = SIMULATOR_PAGE.read_text()
    for option in SIM_OPTIONS.values():
        default = f"{option.default:g}" if isinstance(option.default, float) else option.default
        assert f"| `{option.name}` | {option.help} | {option.range} | {default} |" in page, option
