import binascii
import json
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.calibration import (
    Calibration,
    block_bytes,
    fit,
    from_block,
    from_json,
    to_block,
    to_json,
)
from gripforce.errors import CalibrationError
from tests.calibration.bench import channels, up_and_down

DATE = "2025-11-23T10:00:00+00:00"
LABELS = ("grip_thumb", "grip_index", "load_thumb", "load_index")
FITTED = fit(
    channels(2), up_and_down([[5e-6, 1e-7], [0, 6e-6]], [10, 20], noise_counts=9), date=DATE
)
COUNTS = st.integers(-(2**31), 2**31 - 1)
GAINS = st.floats(width=32, allow_nan=False, allow_infinity=False).filter(bool)


@st.composite
def calibrations(draw):
    size = draw(st.integers(1, 6))
    rows = st.lists(GAINS, min_size=size, max_size=size)
    return Calibration(
        channels=tuple(f"channel{i}" for i in range(size)),
        zero_counts=tuple(float(draw(COUNTS)) for _ in range(size)),
        newtons_per_count=tuple(tuple(draw(rows)) for _ in range(size)),
        date=DATE,
    )


@given(calibrations())
def test_the_block_comes_back(calibration):
    block = to_block(calibration)
    again = from_block(block, calibration.channels)
    assert len(block) == block_bytes(len(calibration.channels))
    assert again.zero_counts == calibration.zero_counts
    assert again.newtons_per_count == calibration.newtons_per_count
    assert again.date == DATE


def test_the_block_is_laid_out_as_the_protocol_says():
    calibration = Calibration(("a", "b"), (-2.6, 7.0), ((0.5, 0.25), (-1.0, 2.0)), DATE)
    body = struct.pack("<BBI2i4f", 1, 2, 1_763_892_000, -3, 7, 0.5, 0.25, -1.0, 2.0)
    assert to_block(calibration) == body + binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "little")


def test_four_channels_take_88_bytes():
    assert block_bytes(4) == 88


@given(calibrations(), st.data())
def test_any_damaged_byte_is_noticed(calibration, data):
    block = bytearray(to_block(calibration))
    where = data.draw(st.integers(0, len(block) - 1))
    block[where] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CalibrationError, match="damaged"):
        from_block(bytes(block), calibration.channels)


def sealed(body):
    return body + binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "little")


@given(st.binary(max_size=120), st.booleans())
def test_bytes_never_raise_anything_else(data, seal):
    try:
        calibration = from_block(sealed(data) if seal else data, LABELS)
    except CalibrationError:
        return
    assert calibration.channels == LABELS


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (b"", "damaged"),
        (sealed(struct.pack("<BBIif", 2, 1, 0, 0, 1.0)), "version 2"),
        (sealed(struct.pack("<BBIif", 1, 1, 0, 0, 0.0)), "gain of zero"),
        (sealed(struct.pack("<BBIif", 1, 1, 0, 0, float("nan"))), "infinite"),
        (sealed(struct.pack("<BBIi", 1, 1, 0, 0)), "channels"),
        (sealed(struct.pack("<BBIii4f", 1, 2, 0, 0, 0, 1, 0, 0, 1)), "2 channels"),
    ],
)
def test_a_wrong_block_says_what_is_wrong(block, why):
    with pytest.raises(CalibrationError, match=why):
        from_block(block, ("grip",))


@pytest.mark.parametrize(
    "changes",
    [
        {"zero_counts": (2.0**31, 0.0)},
        {"newtons_per_count": ((1e39, 0), (0, 1))},
        {"date": "1960-01-01"},
    ],
)
def test_what_does_not_fit_into_the_device_is_refused(changes):
    with pytest.raises(CalibrationError, match="fit into the device"):
        to_block(replace(FITTED, **changes))


def test_json_comes_back():
    assert from_json(json.loads(json.dumps(to_json(FITTED)))) == FITTED
    plain = from_block(to_block(FITTED), FITTED.channels)
    assert from_json(json.loads(json.dumps(to_json(plain)))) == plain


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(JSON)
def test_any_json_never_raises_anything_else(data):
    with pytest.raises(CalibrationError):
        from_json(data)


def places(data, path=()):
    """Return the path of every value inside."""
    yield path
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data if isinstance(data, list) else [])
    )
    for key, value in items:
        yield from places(value, (*path, key))


PLACES = list(places(to_json(FITTED)))[1:]


@given(st.sampled_from(PLACES), JSON | st.just(10**400))
def test_one_wrong_value_anywhere_is_read_or_refused(path, value):
    data = json.loads(json.dumps(to_json(FITTED)))
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    try:
        calibration = from_json(data)
    except CalibrationError:
        return
    assert to_json(calibration)["version"] == 1


@pytest.mark.parametrize("key", list(to_json(FITTED)))
def test_a_missing_key_is_refused(key):
    data = to_json(FITTED)
    del data[key]
    with pytest.raises(CalibrationError, match="version 1"):
        from_json(data)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"channels": ()}, "0 channels"),
        ({"channels": ("grip", "grip")}, "2 channels"),
        ({"zero_counts": (0.0,)}, "2 channels"),
        ({"newtons_per_count": ((1.0,), (1.0,))}, "2 channels"),
        ({"zero_counts": (0.0, float("inf"))}, "infinite"),
        ({"newtons_per_count": ((1.0, 1.0), (1.0, 0.0))}, "gain of zero"),
        ({"date": "yesterday"}, "date"),
        ({"quality": FITTED.quality[:1]}, "2 channels"),
    ],
)
def test_a_calibration_is_whole(changes, why):
    with pytest.raises(CalibrationError, match=why):
        replace(FITTED, **changes)
