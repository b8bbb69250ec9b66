"""A noisy or spiky channel is said while it is recorded, at the end, and by ``info``."""

import json

import pytest

CASES = {"spikes": ("jumped by", "for one sample"), "noise": ("is noisy", "mN rms")}


@pytest.mark.parametrize("frontend", ["research", "entry"])
@pytest.mark.parametrize("flaw", CASES)
def test_record_and_info_say_it(gripforce, tmp_path, flaw, frontend):
    source = f"sim:lift?speed=max&trials=2&cells={flaw}&frontend={frontend}"
    path = tmp_path / "a.grip"
    done = gripforce("--quiet", "record", source, "-o", path, "--json")
    said = [line for line in done.err.splitlines() if "DOUBTFUL" in line]
    doubts = json.loads(done.out)["doubts"]
    assert 0 < len(said) <= 4
    assert len(doubts) == len(said), done.err
    for words in CASES[flaw]:
        assert all(words in doubt for doubt in doubts)
        assert all(words in line for line in said)
    assert "DOUBTFUL" in gripforce("info", path).out
