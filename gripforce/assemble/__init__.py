"""Messages of a device to stream items, with an account of every sample."""

from gripforce.assemble.assembler import Assembler
from gripforce.assemble.backfill import Backfill
from gripforce.assemble.ledger import Ledger, Span

__all__ = ["Assembler", "Backfill", "Ledger", "Span"]
