"""A terminal recording of a session that is killed and resumed."""

import os
import signal
import time
from collections.abc import Iterator

from terminal import RESET_S, Frame, Terminal, recorded

LINE = "gripforce session 'sim:lift?profile=als&seed=3' --protocol quick-lift --subject p01 -d ."


def _frames(terminal: Terminal) -> Iterator[Frame]:
    terminal.clear()
    terminal.press(LINE)
    yield 2.0, terminal.until("quick-lift")
    terminal.press("Enter")
    terminal.until("Subject code")
    terminal.press("C-s")
    yield 1.5, terminal.until("Enter: begin")
    for _ in range(2):  # the sensor check and the zero
        terminal.press("Enter")
        terminal.until("Enter: choose")
        terminal.press("Enter")
        terminal.until("Enter: begin")
    terminal.press("Enter")
    terminal.until("0 of 10 good")  # the slip test is over
    terminal.press("Enter")
    for good in range(1, 4):
        yield 1.6, terminal.until(f"{good} of 10 good")
    pid = terminal.pid()
    os.kill(pid, signal.SIGKILL)
    terminal.press(f"reset; clear; echo 'kill -9 {pid}: the session is gone'", "Enter")
    time.sleep(RESET_S)
    yield 2.5, terminal.rows()
    terminal.press(LINE)
    yield 1.5, terminal.until("quick-lift")
    terminal.press("Enter")
    yield 3.0, terminal.until("go on with it")
    terminal.press("Enter")
    for good in range(4, 6):
        yield 1.8, terminal.until(f"{good} of 10 good", f"{good + 1} of 10 good")


def picture() -> str:
    """Return the recording as SVG text."""
    return recorded(_frames, "A session is killed and resumed")
