"""Terminal recordings as animated SVG.

Strategy: the real program runs in a terminal of tmux, by keys, at its own speed; its screen is
captured now and then. Nothing is drawn that the terminal did not show.
"""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from rich.color import Color
from rich.style import Style
from rich.text import Text

COLUMNS, ROWS = 80, 24
CELL_W, CELL_H, FONT = 8.4, 17.0, 14
INK, GROUND = "#e4e4e4", "#101418"
PATIENCE_S = 300.0
RESET_S = 3.0
Frame = tuple[float, list[Text]]
"""How long it is shown [s], and its rows."""


class Terminal:
    """A terminal of tmux with a server of its own."""

    def __init__(self, folder: Path) -> None:
        self._socket = f"gripforce-{os.getpid()}"
        environment = {
            "XDG_CONFIG_HOME": str(folder / "config"),
            "COLORTERM": "truecolor",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
        }
        names = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        self._tmux("new-session", "-d", *size, *names, "-c", str(folder), "bash --norc --noprofile")

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-L", self._socket, "-f", "/dev/null", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def press(self, *keys: str) -> None:
        """Press keys by their names, or type a text."""
        self._tmux("send-keys", *keys)

    def rows(self) -> list[Text]:
        """Return the screen's rows with their colours."""
        shown = self._tmux("capture-pane", "-e", "-p", "-N").split("\n")[:ROWS]
        return [Text.from_ansi(row, no_wrap=True) for row in shown]

    def until(self, *words: str) -> list[Text]:
        """Wait for any of some words, and return the rows."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            rows = self.rows()
            if any(word in row.plain for row in rows for word in words):
                return rows
            time.sleep(0.1)
        raise TimeoutError("\n".join(row.plain for row in self.rows()))

    def clear(self) -> None:
        """Show a short prompt and nothing else."""
        programs = shlex.quote(str(Path(sys.executable).parent))
        self.press(f"PS1='$ '; PATH={programs}:$PATH; clear", "Enter")
        time.sleep(RESET_S)

    def pid(self) -> int:
        """Return the process that runs in the shell."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text()
        return int(children.split()[0])


def recorded(play: Callable[[Terminal], Iterator[Frame]], title: str) -> str:
    """Return what a terminal showed while something was played in it, as SVG text."""
    with tempfile.TemporaryDirectory() as folder, Terminal(Path(folder)) as terminal:
        return animated(list(play(terminal)), title)


def animated(frames: list[Frame], title: str) -> str:
    """Return the frames as an SVG that shows one after the other, for ever."""
    total_s = sum(lasts_s for lasts_s, _ in frames)
    width, height = round(COLUMNS * CELL_W) + 16, round(ROWS * CELL_H) + 16
    parts, rules, begun_s = [], [], 0.0
    for k, (lasts_s, rows) in enumerate(frames):
        on, off = 100 * begun_s / total_s, 100 * (begun_s + lasts_s) / total_s
        begun_s += lasts_s
        rules.append(
            f"@keyframes f{k}{{0%{{opacity:{int(on == 0)}}}{on:.2f}%{{opacity:1}}"
            f"{off:.2f}%{{opacity:0}}100%{{opacity:0}}}}"
            f"#f{k}{{opacity:0;animation:f{k} {total_s:.1f}s step-end infinite}}"
        )
        parts.append(f'<g id="f{k}">{"".join(_drawn(rows))}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="ui-monospace, Menlo, DejaVu Sans Mono, monospace" font-size="{FONT}">'
        f"<title>{escape(title)}</title><style>{''.join(rules)}"
        f"text{{white-space:pre;fill:{INK}}}</style>"
        f'<rect width="100%" height="100%" rx="6" fill="{GROUND}"/>'
        f'<g transform="translate(8 8)">{"".join(parts)}</g></svg>\n'
    )


def _drawn(rows: list[Text]) -> Iterator[str]:
    for y, row in enumerate(rows):
        styles = _styles(row)
        column = 0
        for style, run in groupby(zip(row.plain, styles, strict=True), key=lambda pair: pair[1]):
            text = "".join(character for character, _ in run)
            fill, ground, bold = style
            x = column * CELL_W
            column += len(text)
            if ground != GROUND:
                yield (
                    f'<rect x="{x:.1f}" y="{y * CELL_H:.0f}" width="{len(text) * CELL_W:.1f}" '
                    f'height="{CELL_H:.0f}" fill="{ground}"/>'
                )
            if text.strip():
                weight = ' font-weight="bold"' if bold else ""
                colour = "" if fill == INK else f' style="fill:{fill}"'
                long = f' textLength="{len(text) * CELL_W:.1f}"'
                yield (
                    f'<text x="{x:.1f}" y="{y * CELL_H + 13:.0f}"{long}{weight}{colour}>'
                    f"{escape(text)}</text>"
                )


def _styles(row: Text) -> list[tuple[str, str, bool]]:
    """Return ink, ground and weight of each character."""
    found = [Style.null() for _ in row.plain]
    for span in row.spans:
        style = span.style if isinstance(span.style, Style) else Style.parse(span.style)
        for k in range(span.start, min(span.end, len(found))):
            found[k] += style
    return [_inked(style) for style in found]


def _inked(style: Style) -> tuple[str, str, bool]:
    ink, ground = _hex(style.color, INK), _hex(style.bgcolor, GROUND)
    return (ground, ink, bool(style.bold)) if style.reverse else (ink, ground, bool(style.bold))


def _hex(color: Color | None, otherwise: str) -> str:
    return otherwise if color is None or color.is_default else color.get_truecolor().hex
