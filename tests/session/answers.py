"""What each shipped protocol is to answer, beside what was planted in the simulated hand."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gripforce.analysis.results import Decision
from gripforce.recording import read_recording
from gripforce.session.results import analyze_folder
from gripforce.sim.options import parse_options
from gripforce.sim.person.profiles import profile as find_profile
from gripforce.sim.tasks.registry import perform
from gripforce.transport import SourceUrl

LIMIT_PCT_OF_SLIP = 80.0
FEEDBACK_MS = 60.0
CONSISTENT_MS = 45.0
"""Lags that scatter more are not timed to the load, wherever their median is (decision 6)."""


@dataclass(frozen=True)
class Answer:
    """One figure or decision of a session, and whether it is what was planted."""

    question: str
    found: str
    planted: str
    right: bool


class Performed:
    """A finished session of a simulated hand: what was found, and what is true."""

    def __init__(self, session, folder):
        self.session, self.folder = session, folder
        self.analyses, self.refused = analyze_folder(folder.recordings)

    @cached_property
    def truth(self):
        """Scenes by hand and task, in the order of the recordings."""
        scenes = {}
        for path in sorted(self.folder.recordings.glob("*.grip")):
            metadata = read_recording(path).metadata
            url = SourceUrl.parse(metadata["source"])
            if "hand" in metadata and url.target != "still":
                made = perform(url.target, parse_options(url.target, url.options))
                scenes.setdefault((metadata["hand"], metadata["task"]), []).append(made)
        return scenes

    @property
    def profile(self):
        return find_profile(next(iter(self.truth.values()))[0].facts["profile"])

    def trials(self, hand, task):
        return [trial for scene in self.truth[hand, task] for trial in scene.trials]

    def summary(self, hand, task):
        return self.analyses[hand].by_task[task]


def answers_of(done):
    """Return what a performed session answers, by the question of its protocol."""
    assert not done.refused, done.refused
    name = done.session.protocol.name
    found = [answer for hand in done.analyses for answer in ANSWERS[name](done, hand)]
    assert found
    return found


def unfinished(session):
    """Return the blocks with fewer accepted trials than are asked for, and why."""
    blocks = enumerate(session.protocol.blocks)
    done = [(block, session.progress.block(k)) for k, block in blocks if block.recorded]
    return [(b.title, [t.why for t in d.trials]) for b, d in done if d.counted < b.trials]


def near(question, estimate, planted, within, digits=1):
    """Compare an estimate's value with what was planted."""
    value = getattr(estimate, "value", estimate)
    right = value is not None and abs(value - planted) <= within
    found = "–" if value is None else f"{value:.{digits}f}"
    return Answer(question, found, f"{planted:.{digits}f} ± {within:.{digits}f}", right)


def held(question, estimate, planted, beside=0.0, digits=1):
    """Compare an estimate's 95 % interval, widened by a tolerance, with what was planted."""
    if estimate is None or estimate.ci_low is None:
        return Answer(question, "–", f"{planted:.{digits}f}", right=False)
    right = estimate.ci_low - beside <= planted <= estimate.ci_high + beside
    low, high = estimate.ci_low, estimate.ci_high
    found = f"{estimate.value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
    return Answer(question, found, f"{planted:.{digits}f}", right)


def decided(done, hand, name, true):
    """Compare a decision with the truth; it may stay open, it may not be wrong."""
    found = done.analyses[hand].verdicts[name].answer
    words = {Decision.YES: "yes", Decision.NO: "no", Decision.UNDETERMINED: "cannot tell"}
    return Answer(
        f"{hand}, {name}", words[found], words[true], found in {true, Decision.UNDETERMINED}
    )


def learn_the_screens(done, hand):
    """Nothing is to be decided from two slips and six lifts."""
    for name, verdict in done.analyses[hand].verdicts.items():
        right = verdict.answer is Decision.UNDETERMINED and "too few" in verdict.why
        yield Answer(name, str(verdict.answer), "cannot tell: too few", right)


def is_planned(profile, lifts, *, moves):
    """Return what is true of a hand: whether its grip rises together with the load.

    It comes sooner than feedback, at much the same time in each trial, and, where movements show
    it, whichever way the load goes.
    """
    lag_ms = np.median([trial["lag_ms"] for trial in lifts])
    timed = lag_ms < FEEDBACK_MS and profile.lag_sd_ms < CONSISTENT_MS
    return Decision.YES if timed and (not moves or profile.direction > 0.5) else Decision.NO


def planned_and_in_excess(done, hand):
    """Both decisions, and the figures below them."""
    slip_n = np.median([t["slip_force_n"] for t in done.trials(hand, "slip")])
    lifts = done.trials(hand, "lift")[1:]
    margin_pct = 100 * (np.median([t["gf_static_n"] for t in lifts]) / slip_n - 1)
    planned = is_planned(done.profile, lifts, moves=(hand, "p2p") in done.truth)
    excess = Decision.YES if margin_pct > LIMIT_PCT_OF_SLIP else Decision.NO
    yield decided(done, hand, "anticipatory_coupling", planned)
    yield decided(done, hand, "excess_margin", excess)
    slip = done.summary(hand, "slip")["slip_force_n"]
    yield near(f"{hand}, slip force (N)", slip, slip_n, 0.05 * slip_n, 2)
    margin = done.analyses[hand].margin.static_margin_pct_of_slip
    yield held(f"{hand}, margin (%)", margin, margin_pct, 5.0, 0)
    if "pinch" in done.analyses[hand].by_task:
        yield strength(done, hand, "mvc_n")


