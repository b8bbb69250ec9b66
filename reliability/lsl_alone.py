"""The Lab Streaming Layer on this computer alone, and LabRecorder, the recorder of its users."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS: Final = """
[multicast]
ResolveScope = machine
IPv6 = disable
[ports]
IPv6 = disable
[lab]
KnownPeers = {127.0.0.1}
[log]
level = -2
"""
_LAB_RECORDER: Final = """
import sys, labrecorder
with labrecorder.Recording(sys.argv[1], [], [sys.argv[2]]):
    sys.stdin.read()
"""


def lsl_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a process that uses LSL, with its settings in a folder.

    No other computer is asked, and no IPv6 is needed.
    """
    path = folder / "lsl_api.cfg"
    path.write_text(_SETTINGS, encoding="utf-8")
    return {**os.environ, "LSLAPICFG": str(path)}


def lab_recorder(path: Path, streams: str) -> list[str]:
    """Return the command that records streams, such as ``name='Forces'``, until its input ends."""
    return [sys.executable, "-c", _LAB_RECORDER, str(path), streams]
