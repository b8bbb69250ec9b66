"""Loads on a simulated bench recover the simulated calibration, cross-talk included."""

import asyncio
import json

import numpy as np
import pytest

from gripforce.calibration import Guide, cell_groups, from_json, require_passed
from gripforce.constants import CALIBRATION_MASSES_G, QUICK_MASSES_G
from gripforce.device import open_device
from gripforce.device.calibration_cache import calibration_path
from gripforce.model import Samples
from gripforce.sim.tasks.calibrate import STEP_S, up_and_down

FULL = ("--masses-g", ",".join(f"{mass:g}" for mass in CALIBRATION_MASSES_G))
"""The loads that the simulated bench applies."""


async def simulated_truth(url):
    async with open_device(url) as device:
        return device.calibration, device.info


@pytest.mark.parametrize(("frontend", "asked"), [("research", ()), ("entry", ("--json",))])
async def test_the_simulated_calibration_is_recovered(gripforce, frontend, asked):
    url = f"sim:calibrate?speed=max&frontend={frontend}"
    truth, info = await simulated_truth(url)
    done = await asyncio.to_thread(gripforce, "calibrate", url, "--every", 6, *FULL, *asked)
    assert done.code == 0, done.err
    answer = json.loads(done.out) if asked else {"certificate": done.out}
    assert "CALIBRATION CERTIFICATE" in answer["certificate"]
    assert answer["certificate"].count("fail") == 0
    stored = json.loads(calibration_path(info.uid).read_text())
    kept = from_json(stored)
    if asked:
        assert answer["calibration"] == stored
        assert answer["saved"] in done.err
    gains = np.diag(np.array(truth.newtons_per_count))
    np.testing.assert_allclose(
        np.array(kept.newtons_per_count), np.array(truth.newtons_per_count),
        atol=2e-4 * gains.max(),
    )  # fmt: skip
    np.testing.assert_allclose(kept.zero_counts, truth.zero_counts, atol=0.005 / gains.min())


def test_loads_that_were_not_applied_are_refused_and_nothing_is_saved(gripforce):
    done = gripforce("calibrate", "sim:calibrate?speed=max", "--every", 6, "--masses-g", "0,50,100")
    assert done.code == 1
    assert "CERTIFICATE" not in done.out


BAD = [
    (["--masses-g", "a,b"], "not a list of masses"),
    (["--masses-g", "0,-5"], "mass of -5"),
    (["--channels", "toe"], "no cell 'toe'"),
    (["--every", "1"], "too short"),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: " ".join(case[0]))
def test_what_cannot_be_is_refused_in_a_sentence(gripforce, case):
    arguments, says = case
    done = gripforce("calibrate", "sim:calibrate?speed=max", *arguments)
    assert done.code == 1
    assert says in done.err


def test_a_pipe_that_ends_is_a_sentence_and_saves_nothing(gripforce, monkeypatch):
    monkeypatch.setattr("builtins.input", ended)
    done = gripforce("calibrate", "sim:calibrate?speed=max")
    assert done.code == 1
    assert "20 loads, about 4 min" in done.err
    assert "input ended before the last load" in done.err
    assert "Traceback" not in done.err


def ended():
    raise EOFError


async def test_five_loads_a_cell_pass_and_agree_with_the_truth():
    """The bench applies nine; the quick calibration reads five of them."""
    url = "sim:calibrate?speed=max&frontend=entry"
    truth, info = await simulated_truth(url)
    guide = Guide(cell_groups(info), QUICK_MASSES_G)
    assert len(guide.steps) == 5 * 4
    applied = up_and_down(CALIBRATION_MASSES_G)
    quick = [0, applied.index(1000.0), applied.index(2000.0), len(applied) - 1 - 3, 8]
    assert [applied[k] for k in quick] == up_and_down(QUICK_MASSES_G)
    due_s = [(cell * len(applied) + k + 1) * STEP_S for cell in range(4) for k in quick]
    async with open_device(url) as device:
        async for item in device.stream():
            if isinstance(item, Samples):
                guide.readings.add(item)
                while guide.step is not None and guide.readings.now_s >= due_s[guide.done]:
                    guide.accept(due_s[guide.done])
            if guide.step is None:
                device.stop()
    made = guide.result("2026-01-01")
    require_passed(made)
    gains = np.diag(np.array(truth.newtons_per_count))
    np.testing.assert_allclose(np.diag(np.array(made.newtons_per_count)), gains, rtol=2e-3)
