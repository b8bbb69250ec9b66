"""Measure speed: ``make bench``, or ``python -m bench [--json] [--write] [--compare] decode …``.

Every figure proves that what it timed happened, or is *invalid*, and the bench fails.
"""

from __future__ import annotations

import argparse
import compileall
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import gripforce
from bench import analysis, ble, bridge, decode, processes, report, simulator
from bench.dashboard import SOURCE, DashboardCost, measure_dashboard
from bench.figure import Figure
from bench.growth import many, one_file, page
from bench.peers import files
from bench.release import release
from bench.session import measure_session
from bench.soak import soak

Measure: TypeAlias = Callable[[], Iterable[Figure]]
MOST_S = 240.0
"""What `make bench` may take."""
LEAST_PICTURES = 5.0
"""A screen that draws fewer a second is not one whose cost may be stated."""


def dashboard() -> Iterator[Figure]:
    """Measure what the dashboard costs at 1 kHz × 4 on 120 × 40."""
    ours = measure_dashboard()
    yield from _screen("dashboard at 120 x 40, simulator included", ours)
    plain = measure_dashboard(words=("-m", "bench.peers.plain_dashboard", SOURCE))
    what = "its picture, over one of a plain textual-plot app (two forces), processor time"
    yield Figure.beside(what, 1.0, ours.cpu_ms, plain.cpu_ms, _still(ours) or _still(plain))


def session() -> Iterator[Figure]:
    """Measure what a session's screen costs while a trial runs; the recorder is another process."""
    yield from _screen("session's screen at 120 x 40", measure_session())


def _screen(what: str, cost: DashboardCost) -> Iterator[Figure]:
    doubt, shares = _still(cost), [100 * share for share in cost.cpu_share]
    yield Figure.of_runs(f"{what}, of one core", 35, shares, "%", doubt=doubt)
    pictures = f"{what}, pictures a second"
    yield Figure.of_runs(pictures, 15, cost.frames_per_s, "/s", floor=True, doubt=doubt)


def _still(cost: DashboardCost) -> str:
    """Return why the cost of a screen means nothing: it drew too few pictures in a stretch."""
    least = min(cost.frames_per_s)
    return f"only {least:.1f} pictures a second" if least < LEAST_PICTURES else ""


def growth() -> Iterator[Figure]:
    """Measure how cost grows with length, channels, rate, recorders and sessions."""
    for measured in (
        one_file.by_length, one_file.by_channels, one_file.by_rate,
        many.by_recorders, many.by_sessions,
    ):  # fmt: skip
        for found in measured():
            yield found.figure


MEASURES: dict[str, Measure] = {
    "decode": decode.decode,
    "open": decode.open_hour,
    "peers": files.beside_others,
    "analysis": analysis.ten_minutes,
    "lifts": analysis.two_thousand_lifts,
    "simulator": simulator.memory,
    "start": processes.start_up,
    "record": processes.record_cost,
    "latency": processes.latency,
    "release": release,
    "bridge": bridge.late,
    "dashboard": dashboard,
    "session": session,
    "ble": ble.in_process,
}
LONG: dict[str, Measure] = {
    "soak": soak,
    "bluez": ble.through_bluez,
    "outputs": bridge.outputs,
    "growth": growth,
}
"""Only where it is named: minutes to a quarter of an hour."""
RATIOS = ("peers", "record", "latency", "dashboard")
"""Where other programs do the same work: what `--compare` measures where nothing is named."""


def main() -> None:
    """Measure what is named, or everything."""
    options = _options()
    # As an installation does. Many images forbid Python to store compiled modules at a start.
    compileall.compile_dir(Path(gripforce.__file__).parent, quiet=1)
    where = report.machine()
    if not options.json:
        print(where)
    figures: list[Figure] = []
    for figure in _measured(options.names):
        figures.append(figure)
        if not options.json:
            print(figure.row(), flush=True)
    if options.json:
        print(report.as_json(figures, where))
    if options.write:
        _write(figures, where)
    every_ratio = set(RATIOS) <= set(options.names or MEASURES)
    sys.exit(_faults(figures, compare=options.compare, every_ratio=every_ratio))


def _measured(names: Sequence[str]) -> Iterator[Figure]:
    """Measure what is named; everything, and how long that took, where nothing is."""
    begin_s = time.monotonic()
    for name in names or MEASURES:
        part_s = time.monotonic()
        yield from (MEASURES | LONG)[name]()
        print(f"{name} took {time.monotonic() - part_s:.0f} s", file=sys.stderr)
    if not names:
        yield Figure("all of these measurements", MOST_S, time.monotonic() - begin_s, "s")


def _write(figures: Sequence[Figure], where: str) -> None:
    """Write what was measured into the page: the table, or the section on growth."""
    grown = [figure.growth for figure in figures if figure.growth is not None]
    if grown:
        page.write_growth(grown, where)
    others = [figure for figure in figures if figure.growth is None]
    if others:
        report.write_page(others, where)
        report.write_baseline(others, where)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *MEASURES, *LONG], help="default: all")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--compare", action="store_true", help="fail where a ratio got worse")
    options = parser.parse_args()
    if options.compare and not options.names and not options.write:
        options.names = [*RATIOS]
    if options.write and options.names and set(options.names) != {"growth"}:
        parser.error("--write writes the whole table, or the section of growth alone")
    return options


def _faults(figures: list[Figure], *, compare: bool, every_ratio: bool = False) -> int:
    """Return the exit code: 1 where a figure is invalid, or a ratio worse than the baseline.

    Where ``every_ratio`` was to be measured, one that is missing is a fault too.
    """
    found = [f"{figure.what}: {figure.verdict}" for figure in figures if figure.doubt]
    if compare:
        found += report.worse(figures, report.baseline())
        found += report.unmatched(figures, report.baseline()) if every_ratio else []
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    main()
