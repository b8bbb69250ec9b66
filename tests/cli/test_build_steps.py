"""What the build steps of the object say that a command prints, on a simulated object."""

import csv
import json
import re
from pathlib import Path

import pytest

STEPS = Path(__file__).parents[2] / "hardware" / "build"


def step(name):
    return " ".join((STEPS / f"{name}.md").read_text().split())


@pytest.mark.parametrize("name", ["4-flash", "5-calibrate", "6-verify"])
def test_check_ends_with_the_verdict_that_the_step_names(gripforce, name):
    said = re.search(r"(?:last line is|ends with) `(verdict: pass)`", step(name))[1]
    done = gripforce("check", "sim:still?speed=max", "--duration", 5)
    assert done.err.strip().splitlines()[-1] == said
    assert ",expected," in done.out.splitlines()[0]


def test_verification_prints_what_the_step_says(gripforce, recorded, tmp_path):
    text = step("6-verify")
    info = json.loads(gripforce("info", recorded, "--json").out)
    assert "`reconciled` is true and `lost` is 0" in text
    assert (info["reconciled"], info["lost"]) == (True, 0)
    table = tmp_path / "lifts.csv"
    gripforce("analyze", recorded, "-o", table)
    low, high = map(
        float, re.search(r"`lf_peak_n` is ([\d.]+) to ([\d.]+) times it", text).groups()
    )
    with table.open(newline="") as file:
        lifts = list(csv.DictReader(file))
    assert len(lifts) == 3
    for lift in lifts:
        weight = 0.400 * 9.81
        assert float(lift["lf_static_n"]) == pytest.approx(weight, rel=0.01)
        assert low <= float(lift["lf_peak_n"]) / weight <= high


def test_flashing_prints_what_the_step_says():
    """The sentences of the step, with the names in them, are those of the command."""
    source = (Path(__file__).parents[2] / "gripforce/cli/develop/flash.py").read_text()
    for said in re.findall(r"`gripforce: ([^`]+)`", step("4-flash")):
        templates = re.findall(r'say\(f"gripforce: ([^"]+)"\)', source)
        patterns = [re.sub(r"\\\{.*?\\\}", ".+", re.escape(t)) for t in templates]
        assert any(re.fullmatch(p, said) for p in patterns), said
