"""Take markers from other programs while recording: from LSL, a UDP port or standard input.

Strategy: each source waits in a thread of its own and stamps what comes with the host's monotonic
clock: LSL by the sender's own stamp, corrected for its clock; the others by the time of arrival. A
source that fails says so and ends; the recording goes on.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from gripforce.bridge.library import lsl_ahead_s, lsl_library
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST_TEXT: Final = 400
"""Characters of a marker's text; a UDP packet may be longer."""
LONGEST_PACKET: Final = 65_535
WAIT_S: Final = 0.2
"""Interval at which a source sees that it is to end."""
OPENS_WITHIN_S: Final = 5.0
EXAMPLES: Final = "Use lsl:NAME, udp:127.0.0.1:PORT or stdin."


@dataclass(frozen=True, slots=True)
class ForeignMarker:
    """A marker of another program, at host monotonic seconds."""

    text: str
    host_s: float


class MarkerSource(Protocol):
    """Waits for markers of one program."""

    name: str

    def wait(self) -> list[ForeignMarker]:
        """Return the markers that came within ``WAIT_S``; raises ``EOFError`` at the end."""

    def close(self) -> None:
        """Close it."""


class MarkerInput:
    """Listens to sources in threads of their own: ``with MarkerInput(urls, take, fail)``.

    ``take`` is called in those threads with each marker, ``fail`` with a sentence where a source
    ended by an error. Raises ``UsageError`` where a URL is not valid or cannot be opened.
    """

    def __init__(
        self,
        urls: Sequence[str],
        take: Callable[[ForeignMarker], None],
        fail: Callable[[str], None],
    ) -> None:
        self._take, self._fail = take, fail
        self._ending = threading.Event()
        self._sources: list[MarkerSource] = []
        try:
            for url in urls:
                self._sources.append(open_marker_source(url))
        except BaseException:
            self._close()
            raise
        self._threads = [
            threading.Thread(target=self._run, args=(source,), daemon=True, name=source.name)
            for source in self._sources
        ]

    def __enter__(self) -> MarkerInput:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            if not thread.name.startswith("stdin"):  # it may wait for a line for ever
                thread.join(2 * WAIT_S + 1.0)
        self._close()

    def _run(self, source: MarkerSource) -> None:
        try:
            while not self._ending.is_set():
                for marker in source.wait():
                    self._take(marker)
        except EOFError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever a library raises, the recording goes on
            if not self._ending.is_set():
                self._fail(f"No more markers come from {source.name}: {error}")

    def _close(self) -> None:
        for source in self._sources:
            with contextlib.suppress(OSError):
                source.close()


def open_marker_source(url: str) -> MarkerSource:
    """Open what a URL names; raises ``UsageError`` where that is not possible."""
    kind, _, rest = url.partition(":")
    match kind:
        case "stdin" if not rest:
            return _StandardInput()
        case "udp":
            return _Udp(rest)
        case "lsl" if rest:
            return _LslMarkers(rest)
        case _:
            raise UsageError(f"'{url}' is no source of markers.", EXAMPLES)


class _StandardInput:
    """A marker a line."""

    name = "stdin"

    def wait(self) -> list[ForeignMarker]:
        line = sys.stdin.readline()
        host_s = time.monotonic()
        if not line:
            raise EOFError
        return _markers(line, host_s)

    def close(self) -> None:
        """Leave standard input open."""


class _Udp:
    """A marker a packet of UTF-8 text."""

    def __init__(self, address: str) -> None:
        self.name = f"udp:{address}"
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
            raise UsageError(f"'udp:{address}' is no address.", EXAMPLES)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(WAIT_S)
        try:
            self._socket.bind((host, int(port)))
        except OSError as error:
            self._socket.close()
            raise UsageError(
                f"Markers cannot be received at {self.name} ({error.strerror}).",
                "Choose another port, or end the program that has it.",
            ) from error

    def wait(self) -> list[ForeignMarker]:
        try:
            packet, _ = self._socket.recvfrom(LONGEST_PACKET)
        except TimeoutError:
            return []
        host_s = time.monotonic()
        return _markers(packet.decode("utf-8", "replace"), host_s)

    def close(self) -> None:
        self._socket.close()


class _LslMarkers:
    """The markers of an LSL outlet, at the sender's stamps."""

    def __init__(self, name: str) -> None:
        self.name = f"lsl:{name}"
        self._library = lsl_library()
        found = self._library.resolve_byprop("name", name, 1, OPENS_WITHIN_S)
        if not found:
            raise UsageError(
                f"No LSL stream is called '{name}'.",
                "Start the program that sends it first, and check its name.",
            )
        self._inlet: Any = self._library.StreamInlet(found[0], recover=True)
        self._inlet.open_stream(OPENS_WITHIN_S)
        self._ahead_s = lsl_ahead_s(self._library)

    def wait(self) -> list[ForeignMarker]:
        sample, stamp_s = self._inlet.pull_sample(WAIT_S)
        if sample is None:
            return []
        host_s = stamp_s + self._correction_s() - self._ahead_s
        return _markers(" ".join(map(str, sample)), host_s)

    def close(self) -> None:
        self._inlet.close_stream()

    def _correction_s(self) -> float:
        """Return the sender's clock's offset, which the library measures again and again."""
        return float(self._inlet.time_correction(OPENS_WITHIN_S))


def _markers(text: str, host_s: float) -> list[ForeignMarker]:
    """Return the marker of a text, without line ends; none of an empty one."""
    words = " ".join(text.split())[:LONGEST_TEXT]
    return [ForeignMarker(words, host_s)] if words else []
