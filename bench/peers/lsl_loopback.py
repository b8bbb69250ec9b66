"""Samples through the Lab Streaming Layer on this computer, from one process to another. A peer."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time

import pylsl

from tests.interop.lsl_config import environment

NAME = "bench loopback"
CHANNELS, RATE_HZ, BLOCK = 4, 1000, 16
"""As gripforce's research front end sends them."""
FOUND_WITHIN_S = 20.0


def latencies_ms(seconds: float) -> list[float]:
    """Return how long after it was pushed each block was there, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.peers.lsl_loopback", str(seconds)]
        printed = subprocess.check_output(command, env=environment(folder), text=True)
    return list(json.loads(printed))


def push(seconds: float) -> None:
    """Push blocks at their pace, stamped with the time of their newest sample."""
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo(NAME, "Force", CHANNELS, RATE_HZ, "float32", NAME))
    outlet.wait_for_consumers(FOUND_WITHIN_S)
    begin_s = pylsl.local_clock()
    for block in range(round(seconds * RATE_HZ / BLOCK)):
        time.sleep(max(0.0, begin_s + block * BLOCK / RATE_HZ - pylsl.local_clock()))
        outlet.push_chunk([[float(block)] * CHANNELS] * BLOCK, pylsl.local_clock())


def pull(seconds: float) -> list[float]:
    """Return the lateness [ms] of each block that is pushed meanwhile."""
    late_ms: list[float] = []
    with subprocess.Popen([sys.executable, "-m", __spec__.name, str(seconds), "push"]) as outlet:
        [info] = pylsl.resolve_byprop("name", NAME, timeout=FOUND_WITHIN_S)
        inlet = pylsl.StreamInlet(info)
        inlet.open_stream(FOUND_WITHIN_S)
        while outlet.poll() is None:
            _, stamps = inlet.pull_chunk(timeout=0.1, max_samples=BLOCK)
            if stamps:
                late_ms.append(1e3 * (pylsl.local_clock() - stamps[-1]))
    return late_ms


if __name__ == "__main__":
    if sys.argv[2:] == ["push"]:
        push(float(sys.argv[1]))
    else:
        print(json.dumps(pull(float(sys.argv[1]))))
