"""The methods' figure: one simulated lift, its phases and events as the analysis finds them."""

import asyncio
import tempfile
from functools import partial
from pathlib import Path

from gripforce import Recorder, open_device, read_recording
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.lift.phases import LiftPhases
from gripforce.analysis.signal.prepared import PreparedSignals
from gripforce.model import FloatArray
from gripforce.report import svg
from gripforce.report.markup import Child, Markup, element

SOURCE = "sim:lift?profile=healthy&seed=4&trials=3&speed=max"
LIFT = 1
"""The second: the first of a series is stronger."""
WIDTH = 760.0
FORCES, RATES = (WIDTH, 260.0), (WIDTH, 190.0)
WHOLE_S, BEGINNING_S = (0.35, 0.5), (0.1, 0.4)
"""Time shown before contact, and after release or lift-off."""
BANDS = (
    ("preload", "contact", "load onset"),
    ("loading", "load onset", "lift-off"),
    ("transition", "lift-off", "hold start"),
    ("hold", "hold start", "hold end"),
    ("unloading", "replacement", "release"),
)
STYLE = """
svg { background: #fff } text { font: 11px "Liberation Sans", Arial, sans-serif; fill: #1b1b1b }
text.tick { fill: #595959; font-size: 10.5px } text.phase { font-style: italic; fill: #444 }
line, path { fill: none } .grid { stroke: #e4e4e4 } .axis { stroke: #777 }
.grip { stroke: #0b4f8a; stroke-width: 1.8 } .load { stroke: #c65200; stroke-width: 1.6 }
.load { stroke-dasharray: 5 3 } .moment { stroke: #1b1b1b; stroke-width: .8; stroke-dasharray: 2 2 }
.preload { fill: #dfe8f0 } .loading { fill: #efe6d8 } .transition { fill: #f3f3f0 }
.hold { fill: #dfe8f0 } .unloading { fill: #efe6d8 }
"""


async def record(path: Path) -> None:
    """Record the simulated lifts."""
    about = {"task": "lift", "mass_g": 400}
    with Recorder(path, about) as recorder:
        async with open_device(SOURCE) as device:
            async for _ in recorder.through(device.stream()):
                pass


def picture() -> str:
    """Return the figure as SVG text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lift.grip"
        asyncio.run(record(path))
        analysis = analyze_lifts(read_recording(path))
    phases = analysis.lifts[LIFT].phases
    moments = _moments(phases)
    whole = moments["contact"] - WHOLE_S[0], moments["release"] + WHOLE_S[1]
    beginning = moments["contact"] - BEGINNING_S[0], moments["lift-off"] + BEGINNING_S[1]
    signals = analysis.signals
    shown = partial(_panel, signals, moments=moments)
    upper = shown((signals.gf, signals.lf), span=whole, size=FORCES, label="force [N]")
    lower = shown(
        (signals.gf_rate, signals.lf_rate), span=beginning, size=RATES, label="rate [N/s]"
    )
    title = "One simulated lift: forces with phases and events, and force rates at its beginning"
    height = FORCES[1] + RATES[1]
    return element(
        "svg",
        element("title", title),
        element("style", Markup(STYLE)),
        element("svg", upper, width=WIDTH, height=FORCES[1]),
        element("svg", lower, y=FORCES[1], width=WIDTH, height=RATES[1]),
        svg.text(WIDTH - 12, 12, "solid: grip force GF · dashed: load force LF", "tick", "end"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        width=WIDTH,
        height=height,
    )


def _moments(phases: LiftPhases) -> dict[str, float]:
    times = {
        "contact": phases.contact_s,
        "load onset": phases.load_onset_s,
        "lift-off": phases.liftoff_s,
        "hold start": phases.hold_start_s,
        "hold end": phases.hold_end_s,
        "replacement": phases.replace_s,
        "release": phases.release_s,
    }
    known = {name: t for name, t in times.items() if t is not None}
    if len(known) < len(times):
        raise SystemExit("The lift of the figure lacks an event; choose another seed.")
    return known


def _panel(
    signals: PreparedSignals,
    values: tuple[FloatArray, FloatArray],
    *,
    span: tuple[float, float],
    size: tuple[float, float],
    label: str,
    moments: dict[str, float],
) -> list[Child]:
    """Return grip (solid) and load (dashed) in a span, phases shaded and events named."""
    zero = moments["contact"]
    a, b = (signals.aligned.index(t) for t in span)
    t = signals.aligned.t[a:b] - zero
    parts = [v[a:b] for v in values]
    inside = {name: at - zero for name, at in moments.items() if span[0] <= at <= span[1]}
    bare = svg.Plot.of(size, (float(t[0]), float(t[-1])), svg.roomy(*svg.limits(parts, 0.0)))
    places = [(bare.x.at(at), svg.LETTER * len(name) + 6) for name, at in inside.items()]
    rows = svg.rows_of(places)
    plot = svg.Plot.of(size, (bare.x.low, bare.x.high), (bare.y.low, bare.y.high),
                       head=13.0 * (1 + max(rows)) + 4)  # fmt: skip
    marks: list[Child] = []
    for name, first, last in BANDS:
        if first in inside and last in inside:
            marks.append(plot.columns(inside[first], inside[last], name))
            wide = (inside[last] - inside[first]) * plot.x.scale > svg.LETTER * len(name)
            middle = plot.x.at(0.5 * (inside[first] + inside[last]))
            marks.append(svg.text(middle, plot.bottom - 6, name, "phase", "middle") if wide else "")
    marks += [plot.upright(at, "moment") for at in inside.values()]
    marks += [
        svg.text(at, plot.top - 4 - 13 * row, name, "label", "middle")
        for (at, _), row, name in zip(places, rows, inside, strict=True)
    ]
    lines = [plot.line(*svg.thinned(t, part, 700), kind)
             for part, kind in zip(reversed(parts), ("load", "grip"), strict=True)]  # fmt: skip
    return [plot.drawn(label, "time from contact [s]", label, marks, lines, about=10)]
