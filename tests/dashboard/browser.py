"""A browser without a window, driven over its debugging port; it may reach this computer only."""

import asyncio
import base64
import contextlib
import json
import os
import re
import shutil
import signal
import sys

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-sync", "--disable-background-networking", "--disable-component-update",
    "--remote-debugging-port=0",
)  # fmt: skip
CLOSED = "Network.webSocketClosed"
ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
NAMED = {
    "enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "down": {"key": "ArrowDown", "code": "ArrowDown", "windowsVirtualKeyCode": 40},
    "ctrl+s": {"key": "s", "code": "KeyS", "windowsVirtualKeyCode": 83, "modifiers": 2},
}


@contextlib.asynccontextmanager
async def running(*command, **options):
    """Run a command as the leader of its own group, and end the whole group."""
    process = await asyncio.create_subprocess_exec(
        *command, start_new_session=True, stderr=asyncio.subprocess.PIPE, **options
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        await process.wait()


async def line_with(process, word):
    """Return the line of its standard error that holds a word."""
    async for line in process.stderr:
        if word in line:
            return line.decode()
    raise AssertionError(f"it ended and never printed {word!r}")


def address_in(line):
    """Return the address that was printed."""
    return re.search(r"http://\S+", line)[0]


class Page:
    """One tab: what its web socket has brought, and keys into it."""

    def __init__(self, socket):
        self._socket = socket
        self._number = 0
        self.received = b""
        self.closed = False

    async def ask(self, method, **parameters):
        """Return the answer to a command: sent unawaited, they may crash the tab (5 of 40 did)."""
        self._number += 1
        request = {"id": self._number, "method": method, "params": parameters}
        await self._socket.send_json(request)
        while (message := await self._next()).get("id") != self._number:
            pass
        return message["result"]

    async def _next(self):
        message = json.loads((await self._socket.receive()).data)
        assert message.get("method") != "Inspector.targetCrashed", "the tab crashed"
        self.closed = self.closed or message.get("method") == CLOSED
        if message.get("method") == "Network.webSocketFrameReceived":
            frame = message["params"]["response"]
            data = frame["payloadData"]
            self.received += base64.b64decode(data) if frame["opcode"] == 2 else data.encode()
        return message

    async def until(self, text):
        """Wait until the terminal was sent a text since the last one that was waited for."""
        while text.encode() not in self.received:
            await self._next()
        self.received = b""

    async def until_closed(self):
        """Wait until the terminal was let go of."""
        while not self.closed:
            await self._next()

    async def picture(self):
        """Return a PNG of the tab."""
        return base64.b64decode((await self.ask("Page.captureScreenshot"))["data"])

    async def click(self, x, y):
        """Click: the terminal takes keys only then, or when it is tapped."""
        for kind in ("mousePressed", "mouseReleased"):
            at = {"x": x, "y": y, "button": "left", "clickCount": 1}
            await self.ask("Input.dispatchMouseEvent", type=kind, **at)

    async def press(self, *keys):
        for key in keys:
            event = NAMED.get(key, {"key": key, "text": key})
            await self.ask("Input.dispatchKeyEvent", type="keyDown", **event)
            await self.ask("Input.dispatchKeyEvent", type="keyUp", **event)


@contextlib.asynccontextmanager
async def page_at(url, profile):
    """Open a page in a browser of its own."""
    command = [CHROMIUM, *QUIET, ONLY_HERE, f"--user-data-dir={profile}", "about:blank"]
    async with running(*command) as chromium, aiohttp.ClientSession() as web:
        port = (await line_with(chromium, b"DevTools listening")).split(":")[2].split("/")[0]
        async with web.get(f"http://127.0.0.1:{port}/json") as answer:
            tabs = [tab for tab in await answer.json() if tab["url"] == "about:blank"]
        where = tabs[0]["webSocketDebuggerUrl"]
        async with web.ws_connect(where, max_msg_size=0) as socket:
            page = Page(socket)
            await page.ask("Network.enable")
            await page.ask("Emulation.setFocusEmulationEnabled", enabled=True)
            await page.ask("Page.bringToFront")
            await page.ask("Page.navigate", url=url)
            yield page


def gripforce(*words):
    """Return the command that runs gripforce."""
    return [sys.executable, "-m", "gripforce", *map(str, words)]
