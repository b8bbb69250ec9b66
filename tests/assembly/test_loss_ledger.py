"""The sample accounting of a stream, compared with plain sets of counters."""

from hypothesis import given
from hypothesis import strategies as st

from gripforce.assembly.loss_ledger import LossEntry, LossLedger, Span
from gripforce.model.counters import nearest

EVERYTHING = Span(0, 1 << 62)


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(0, 2**33), st.integers(1, 20))
def test_any_order_of_blocks_is_accounted_for_exactly(order, start, n):
    """Blocks in any order, some twice, some never, from any counter on (also across 2**32)."""
    ledger = LossLedger()
    ledger.expected = start
    seen: set[int] = set()
    for index in order:
        first = start + index * n
        counter, entry = ledger.record(first % 2**32, n)
        assert counter == first
        assert (entry is LossEntry.DUPLICATE) == (index in seen)
        seen.add(index)
    known = range(max(seen) + 1) if seen else range(0)
    absent = {start + i * n + k for i in known if i not in seen for k in range(n)}
    assert {k for span in ledger.missing for k in range(*span)} == absent
    assert ledger.received == len(seen) * n
    lost = ledger.give_up(EVERYTHING)
    assert sum(span.samples for span in lost) == ledger.lost == len(absent)
    if start == 0:
        assert ledger.reconciles(ledger.expected)


def test_a_block_that_comes_after_it_was_given_up_is_received_after_all():
    ledger = LossLedger()
    ledger.record(0, 8)
    ledger.record(24, 8)
    assert ledger.give_up(EVERYTHING) == [Span(8, 24)]
    assert ledger.record(8, 8) == (8, LossEntry.BACKFILL)
    assert (ledger.received, ledger.lost) == (24, 8)
    assert ledger.record(8, 8) == (8, LossEntry.DUPLICATE)
    assert ledger.reconciles(32)


def test_giving_up_a_part_leaves_the_rest_open():
    ledger = LossLedger()
    ledger.expect(100)
    assert ledger.give_up(Span(20, 40)) == [Span(20, 40)]
    assert ledger.missing == [Span(0, 20), Span(40, 100)]
    assert not ledger.reconciles(100)


def test_what_the_device_says_it_took_counts_as_missing():
    ledger = LossLedger()
    ledger.record(0, 16)
    ledger.expect(48)
    assert ledger.missing == [Span(16, 48)]
    assert ledger.record(16, 16) == (16, LossEntry.BACKFILL)


@given(st.integers(0, 2**40), st.integers(-(2**31), 2**31 - 1))
def test_nearest_undoes_the_wrap(near, offset):
    assert nearest((near + offset) % 2**32, near) == near + offset
