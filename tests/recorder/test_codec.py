"""Frames between recorder and dashboard: every item comes out as it went in."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.model import (
    Corrupt,
    Ended,
    EndReason,
    Gap,
    Health,
    Marker,
    Received,
    Samples,
    Segment,
    Started,
)
from gripforce.recorder.codec import HEAD, Decoder, encode_item, encode_json
from tests.online.patients import recorded, sentence


def through(decoder, item):
    frame = encode_item(item)
    length, kind = HEAD.unpack_from(frame)
    assert len(frame) == HEAD.size + length
    return decoder.item(kind, frame[HEAD.size :])


@pytest.mark.parametrize(
    "item",
    [
        Segment(1, 12345, 2.5),
        Gap("force", 1.5, 1500, 32, 1),
        Marker(3.25, "key", "mark 1"),
        Health(1.0, {"force": 1000}, {"force": 16}, 0, 1, 2, 3.7, 1, 99.5, -12.5, 1e-4),
        Corrupt(7.5, 2),
        Ended(EndReason.DEVICE_LOST, None, "It fell."),
        Received(12.5, b""),
    ],
)
def test_items_come_back(item):
    assert through(Decoder(), item) == item


def test_a_stream_comes_back():
    decoder = Decoder()
    started, *rest = sentence(recorded(0.2), gap=(64, 96), subject="p01")
    for item in [replace(started, device=replace(started.device, uid="00ff")), *rest]:
        back = through(decoder, item)
        if isinstance(item, Samples):
            for name in ("counter", "t", "counts", "flags"):
                np.testing.assert_array_equal(getattr(back, name), getattr(item, name))
            np.testing.assert_array_equal(back.values, item.values)
            assert (back.stream, back.segment, back.backfilled) == (item.stream, 0, False)
        elif isinstance(item, Started):
            assert (back.device, back.metadata, back.utc) == (item.device, item.metadata, item.utc)
        else:
            assert back == item


def test_what_is_no_item_is_handed_on():
    frame = encode_json({"answer": 3})
    assert Decoder().item(frame[4], frame[HEAD.size :]) == {"answer": 3}
