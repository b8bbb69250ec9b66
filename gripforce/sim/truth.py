"""Ground truth of a run, as in a truth file: on the device's clock, from its first sample."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gripforce.sim.scene import AnyScene, TrialTruth


def ground_truth(scene: AnyScene, reached_s: float, device_per_true: float) -> dict[str, Any]:
    """Return the facts of a run and the trials that are over.

    Parameters: the scene; how far it has been played, seconds; device seconds per true second.
    """
    done = [trial for trial in scene.trials if trial["t_end_s"] <= reached_s]
    lags = [trial["lag_ms"] for trial in done if trial.get("lag_ms") is not None]
    lag_ms = round(statistics.median(lags), 3) if lags else None
    trials = [_on_device_clock(trial, device_per_true) for trial in done]
    facts = dict(scene.facts)
    if "target" in facts:
        knots = [[round(at * device_per_true, 6), n] for at, n in facts["target"]["knots"]]
        facts["target"] = {**facts["target"], "knots": knots}
    return {**facts, "lag_ms": lag_ms, "trials": trials}


def _on_device_clock(trial: TrialTruth, device_per_true: float) -> dict[str, Any]:
    """Return times in device seconds to the microsecond; the rest as it is."""
    return {
        key: round(value * device_per_true, 6)
        if key.startswith("t_") and key.endswith("_s") and value is not None
        else value
        for key, value in trial.items()
    }
