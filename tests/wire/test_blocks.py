"""Many blocks at once say what each says alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.model import Channel, Kind, StreamInfo
from gripforce.wire.blocks import block_bytes, pack_counts, unpack_blocks
from gripforce.wire.messages import SampleBlock


def stream(width_bits: int, channels: int) -> StreamInfo:
    return StreamInfo(0, (Channel(Kind.GRIP),) * channels, 1000.0, width_bits)


@st.composite
def sent(draw):
    width_bits, channels = draw(st.sampled_from([16, 24, 32])), draw(st.integers(1, 6))
    limit = 1 << (width_bits - 1)
    row = st.lists(st.integers(-limit, limit - 1), min_size=channels, max_size=channels)
    u32 = st.integers(0, 2**32 - 1)
    block = st.tuples(u32, u32, st.integers(0, 31), st.lists(row, min_size=1, max_size=8))
    return stream(width_bits, channels), draw(st.lists(block, min_size=1, max_size=5))


@given(sent())
def test_counts_come_back(case):
    info, blocks = case
    payloads = [
        SampleBlock(
            0, first, tick, flags, len(rows), pack_counts(np.array(rows), info.width_bits)
        ).encode()
        for first, tick, flags, rows in blocks
    ]
    columns = unpack_blocks(payloads, info)
    assert columns.first.tolist() == [b[0] for b in blocks]
    assert columns.tick_us.tolist() == [b[1] for b in blocks]
    assert columns.flags.tolist() == [b[2] for b in blocks]
    assert columns.n.tolist() == [len(b[3]) for b in blocks]
    assert columns.counts.tolist() == [row for b in blocks for row in b[3]]
    assert columns.misfits == 0


@pytest.mark.parametrize("cut", [1, 12, 13])
def test_a_block_of_the_wrong_length_is_left_out_and_counted(cut):
    info = stream(24, 4)
    good = SampleBlock(0, 5, 6, 0, 2, bytes(24)).encode()
    torn = SampleBlock(0, 7, 8, 0, 2, bytes(24 - min(cut, 24))).encode()
    empty = SampleBlock(0, 9, 9, 0, 0, b"").encode()
    columns = unpack_blocks([torn, good, empty], info)
    assert columns.first.tolist() == [5]
    assert columns.misfits == 2
    assert len(good) == block_bytes(info, 2)
