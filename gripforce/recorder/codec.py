"""Encode and decode stream items as frames between two processes of one computer.

``frame = u32 length ‖ u8 kind ‖ body``, little-endian; ``J``: a JSON object; ``S``: samples, as
``u32 length ‖ JSON head ‖ counter i64 ‖ t f64 ‖ host_s f64 (NaN: unknown) ‖ counts i32 ‖
flags u8``. The verbatim payload of a device message is not sent: a viewer needs only its time of
arrival.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.errors import DeviceError
from gripforce.model import (
    Corrupt,
    Ended,
    Gap,
    Health,
    Marker,
    Received,
    Samples,
    Scaling,
    Segment,
    Started,
)
from gripforce.recording.parsing.from_json import (
    parse_corrupt,
    parse_ended,
    parse_gap,
    parse_health,
    parse_marker,
    parse_segment,
)
from gripforce.wire.connection import decode_message
from gripforce.wire.hello import Hello

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gripforce.model import FloatArray, StreamItem

HEAD: Final = struct.Struct("<IB")
LONGEST: Final = 16 << 20
JSON, SAMPLES = ord("J"), ord("S")
_INNER: Final = struct.Struct("<I")
_PLAIN: Final[Mapping[str, tuple[type, Callable[[Mapping[str, Any]], StreamItem]]]] = {
    "segment": (Segment, parse_segment),
    "gap": (Gap, parse_gap),
    "marker": (Marker, parse_marker),
    "health": (Health, parse_health),
    "corrupt": (Corrupt, parse_corrupt),
    "ended": (Ended, parse_ended),
}


def encode_json(content: Mapping[str, Any]) -> bytes:
    """Encode a JSON object as a frame."""
    body = json.dumps(content).encode()
    return HEAD.pack(len(body), JSON) + body


def encode_item(item: StreamItem) -> bytes:
    """Encode a stream item as a frame."""
    match item:
        case Samples():
            return _encode_samples(item)
        case Started():
            return encode_json({"item": "started", **_started(item)})
        case Received():
            return encode_json({"item": "received", "arrival_s": item.arrival_s})
        case _:
            word = next(word for word, (kind, _) in _PLAIN.items() if isinstance(item, kind))
            return encode_json({"item": word, **asdict(item)})


def encode_line(content: Mapping[str, Any]) -> bytes:
    """Encode a JSON object as a line, for clients of other languages."""
    return json.dumps(content).encode() + b"\n"


def item_line(item: StreamItem) -> bytes:
    """Encode a stream item as a line of JSON, b"" where it has nothing for another program.

    Of samples, the newest of a block: ``t_s``, ``host_s`` and each column.
    """
    match item:
        case Samples() if len(item) and not item.backfilled:
            host_s = None if item.host_s is None else float(item.host_s[-1])
            newest = {"item": "samples", "stream": item.stream.name, "n": len(item)}
            values = dict(zip(item.columns, item.values[-1].tolist(), strict=True))
            return encode_line(newest | {"t_s": float(item.t[-1]), "host_s": host_s} | values)
        case Started():
            about = {"board": item.device.board, "uid": item.device.uid, "utc": item.utc}
            return encode_line({"item": "started"} | about)
        case Marker():
            said = {"kind": item.kind, "text": item.text, "host_s": item.host_s}
            return encode_line({"item": "marker", "t_s": item.t} | said)
        case Gap():
            about_gap = {"stream": item.stream, "t_s": item.t, "lost": item.lost}
            return encode_line({"item": "gap"} | about_gap)
        case Ended():
            return encode_line({"item": "ended", "reason": str(item.reason), "text": item.text})
        case _:
            return b""


class Decoder:
    """Decodes frames to stream items, with the streams of the last ``Started``."""

    def __init__(self) -> None:
        self._started: Started | None = None

    def item(self, kind: int, body: bytes) -> StreamItem | dict[str, Any]:
        """Decode a frame to a stream item, or to a JSON object where it is another message.

        Raises ``DeviceError`` for samples of a stream that ``Started`` does not name.
        """
        if kind == SAMPLES:
            return self._samples(body)
        content: dict[str, Any] = json.loads(body)
        word = content.get("item")
        if word is None:
            return content
        if word == "started":
            self._started = _started_of(content)
            return self._started
        if word == "received":
            return Received(float(content["arrival_s"]), b"")
        return _PLAIN[word][1](content)

    def _samples(self, body: bytes) -> Samples:
        (length,) = _INNER.unpack_from(body)
        head = json.loads(body[_INNER.size : _INNER.size + length])
        if self._started is None:
            raise DeviceError("The recorder sent samples before the start of a stream.")
        stream = self._started.device.stream(int(head["stream"]))
        if stream is None:
            raise DeviceError("The recorder sent samples of an unknown stream.")
        n, width, at = int(head["n"]), len(stream.channels), _INNER.size + length
        counter = np.frombuffer(body, "<i8", n, at)
        t = np.frombuffer(body, "<f8", n, at + 8 * n)
        host_s = np.frombuffer(body, "<f8", n, at + 16 * n)
        counts = np.frombuffer(body, "<i4", n * width, at + 24 * n).reshape(n, width)
        flags = np.frombuffer(body, "u1", n, at + 24 * n + 4 * n * width)
        return Samples(
            stream=stream,
            counter=counter,
            t=t,
            counts=counts,
            flags=flags,
            scaling=self._started.scalings[stream.id],
            segment=int(head["segment"]),
            backfilled=bool(head["backfilled"]),
            host_s=None if np.isnan(host_s).any() else host_s,
        )


def _encode_samples(item: Samples) -> bytes:
    head = json.dumps({
        "stream": item.stream.id,
        "n": len(item),
        "segment": item.segment,
        "backfilled": item.backfilled,
    }).encode()  # fmt: skip
    body = b"".join((
        _INNER.pack(len(head)),
        head,
        item.counter.astype("<i8").tobytes(),
        item.t.astype("<f8").tobytes(),
        _host_s(item).astype("<f8").tobytes(),
        item.counts.astype("<i4").tobytes(),
        item.flags.astype("u1").tobytes(),
    ))  # fmt: skip
    return HEAD.pack(len(body), SAMPLES) + body


def _host_s(item: Samples) -> FloatArray:
    return np.full(len(item), np.nan) if item.host_s is None else item.host_s


def _started(item: Started) -> dict[str, Any]:
    return {
        "hello": Hello(item.device, item.hello).encode().hex(),
        "utc": item.utc,
        "host_s": item.host_s,
        "metadata": dict(item.metadata),
        "scalings": {str(i): scaling.to_json() for i, scaling in item.scalings.items()},
    }


def _started_of(content: Mapping[str, Any]) -> Started:
    hello = decode_message(bytes.fromhex(content["hello"]))
    if not isinstance(hello, Hello):
        raise DeviceError("The recorder did not identify the device.")
    scalings = {
        stream.id: Scaling.from_json(content["scalings"][str(stream.id)], len(stream.channels))
        for stream in hello.device.streams
    }
    utc = str(content["utc"])
    return Started(
        hello.device, scalings, utc, content["metadata"], hello.payload, content.get("host_s")
    )
