"""Encode and decode COBS frames with a CRC-16 in a byte stream.

Strategy: a frame is ``COBS(payload + crc16) + 0x00``. Zero appears nowhere else, so a reader that
starts in mid-stream, or meets a corrupt frame, is synchronized again at the next zero. Corruption
is counted, never raised: a radio link loses frames.
"""

from __future__ import annotations

from binascii import crc_hqx

from cobs import cobs

MAX_PAYLOAD = 252
"""Largest payload on the wire: with its CRC it is one COBS run, so the overhead is one byte."""


def crc16(data: bytes) -> int:
    """Compute the CRC-16/CCITT-FALSE: poly 0x1021, init 0xFFFF, check value 0x29B1."""
    return crc_hqx(data, 0xFFFF)


def encode_frame(payload: bytes) -> bytes:
    """Encode a payload as a frame, including its delimiter."""
    encoded: bytes = cobs.encode(payload + crc16(payload).to_bytes(2, "little"))
    return encoded + b"\0"


def decode_frame(frame: bytes) -> bytes | None:
    """Decode a frame without its delimiter to its payload; None where it is corrupt."""
    try:
        decoded: bytes = cobs.decode(frame)
    except cobs.DecodeError:
        return None
    payload, check = decoded[:-2], decoded[-2:]
    if not payload or crc_hqx(payload, 0xFFFF) != int.from_bytes(check, "little"):
        return None
    return payload


class FrameReader:
    """Extracts payloads from received bytes, in chunks of any size."""

    def __init__(self, max_payload: int = MAX_PAYLOAD) -> None:
        self._limit = max_payload + 3 + max_payload // 254
        self._tail = b""
        self._skipping = False
        self.corrupt = 0
        """Number of frames and fragments that failed their check."""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the payloads completed by ``data``."""
        *frames, tail = (self._tail + data).split(b"\0")
        if frames and self._skipping:
            del frames[0]
            self._skipping = False
        payloads = [self._payload(frame) for frame in frames if frame]
        self._tail = b"" if self._skipping else tail
        if len(self._tail) > self._limit:  # a lost delimiter, or noise: wait for the next zero
            self._tail = b""
            self._skipping = True
            self.corrupt += 1
        return [payload for payload in payloads if payload is not None]

    def _payload(self, frame: bytes) -> bytes | None:
        payload = decode_frame(frame) if len(frame) <= self._limit else None
        if payload is None:
            self.corrupt += 1
        return payload
