"""Loads on a simulated bench recover the simulated calibration, cross-talk included."""

import asyncio
import json

import numpy as np
import pytest

from gripforce.calibration import from_json
from gripforce.device import open_device
from gripforce.device.calibration_cache import calibration_path


async def simulated_truth(url):
    async with open_device(url) as device:
        return device.calibration, device.info


@pytest.mark.parametrize("frontend", ["research", "entry"])
async def test_the_simulated_calibration_is_recovered(gripforce, frontend):
    url = f"sim:calibrate?speed=max&frontend={frontend}"
    truth, info = await simulated_truth(url)
    done = await asyncio.to_thread(gripforce, "calibrate", url, "--every", 6)
    assert done.code == 0, done.err
    assert "CALIBRATION CERTIFICATE" in done.out
    assert done.out.count("fail") == 0
    kept = from_json(json.loads(calibration_path(info.uid).read_text()))
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
