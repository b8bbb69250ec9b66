"""The CRC of many rows is the CRC of each, as the standard library has it."""

from binascii import crc_hqx

import numpy as np
import pytest

from gripforce.recording.crc import crc16_rows


@pytest.mark.parametrize("rows", [1, 63, 64, 2048, 5000])
@pytest.mark.parametrize("size", [1, 2, 3, 215, 216])
def test_each_row(rows, size):
    table = np.random.default_rng(rows * size).integers(0, 256, (rows, size), dtype=np.uint8)
    expected = [crc_hqx(row.tobytes(), 0xFFFF) for row in table]
    np.testing.assert_array_equal(crc16_rows(table), expected)


def test_the_check_value():
    table = np.frombuffer(b"123456789" * 100, np.uint8).reshape(100, 9)
    assert set(crc16_rows(table).tolist()) == {0x29B1}
