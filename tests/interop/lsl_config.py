"""Processes of tests that use LSL: their environment and commands."""

import sys
from pathlib import Path

from reliability.lsl_alone import lsl_environment


def environment(folder):
    """Return the environment of a process that uses LSL and this package."""
    return {**lsl_environment(Path(folder)), "PYTHONPATH": str(Path(__file__).parents[2])}


def command(*words):
    return [sys.executable, "-m", "gripforce", *map(str, words)]
