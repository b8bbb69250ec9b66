"""A new task and a new metric, added from outside: table, JSON, report, cohort and terminal.

Nothing in the package knows of tapping: one entry in the table of tasks, one analysis.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from gripforce.analysis.assessment.person import analysis_json, summarize_person
from gripforce.analysis.assessment.visits import visit_of
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.lift.metrics import LiftMetrics
from gripforce.analysis.metric import given_figures, metric
from gripforce.analysis.results import Estimate
from gripforce.analysis.statistics.estimates import estimate_median
from gripforce.analysis.tasks.context import TaskContext, numbers
from gripforce.analysis.tasks.lift import exclude_lifts, lift_result
from gripforce.analysis.tasks.registry import ANALYSES, TaskAnalysis, analyze, analyze_session
from gripforce.cli.results.analyze import analyze as analyze_command
from gripforce.cohort import cohort_table, find_recordings, measure_cohort, processes
from gripforce.model import TASKS, Kind, TaskSpec
from gripforce.report import render_report
from tests.analysis.analytic_lifts import min_jerk, recording, stream
from tests.analysis.recordings import lifts
from tests.cohort.conftest import write
from tests.report.sessions import Page

FORCES_N = (3.0, 4.0, 5.0, 4.0, 3.5)


@dataclass(frozen=True, slots=True)
class TapMetrics:
    """One tap."""

    tap_force_n: float | None = metric("tap force", "largest GF of a tap", headline=1)
    contact_ms: float | None = metric("contact time")
    undeclared_hz: float | None = None


@dataclass(frozen=True, slots=True)
class TapSeries:
    """All taps."""

    tap_interval_s: Estimate | None = metric("interval between taps")


def analyze_taps(made, low_pass=None):
    context = TaskContext(made, "tap", low_pass)
    for start, stop in context.signals.baseline.touches:
        peak = start + int(np.argmax(context.signals.gf[start:stop]))
        metrics = TapMetrics(
            tap_force_n=float(context.signals.gf[peak]),
            contact_ms=1e3 * (stop - start) / context.signals.rate_hz,
            undeclared_hz=1.0,
        )
        context.add((start, stop), metrics, {"t_tap_s": context.signals.time(peak)})
    times = np.array([trial.events["t_tap_s"] for trial in context.trials])
    series = TapSeries(tap_interval_s=estimate_median(np.diff(times)))
    return context.result(TapMetrics, series=given_figures(series))


@pytest.fixture
def tapping(monkeypatch):
    spec = TaskSpec(
        "tap",
        "Tapping",
        trial="tap",
        events={"t_tap_s": "tap"},
        needs_load=False,
        force_plane=False,
    )
    monkeypatch.setitem(TASKS, "tap", spec)
    monkeypatch.setitem(ANALYSES, "tap", TaskAnalysis(analyze_taps, TapMetrics, TapSeries))


def taps(begin_s=0.0, **metadata):
    t = np.arange(12_000) / 1000 - begin_s
    grip = sum(
        force * np.minimum(min_jerk((t - 1 - 2 * k) / 0.1), min_jerk((1.4 + 2 * k - t) / 0.1))
        for k, force in enumerate(FORCES_N)
    )
    made = stream([Kind.GRIP], t + begin_s, [grip])
    return recording(made, **({"task": "tap", "subject": "P1", "session": "1"} | metadata))


def test_it_has_a_table(tapping):
    table = analyze(taps())
    assert list(table["tap_force_n"]) == pytest.approx(FORCES_N, rel=0.01)
    assert list(table["t_tap_s"]) == pytest.approx([1.2 + 2 * k for k in range(5)], abs=0.11)
    assert table["undeclared_hz"].dtype == "float64"


def test_it_stands_in_the_json(tapping):
    told = analysis_json(summarize_person(analyze_session([taps()])))
    assert told["summary"]["tap_force_n"]["median"] == pytest.approx(4.0, rel=0.01)
    assert told["tasks"]["tap"]["trials"] == 5
    assert told["tasks"]["tap"]["summary"]["tap_interval_s"]["n"] == 4
    assert told["verdicts"]["anticipatory_coupling"]["answer"] == "cannot tell"


def test_it_stands_in_the_report(tapping):
    [result] = results = analyze_session([taps()])
    page = Page(render_report(visit_of(summarize_person(results))))
    assert "Tapping: 5 taps, 5 used" in page.text("file")
    assert "tap force [N]" in page.text("trials")
    assert "contact time [ms]" not in page.text("trials")  # no headline: in the exported table
    assert "tap force [N]" in page.text("task-tap")
    shown = [value for column, value, *_ in page.data if column == "tap_force_n"]
    assert set(numbers(result.trials, "tap_force_n")) <= set(shown)


def test_it_stands_in_the_cohort(tapping, tmp_path):
    for session in "12":
        write(
            taps(0.1 * int(session), session=session), tmp_path / f"sub-P1/ses-{session}/taps.grip"
        )
    with processes(1) as run:
        measured = measure_cohort(tmp_path, find_recordings(tmp_path), run)
    table = cohort_table(measured)
    rows = table[(table["task"] == "tap") & (table["metric"] == "tap_force_n")]
    assert list(rows["median"]) == pytest.approx([4.0, 4.0], rel=0.01)
    assert set(zip(rows["label"], rows["unit"], strict=True)) == {("tap force", "N")}
    assert {"contact_ms", "undeclared_hz", "tap_interval_s"} <= set(table["metric"])


def test_it_stands_on_the_terminal(tapping, tmp_path, capsys):
    write(taps(), tmp_path / "taps.grip")
    analyze_command([tmp_path / "taps.grip"], tmp_path / "taps.csv")
    said = capsys.readouterr().err
    assert "5 taps (tap)" in said
    assert "Tapping:" in said
    assert "tap_force_n" in said


def test_a_new_metric_of_lifts_is_one_field(monkeypatch):
    """The field alone: table, summary and report follow, without a list to add it to."""

    @dataclass(frozen=True, slots=True)
    class MoreLiftMetrics(LiftMetrics):
        lift_time_s: float | None = metric("lift time", headline=99, default=1.5)

    def analyze_more(made, low_pass=None):
        analysis = analyze_lifts(made, low_pass)
        for lift in analysis.lifts:
            known = {name: getattr(lift.metrics, name) for name in lift.metrics.__slots__}
            analysis.context.amend(lift.trial.number, MoreLiftMetrics(**known))
        return lift_result(analysis, MoreLiftMetrics, exclude_lifts(analysis))

    monkeypatch.setitem(ANALYSES, "lift", TaskAnalysis(analyze_more, MoreLiftMetrics))
    made = lifts(4)
    assert list(analyze(made)["lift_time_s"]) == [1.5] * 4
    analysis = summarize_person(analyze_session([made]))
    assert analysis.summary["lift_time_s"].n == 3
    assert "lift time [s]" in Page(render_report(visit_of(analysis))).text("trials")
