"""Print each number beside the one to reach: ``make bench``, or ``python -m bench decode …``."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from bench import analysis, ble, decode, processes
from bench.dashboard import measure_dashboard
from bench.figure import Figure
from bench.session import measure_session
from bench.soak import soak

Measure: TypeAlias = Callable[[], Iterable[Figure]]


def dashboard() -> Iterator[Figure]:
    """Measure what the dashboard costs at 1 kHz × 4 on 120 × 40."""
    cost = measure_dashboard()
    yield Figure(
        "dashboard at 120 x 40, simulator included, of one core", 35, cost.cpu_share * 100, "%"
    )
    yield Figure("dashboard, pictures a second", 15, cost.frames_per_s, "/s", floor=True)


def session() -> Iterator[Figure]:
    """Measure what a session's screen costs while a trial runs; the recorder is another process."""
    cost = measure_session()
    yield Figure("session's screen at 120 x 40, of one core", 35, cost.cpu_share * 100, "%")
    yield Figure("session's screen, pictures a second", 15, cost.frames_per_s, "/s", floor=True)


MEASURES: dict[str, Measure] = {
    "decode": decode.decode,
    "open": decode.open_hour,
    "analysis": analysis.ten_minutes,
    "lifts": analysis.two_thousand_lifts,
    "start": processes.start_up,
    "record": processes.record_cost,
    "latency": processes.latency,
    "dashboard": dashboard,
    "session": session,
    "ble": ble.in_process,
    "bluez": ble.through_bluez,
}


LONG: dict[str, Measure] = {"soak": soak}
"""Only where it is named: a quarter of an hour."""


def main(names: list[str]) -> None:
    """Measure what is named, or everything."""
    print(f"{platform.node()}, {platform.machine()}, Python {platform.python_version()}")
    print(f"{'what':<62}   {'reach':>7} {'':<12} {'measured':>9} {'ratio':>7}  reached")
    for name in names or MEASURES:
        for figure in (MEASURES | LONG)[name]():
            print(figure.row(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
