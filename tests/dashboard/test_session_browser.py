"""A session in a browser: device, form and task screen, by keys, through textual-serve."""

import asyncio

import pytest

from gripforce.session import EventKind, SessionFolder, read_journal
from tests.dashboard.browser import CHROMIUM, address_in, gripforce, line_with, page_at, running

PATIENCE_S = 120
PNG = b"\x89PNG"


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
async def test_from_the_device_to_the_first_block(tmp_path, unused_tcp_port):
    root = tmp_path / "sessions"
    command = gripforce("session", "-d", root, "--protocol", "try-out", "--serve", unused_tcp_port)
    async with asyncio.timeout(PATIENCE_S), running(*command) as server:
        url = address_in(await line_with(server, b"the session is at"))
        async with page_at(url, tmp_path / "profile") as page:
            await page.until("Who comes?")
            await page.press("enter")
            await page.until("Which device?")
            await page.press("end", "enter")
            await page.until("calibrated 20")
            await page.press("enter")
            await page.until("Subject code")
            await page.press("ctrl+s")
            await page.until("The subject code is missing")
            await page.press(*"p01", "ctrl+s")
            await page.until("Enter: begin")
            assert (await page.picture()).startswith(PNG)
            await page.press("q")
            await page.until("Leave?")
            await page.press("2")
            await page.until_closed()
    folder = SessionFolder(root / "sub-p01" / "ses-01")
    (begun,) = read_journal(folder.journal)
    assert (begun.kind, begun.data["source"]) == (EventKind.SESSION, "sim:lift?profile=als")
    assert begun.data["object"] == {"mass_g": 400.0, "surface": "sandpaper"}
