"""What the recorder is asked to record for a block: source, file and header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.analysis.tasks.annotations import PREPARING
from gripforce.analysis.tasks.tracking import SINCE_TRIAL
from gripforce.language import language, translate
from gripforce.protocol.schema import NOTHING
from gripforce.recorder import RecordingRequest
from gripforce.recorder.sources import source_of
from gripforce.session.acceptance.timed import GRIP_ZERO

if TYPE_CHECKING:
    from pathlib import Path

    from gripforce.session import SessionMachine


def condition_of(session: SessionMachine) -> str:
    """Return ``hand/surface/mass`` of the present block: a slip force holds for these alone."""
    block = session.block
    return f"{session.hand}/{block.surface_of(0)}/{block.mass_of(0)}"


def slip_force_of(session: SessionMachine) -> float | None:
    """Return the slip force of the present hand and object [N]; None without a slip test."""
    return session.progress.slip_n.get(condition_of(session))


def grip_zero_of(session: SessionMachine) -> float | None:
    """Return the grip force [N] of the newest zero block; None without one."""
    zeros = [
        trial.figures["gf_mean_n"]
        for index, block in enumerate(session.protocol.blocks)
        if block.task == "zero"
        for trial in session.progress.block(index).trials
        if trial.counts and "gf_mean_n" in trial.figures
    ]
    return zeros[-1] if zeros else None


def failed_checks(session: SessionMachine) -> list[str]:
    """Return which checks failed although the session went on, and why."""
    blocks = enumerate(session.protocol.blocks)
    failed = ((block.title, session.progress.block(k).failed) for k, block in blocks)
    return [f"{title}: {why}" for title, why in failed if why]


def recording_request(
    session: SessionMachine, source: str, file: Path, session_name: str
) -> RecordingRequest:
    """Return the request for the present block.

    ``source`` is a URL, ``file`` the new ``.grip`` file, ``session_name`` the session folder's
    name.
    """
    about, block = session.progress.about, session.block
    metadata: dict[str, Any] = {
        "task": block.task,
        "subject": about.get("subject"),
        "hand": session.hand,
        "mass_g": block.mass_of(0),
        "surface": block.surface_of(0),
        "digits": block.digits,
        "dropped_by": block.dropped_by,
        "protocol": session.protocol.name,
        "block": session.index + 1,
        "title": block.title,
        "asked": session.asked if block.measured else None,
        "word": translate(block.word) or None,
        "language": language(),
        "session": session_name,
        GRIP_ZERO: grip_zero_of(session),
        "failed_checks": "; ".join(failed_checks(session)) or None,
        **dict(about.get("condition", {})),
    }
    if block.target_knots:
        knots = [list(knot) for knot in block.target_knots]
        metadata["target"] = {"force": "gf", "since": SINCE_TRIAL, "knots": knots}
    if block.masses_g:  # markers say which trial has which mass
        metadata["mass_g"] = None
    several = len({*block.surfaces}) > 1 or len({*block.masses_g}) > 1
    if block.measured and block.task != "slip" and not several:
        metadata["slip_n"] = slip_force_of(session)
    known = {key: value for key, value in metadata.items() if value is not None}
    done = session.block_progress
    url = source_of(source, block, session.index, len(done.files), done.counted)
    return RecordingRequest(url, str(file), known)


def preparation_marker(session: SessionMachine) -> str:
    """Return the marker that says in the recording what precedes the next lift from now on."""
    return f"{PREPARING}={session.preparing}"


def cue_markers(session: SessionMachine) -> list[str]:
    """Return the markers that say in the recording which trial is asked for now."""
    block, done = session.block, session.block_progress
    words = [f"trial={len(done.trials) + 1}", f"digits={block.digits}"]
    if block.masses_g:
        words.append(f"mass_g={block.mass_of(done.counted):g}")
    if block.surfaces:
        words.append(f"surface={block.surface_of(done.counted)}")
    if block.prepared:
        words.append(f"prepared={session.preparing or NOTHING}")
    return words
