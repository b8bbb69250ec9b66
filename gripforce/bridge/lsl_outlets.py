"""Offer a stream to the Lab Streaming Layer: an outlet for each stream of samples, one for markers.

Strategy: outlets live in a thread of their own behind a bounded queue. Whoever records puts items
into it and never waits: when the queue is full, items are dropped and counted. An error of the
library ends the outlets and not the recording.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from gripforce.bridge.library import lsl_ahead_s, lsl_library
from gripforce.bridge.stamped import StampedStream
from gripforce.model import Marker, Samples, Started
from gripforce.version import software_version

if TYPE_CHECKING:
    from gripforce.model import DeviceInfo, FloatArray, Scaling, StreamInfo, StreamItem

MOST_WAITING = 4096
"""Items that wait at most: more than half a minute."""
MARKERS = "gripforce markers"
_BUFFERED_S = 360
_END = None


class LslOutlets:
    """Puts stream items on the network: ``with LslOutlets() as lsl: lsl.put(item)``.

    Raises ``UsageError`` where pylsl is missing.
    """

    def __init__(self) -> None:
        self._library = lsl_library()
        self._ahead_s = lsl_ahead_s(self._library)
        self._items: queue.Queue[StreamItem | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="gripforce lsl", daemon=True)
        self._known: DeviceInfo | None = None
        self._outlets: dict[int, _SampleOutlet] = {}
        self._markers: Any = None
        self._newest: tuple[float, float] | None = None
        self.dropped = 0
        """Items that were not sent because the network did not keep up."""
        self.error = ""
        """Why nothing is sent any more, "" while all is well."""

    def put(self, item: StreamItem) -> None:
        """Take an item to be sent; it never waits."""
        if not isinstance(item, Started | Samples | Marker):
            return
        try:
            self._items.put_nowait(item)
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Send what waits, and withdraw the outlets."""
        with contextlib.suppress(queue.Full):
            self._items.put(_END, timeout=1.0)
        self._thread.join(2.0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        try:
            while (item := self._items.get()) is not _END:
                self._send(item)
        except Exception as error:  # noqa: BLE001 - whatever the library raises, recording goes on
            self.error = f"The Lab Streaming Layer failed ({error}); nothing is sent any more."
        finally:
            self._outlets.clear()
            self._markers = None

    def _send(self, item: StreamItem) -> None:
        match item:
            case Started():
                self._begin(item)
            case Samples():
                self._send_samples(item)
            case Marker():
                self._send_marker(item)

    def _begin(self, started: Started) -> None:
        """Open the outlets; those of the same device go on, so that a recording of them does."""
        self._newest = None
        if self._known is not None and _same(self._known, started.device):
            for outlet in self._outlets.values():
                outlet.begin()
            return
        self._outlets.clear()
        self._known = started.device
        for stream in started.device.streams:
            info = self._info(started.device, stream, started.scalings[stream.id])
            self._outlets[stream.id] = _SampleOutlet(
                self._library.StreamOutlet(info, 0, _BUFFERED_S), stream
            )
        self._markers = self._library.StreamOutlet(self._marker_info(started.device))

    def _send_samples(self, samples: Samples) -> None:
        outlet = self._outlets.get(samples.stream.id)
        if outlet is None or not len(samples):
            return
        host_s = samples.host_s
        if host_s is None:  # a recording that is played: now, at its own pace
            if self._newest is None:
                self._newest = float(samples.t[-1]), time.monotonic()
            host_s = samples.t - self._newest[0] + self._newest[1]
        elif not samples.backfilled:
            self._newest = float(samples.t[-1]), float(host_s[-1])
        outlet.send(samples, host_s, self._ahead_s)

    def _send_marker(self, marker: Marker) -> None:
        if self._markers is None:
            return
        host_s = marker.host_s
        if host_s is None and self._newest is not None:  # the device's own: a trigger
            host_s = marker.t - self._newest[0] + self._newest[1]
        at_s = time.monotonic() if host_s is None else host_s
        self._markers.push_sample([f"{marker.kind} {marker.text}".strip()], at_s + self._ahead_s)

    def _info(self, device: DeviceInfo, stream: StreamInfo, scaling: Scaling) -> Any:
        info = self._library.StreamInfo(
            f"gripforce {stream.name}",
            "Force" if any(channel.kind.is_force for channel in stream.channels) else "Motion",
            len(stream.channels),
            stream.rate_hz,
            "double64",
            f"{device.uid}:{stream.name}",
        )
        channels = info.desc().append_child("channels")
        for channel, unit in zip(stream.channels, scaling.units, strict=True):
            said = channels.append_child("channel")
            said.append_child_value("label", f"{channel.label}_{unit.suffix}")
            said.append_child_value("unit", unit.symbol)
            said.append_child_value("type", "Force" if channel.kind.is_force else "Motion")
        _describe(info, device)
        clock = info.desc().append_child("synchronization")
        clock.append_child_value("offset_mean", "0")
        clock.append_child_value("can_drop_samples", "false")
        return info

    def _marker_info(self, device: DeviceInfo) -> Any:
        source = f"{device.uid}:markers"
        info = self._library.StreamInfo(MARKERS, "Markers", 1, 0.0, "string", source)
        _describe(info, device)
        return info


class _SampleOutlet:
    """The outlet of one stream."""

    def __init__(self, outlet: Any, stream: StreamInfo) -> None:
        self._outlet = outlet
        self._stamped = StampedStream(stream)

    def begin(self) -> None:
        """Follow the stream of a new recording; stamps go on rising."""
        self._stamped.begin()

    def send(self, samples: Samples, host_s: FloatArray, ahead_s: float) -> None:
        """Send a block with the time of each sample."""
        rows = self._stamped.rows(samples, host_s)
        if len(rows.host_s):
            self._outlet.push_chunk(rows.values, (rows.host_s + ahead_s).tolist())


def _same(one: DeviceInfo, other: DeviceInfo) -> bool:
    return one.uid == other.uid and one.streams == other.streams


def _describe(info: Any, device: DeviceInfo) -> None:
    about = info.desc().append_child("acquisition")
    about.append_child_value("manufacturer", "gripforce")
    about.append_child_value("model", device.board)
    about.append_child_value("serial_number", device.uid)
    about.append_child_value("firmware", device.firmware)
    about.append_child_value("software", f"gripforce {software_version()}")
