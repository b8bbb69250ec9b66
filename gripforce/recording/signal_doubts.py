"""Doubt a force channel whose signal has spikes of one sample, or is noisy for seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.assembly.signal_watch import SignalWatch

if TYPE_CHECKING:
    from gripforce.assembly.signal_watch import SignalFault
    from gripforce.model import Recording


def signal_doubts(recording: Recording) -> list[str]:
    """Return a sentence for each channel and kind of fault: the first one, and how many."""
    watch = SignalWatch()
    for samples in recording.streams.values():
        watch.add(samples)
    watch.finish()
    return [_sentence(fault, watch.times[key]) for key, fault in watch.first.items()]


def _sentence(fault: SignalFault, times: int) -> str:
    often = f"This happened {times} times."
    return str(fault) if times == 1 else f"{fault} {often}"
