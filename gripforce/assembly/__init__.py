"""Assemble a device's messages into stream items, and account for every sample."""

from gripforce.assembly.assembler import Assembler
from gripforce.assembly.backfill import Backfill
from gripforce.assembly.loss_ledger import LossLedger, Span

__all__ = ["Assembler", "Backfill", "LossLedger", "Span"]
