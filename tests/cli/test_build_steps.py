"""What the build steps of the object say that a command prints, on a simulated object."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from gripforce.calibration import Guide
from gripforce.constants import QUICK_MASSES_G
from gripforce.sim.device.frontend import frontend

STEPS = Path(__file__).parents[2] / "hardware" / "build"


def page(name):
    return (STEPS / f"{name}.md").read_text()


def step(name):
    return " ".join(page(name).split())


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
    shown = re.findall(r"^ +gripforce: (.+)$", page("4-flash"), re.MULTILINE)
    assert len(shown) == 2
    for said in shown:
        templates = re.findall(r'say\(f"gripforce: ([^"]+)"\)', source)
        patterns = [re.sub(r"\\\{.*?\\\}", ".+", re.escape(t)) for t in templates]
        assert any(re.fullmatch(p, said) for p in patterns), said


def test_devices_ends_as_the_step_says(gripforce):
    shown = re.findall(r"^ {4}(sim:.+)$", page("4-flash"), re.MULTILINE)
    assert "gripforce devices --scan 0" in page("4-flash")
    done = gripforce("devices", "--scan", 0)
    assert shown == [line for line in done.out.splitlines() if line.startswith("sim:")]


def test_calibration_asks_as_the_step_says(gripforce, monkeypatch):
    """Loads 1 to 10 are those of the grip cells, thumb first; then the load cells."""
    text = page("5-calibrate")
    first, asked = re.findall(r"^ {4}((?:gripforce: |\[).+)$", text, re.MULTILINE)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    done = gripforce("calibrate", "sim:calibrate?speed=max", "--plain")
    assert first in done.err
    assert asked in done.err
    loads = Guide([frontend("research").streams[0].info.channels], QUICK_MASSES_G).steps
    cells = [load.cell.label for load in loads]
    assert [load.mass_g for load in loads[:5]] == [0, 1000, 2000, 1000, 0]
    assert "loads 1 to 10" in text
    assert cells[:10] == ["grip_thumb"] * 5 + ["grip_index"] * 5
    assert "loads 11 to 20" in text
    assert cells[10:] == ["load_thumb"] * 5 + ["load_index"] * 5
