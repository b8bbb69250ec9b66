"""A terminal recording of a whole session that nothing happens to, from its first screen on."""

from collections.abc import Iterator

from terminal import Frame, Terminal, recorded

LINE = "gripforce session 'sim:lift?profile=als&seed=3' --protocol try-out -d ."
GOOD = (1, 3, 5)
"""Lifts after which the screen is shown."""


def _frames(terminal: Terminal) -> Iterator[Frame]:
    terminal.clear()
    terminal.press(LINE)
    yield 2.0, terminal.until("try-out")
    terminal.press("Enter")
    yield 2.5, terminal.until("Who comes?")
    terminal.press("Enter")
    terminal.until("Subject code")
    terminal.press("p01")
    yield 2.5, terminal.until("p01")
    terminal.press("C-s")
    yield 2.0, terminal.until("Enter: begin")
    terminal.press("Enter")
    yield 2.5, terminal.until("Enter: choose")
    terminal.press("Enter")
    yield 1.5, terminal.until("Slip test")
    terminal.press("Enter")
    yield 2.0, terminal.until("1 of 2 good", "0 of 6 good")
    yield 2.0, terminal.until("0 of 6 good")  # the lifts wait
    terminal.press("Enter")
    for good in GOOD:
        yield 2.0, terminal.until(f"{good} of 6 good")
    yield 6.0, terminal.until("Planned grip")


def picture() -> str:
    """Return the recording as SVG text."""
    return recorded(_frames, "A session from its first screen to its summary")
