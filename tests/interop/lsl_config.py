"""LSL on this machine alone: no other computer is asked, and no IPv6 is needed."""

import os
import sys
from pathlib import Path

TEXT = """
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


def environment(folder):
    """Return the environment of a process that uses LSL, with its settings in a folder."""
    path = Path(folder) / "lsl_api.cfg"
    path.write_text(TEXT)
    root = str(Path(__file__).parents[2])
    return {**os.environ, "LSLAPICFG": str(path), "PYTHONPATH": root}


def command(*words):
    return [sys.executable, "-m", "gripforce", *map(str, words)]
