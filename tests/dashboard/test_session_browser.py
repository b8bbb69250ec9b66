"""A session in a browser: device, form and task screen, by keys, through textual-serve."""

import asyncio
import json

import numpy as np
import pytest

from gripforce.dashboard.sound.mixer import PITCH_HZ
from gripforce.session import EventKind, SessionFolder, read_journal
from gripforce.session.cue.sound import Tone
from tests.dashboard.browser import CHROMIUM, address_in, gripforce, line_with, page_at, running

PATIENCE_S = 120
PNG = b"\x89PNG"
BEATS = 6


async def told(page, expression):
    """Return the value of an expression in the page, by way of JSON."""
    answer = await page.ask("Runtime.evaluate", expression=f"JSON.stringify({expression})")
    return json.loads(answer["result"]["value"])


async def require_sound(page):
    """Require that the page plays the session's tones, and beats on its own audio clock."""
    await page.press("t")
    while len(tones := await told(page, "played")) < len(Tone):
        continue
    assert [name for name, _ in tones] == [f"{PITCH_HZ[tone]:g} Hz" for tone in Tone]
    assert await told(page, "speaker.state") == "running"
    command = json.dumps({"beats": {"hz": 880.0, "s": 0.06}, "period_s": 0.25})
    start_s = await told(page, f"(obey({command}), speaker.currentTime)")
    while len(beats := [at for name, at in await told(page, "played") if name == "beat"]) < BEATS:
        continue
    await told(page, "(obey({stop: true}), 0)")
    jitter_s = np.diff(beats) - 0.25
    assert np.abs(jitter_s).max() < 1e-9, "beats are placed on the audio clock, not by a timer"
    assert beats[0] - start_s == pytest.approx(0.25, abs=0.05)
    assert await told(page, "speaker.currentTime") > start_s, "the audio clock runs"


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
async def test_from_the_device_to_the_first_block(tmp_path, unused_tcp_port):
    """No click is needed before the first key. The tones are the page's own."""
    root = tmp_path / "sessions"
    command = gripforce("session", "-d", root, "--protocol", "try-out", "--serve", unused_tcp_port)
    async with asyncio.timeout(PATIENCE_S), running(*command) as server:
        url = address_in(await line_with(server, b"the session is at"))
        async with page_at(url, tmp_path / "profile") as page:
            await page.until("Who comes?")
            await page.press("enter")
            await page.until("Which device?")
            await page.press("down", "enter")
            await page.until("calibrated 20")
            await page.press("enter")
            await page.until("Subject code")
            await page.press("ctrl+s")
            await page.until("The subject code is missing")
            await page.press(*"p01", "ctrl+s")
            await page.until("Enter: begin")
            assert (await page.picture()).startswith(PNG)
            await require_sound(page)
            await page.press("q")
            await page.until("Leave?")
            await page.press("2")
            await page.until_closed()
    folder = SessionFolder(root / "sub-p01" / "ses-01")
    (begun,) = read_journal(folder.journal)
    assert (begun.kind, begun.data["source"]) == (EventKind.SESSION, "sim:lift?profile=als")
    assert begun.data["object"] == {"mass_g": 400.0, "surface": "sandpaper"}
