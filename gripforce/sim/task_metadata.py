"""Metadata of a simulated recording: what an operator would write down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from gripforce.sim.scene import AnyScene

_BY_TRIAL: Final = {"surfaces": "surface", "dropped_by": "dropped_by"}
"""Names in a recording's metadata, and what they are of each trial's truth."""


def task_metadata(scene: AnyScene) -> dict[str, Any]:
    """Return a recording's metadata: the task, its object, and what changes from trial to trial.

    What changes is given with its time, ``[seconds, word]``: a recording may be cut short.
    """
    facts, trials = scene.foresee()
    if "profile" not in facts:  # no participant: at rest, or on the bench
        return {}
    changing = {"mass_g" for _ in facts.get("masses_g", ())}
    changing |= {"surface" for _ in facts.get("surfaces", ())}
    fixed = {"task", "mass_g", "surface", "target"} - changing
    design: dict[str, Any] = {key: facts[key] for key in sorted(fixed & set(facts))}
    for plural, singular in _BY_TRIAL.items():
        changes = [[trial["t_contact_s"], trial[singular]] for trial in trials if singular in trial]
        if changes:
            design[plural] = changes
    return design