def strength(done, hand, column):
    planted = np.median([t["mvc_n"] for t in done.trials(hand, "pinch")])
    found = done.summary(hand, "pinch")[column]
    return near(f"{hand}, {column}", found, planted, 0.1 * planted)


def anticipation(done, hand):
    """Own impacts beside those of another person."""
    summary = done.summary(hand, "drop")
    for by, scene in zip(("self", "experimenter"), done.truth[hand, "drop"], strict=True):
        onsets_ms = [t["gf_onset_ms"] for t in scene.trials[:8]]
        share = float(np.mean(np.array(onsets_ms) < 0))
        yield near(f"anticipated, {by}", summary[f"predictive_share_{by}"], share, 0.13, 2)
        onset = summary.get(f"gf_onset_{by}_ms")
        yield near(f"onset, {by} (ms)", onset, float(np.median(onsets_ms)), 15, 0)
    earlier = summary["gf_onset_self_before_experimenter_ms"]
    yield Answer(
        "own impacts earlier (ms)", f"from {earlier.ci_low:.0f}", "over 0", earlier.ci_low > 0
    )


def reaction(done, hand):
    """The latency of each step, by its own truth: it depends on the step's rate."""
    planted = {t["t_step_s"]: t["latency_ms"] for t in done.trials(hand, "step") if t["latency_ms"]}
    late_ms = []
    for result in done.analyses[hand].results:
        for trial in result.used:
            step_s, latency_ms = trial.events["t_step_s"], trial.values["latency_ms"]
            true_s = min(planted, key=lambda at_s: abs(at_s - step_s))
            if latency_ms is not None and abs(true_s - step_s) < 0.1:
                late_ms.append(latency_ms - planted[true_s])
    yield Answer("steps with a latency", str(len(late_ms)), "6 or more", len(late_ms) >= 6)
    yield near("error of a latency (ms)", float(np.median(late_ms)), 0.0, 8.0)
    found = done.summary(hand, "step")["latency_ms"]
    yield held("latency (ms)", found, float(np.median(list(planted.values()))), 10, 0)


def split_hand(done, hand):
    """This hand knows no digits: both pinches are alike."""
    yield held(
        f"{hand}, split-hand ratio", done.summary(hand, "pinch")["split_hand_ratio"], 1.0, 0, 2
    )
    for column in ("mvc_n_index", "mvc_n_little"):
        yield strength(done, hand, column)


def carry_over(done, hand):
    summary = done.summary(hand, "weights")
    share, memory = summary["lf_rate_peak_carry_over"], done.profile.memory
    yield near("carry-over of the last weight", share, memory, 0.2 * memory, 2)
    slope = summary["lf_rate_peak_scaling_n_per_s_per_kg"]
    yield Answer(
        "scaling with the last weight", f"from {slope.ci_low:.0f}", "over 0", slope.ci_low > 0
    )


def learning_by_watching(done, hand):
    """This hand learns nothing by it: three contrasts of 0."""
    yield from carry_over(done, hand)
    for name in ("watch", "imagine", "pantomime"):
        contrast = done.summary(hand, "weights")[f"lf_rate_peak_gained_n_per_s_per_kg_{name}"]
        yield held(f"gained by {name} (N/s/kg)", contrast, 0.0)


def friction(done, hand):
    """Slip force and margin of each surface by its own truth, and when grip turns to it."""
    summary = done.summary(hand, "surfaces")
    for name in ("sandpaper", "suede", "silk"):
        lifts = [t for t in done.trials(hand, "surfaces") if t["surface"] == name]
        slip_n = np.median([t["slip_force_n"] for t in lifts])
        static_n = np.median([t["gf_static_n"] for t in lifts])
        yield near(
            f"slip force, {name} (N)", summary[f"slip_force_n_{name}"], slip_n, 0.08 * slip_n, 2
        )
        margin_pct = 100 * (static_n / slip_n - 1)
        found = summary[f"static_margin_pct_of_slip_{name}"]
        yield near(f"margin, {name} (%)", found, margin_pct, 15 + 0.25 * margin_pct, 0)
    latency = summary.get("friction_update_ms")
    if latency is not None:  # or it says that it cannot tell
        yield held("adaptation (ms)", latency, done.profile.friction_ms, 15, 0)


def generation_and_release(done, hand):
    """Errors and lag of following the target, by the trials' own truth."""
    trials, summary = done.trials(hand, "tracking")[:8], done.summary(hand, "tracking")
    planted = {key: np.median([t[key] for t in trials]) for key in (
        "rmse_generation_n", "rmse_release_n", "delay_ms", "release_delay_ms")}  # fmt: skip
    for kind in ("generation", "release"):
        key = f"rmse_{kind}_n"
        yield near(f"{hand}, error, {kind} (N)", summary[key], planted[key], 0.15 * planted[key], 2)
    lag_ms = 0.5 * (planted["delay_ms"] + planted["release_delay_ms"])
    yield held(f"{hand}, lag (ms)", summary["xcorr_lag_ms"], lag_ms, 15, 0)
    ratio = summary["release_generation_ratio"]
    yield held(f"{hand}, release/generation", ratio,
               planted["rmse_release_n"] / planted["rmse_generation_n"], 0.05, 2)  # fmt: skip


ANSWERS = {
    "try-out": learn_the_screens,
    "quick-lift": planned_and_in_excess,
    "als-battery": planned_and_in_excess,
    "als-battery-light": planned_and_in_excess,
    "drop-catch": anticipation,
    "load-steps": reaction,
    "split-hand": split_hand,
    "weight-series": carry_over,
    "observation": learning_by_watching,
    "friction-series": friction,
    "tracking": generation_and_release,
}
"""By protocol: a shipped one that is not here fails the tests."""
