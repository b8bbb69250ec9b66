"""What holds for every task: hardly any data, noise, slow devices, unknown words."""

import pickle

import numpy as np
import pytest

from gripforce.analysis.tasks.registry import analyze, analyze_task, result_table
from gripforce.errors import UsageError
from gripforce.model import TASKS, Kind
from tests.analysis.analytic_lifts import (
    AnalyticLift,
    lifts_recording,
    recording,
    stream,
)
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.recordings import (
    cyclic_recording,
    drop_recording,
    p2p_recording,
)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("count", [2, 30, 700])
def test_hardly_any_samples(task, count):
    t = np.arange(count) / 1000
    for level in (0.0, 5.0):
        made = recording(stream([Kind.GRIP, Kind.LOAD], t, [0 * t + level] * 2), task=task)
        assert len(analyze(made)) <= 1


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", range(4))
def test_noise_of_any_kind_never_raises(task, seed):
    rng = np.random.default_rng([seed, 7])
    t = np.arange(12_000) / 1000
    walk = np.cumsum(rng.normal(0, 0.02, (2, len(t))), axis=1)
    bursts = 5 * np.repeat(rng.random((2, 24)) < 0.4, 500, axis=1)
    made = recording(stream([Kind.GRIP, Kind.LOAD], t, list(walk + bursts)), task=task)
    result = analyze_task(made)
    table = result_table(result)
    assert list(table["trial"]) == list(range(1, len(table) + 1))
    brought = pickle.loads(pickle.dumps(result))  # as a result comes from another process
    assert result_table(brought).equals(table)
    assert brought.summary == result.summary


@pytest.mark.parametrize("task", ["p2p", "cyclic", "drop", "step"])
def test_twenty_samples_a_second_have_no_times(task):
    made = {
        "p2p": p2p_recording,
        "cyclic": cyclic_recording,
        "drop": lambda: drop_recording(-0.15),
        "step": lambda: held_recording(
            Held(extra_load_n=lambda t: np.clip(8 * (t - 5), 0, 2)), task="step"
        ),
    }[task]()
    samples = made.streams["force"]
    t = samples.t[::50]
    values = [samples.values[::50, k] for k in (0, 1)]
    slow = recording(stream([Kind.GRIP, Kind.LOAD], t, values, rate_hz=20.0), task=task, mass_g=400)
    result = analyze_task(slow)
    assert result.timing.lag_ms is None
    for trial in result.trials:
        assert "low_rate" in trial.flags
        for column in ("xcorr_lag_ms", "xcorr_r", "peak_lag_ms", "gf_onset_ms", "latency_ms"):
            assert trial.values.get(column) is None


def test_an_unknown_task_is_refused():
    with pytest.raises(UsageError, match="juggling"):
        analyze(lifts_recording([AnalyticLift()], task="juggling"))
