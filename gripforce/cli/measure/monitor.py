"""``gripforce monitor``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import Language, SourceArgument

if TYPE_CHECKING:
    from gripforce.model import Ended
    from gripforce.online import Snapshot
    from gripforce.session.cue.patient_cue import PatientCue


def monitor(
    source: SourceArgument,
    *,
    patient: Annotated[
        bool, typer.Option("--patient", help="For the patient: one large bar and a word.")
    ] = False,
    lang: Language = None,
) -> None:
    """Watch a device, a recording or a running session.

    SOURCE may also be the folder of a session that runs in another terminal.
    """
    import asyncio

    from gripforce.dashboard.settings import screen_language
    from gripforce.dashboard.terminal import require_terminal
    from gripforce.errors import DeviceError
    from gripforce.language import use_language
    from gripforce.model import EndReason

    require_terminal()
    use_language(screen_language(lang))
    folder = Path(source)
    if folder.is_dir():
        asyncio.run(_watch_session(folder, patient=patient))
        return
    ended = asyncio.run(_watch_source(source, patient=patient))
    if ended is not None and ended.reason is EndReason.DEVICE_LOST:
        raise DeviceError(f"The device was lost. {ended.text}".strip())


async def _watch_source(url: str, *, patient: bool) -> Ended | None:
    """Show a source until the user quits; a lost device is waited for."""
    from gripforce.dashboard import run_dashboard
    from gripforce.device import open_source
    from gripforce.device.replay import Replay

    async with open_source(url) as source:

        def mark(text: str) -> None:
            source.mark("key", text)

        playback = None
        if isinstance(source, Replay):
            playback = source.playback
            playback.holds_at_end = not patient
            source.find_moments()
        return await run_dashboard(
            source.stream(), title=url, on_mark=mark, patient=patient, playback=playback
        )


async def _watch_session(folder: Path, *, patient: bool) -> None:
    """Show what a session's recorder records, beside the operator's own screen."""
    from gripforce.dashboard import run_dashboard
    from gripforce.dashboard.screens.patient import session_cue
    from gripforce.errors import UsageError
    from gripforce.recorder import RecorderClient

    recorder = RecorderClient(folder)

    def cue(frame: Snapshot) -> PatientCue:
        return session_cue(frame, recorder.shown, time.monotonic() - recorder.shown_s)

    if not await recorder.join():
        raise UsageError(f"No session runs in {folder}.", "Start `gripforce session` first.")
    try:
        await run_dashboard(
            recorder.items(),
            title=folder.name,
            recording=lambda: Path(recorder.file).name,
            patient=patient,
            cue=cue,
        )
    finally:
        await recorder.leave()
