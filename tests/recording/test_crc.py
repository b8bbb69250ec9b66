"""The CRC of many rows is the CRC of each, as the standard library has it."""

from binascii import crc_hqx

import numpy as np
import pytest

from gripforce.recording.crc import crc16_rows, rows_are_valid


@pytest.mark.parametrize("rows", [1, 63, 64, 2048, 5000])
@pytest.mark.parametrize("size", [1, 2, 3, 215, 216])
def test_each_row(rows, size):
    table = np.random.default_rng(rows * size).integers(0, 256, (rows, size), dtype=np.uint8)
    expected = [crc_hqx(row.tobytes(), 0xFFFF) for row in table]
    np.testing.assert_array_equal(crc16_rows(table), expected)


def test_the_check_value():
    table = np.frombuffer(b"123456789" * 100, np.uint8).reshape(100, 9)
    assert set(crc16_rows(table).tolist()) == {0x29B1}


def records(rows, size):
    bodies = np.random.default_rng(rows * size).integers(0, 256, (rows, size), dtype=np.uint8)
    checks = [crc_hqx(body.tobytes(), 0xFFFF) for body in bodies]
    return np.hstack([bodies, np.array(checks, "<u2")[:, None].view(np.uint8)])


@pytest.mark.parametrize("rows", [1, 63, 64, 200, 5000])
@pytest.mark.parametrize("size", [1, 2, 3, 65, 263])
def test_each_record_is_checked(rows, size):
    """Damage in none, one and many neighbours; equal damage, too, which a plain sum would miss."""
    table = records(rows, size)
    assert rows_are_valid(table).all()
    for damaged in ([0], [rows - 1], range(min(rows, 2)), range(rows // 2, rows)):
        for k in {0, size // 2, size + 1}:
            spoilt = table.copy()
            spoilt[list(damaged), k] ^= 0x40
            expected = [
                crc_hqx(row[:-2].tobytes(), 0xFFFF) == int.from_bytes(row[-2:].tobytes(), "little")
                for row in spoilt
            ]
            assert not any(expected[k] for k in damaged)
            np.testing.assert_array_equal(rows_are_valid(spoilt), expected)


def test_a_string_is_folded_where_the_polynomial_has_its_period():
    assert crc_hqx(b"\1" + bytes(32767), 0) == crc_hqx(b"\1", 0)


@pytest.mark.parametrize("size", [30, 263])
def test_two_wrong_bits_in_two_records_are_found(size):
    """Also where a sum of shifted records would lose them: each a byte earlier than the last."""
    sound = records(5000, size)
    generator = np.random.default_rng(size)
    apart = [*range(1, 64), *generator.integers(64, 4000, 40).tolist()]
    for distance in apart:
        table = sound.copy()
        first, place = int(generator.integers(0, 900)), int(generator.integers(distance, 4999))
        table[first, place % size] ^= 0x40
        for back in {0, distance % size}:
            spoilt = table.copy()
            spoilt[first + distance, (place - back) % size] ^= 0x40
            assert np.flatnonzero(~rows_are_valid(spoilt)).tolist() == [first, first + distance]
