"""Analysis, report, session and cohort put recordings of one folder into the same groups."""

from dataclasses import replace

import pytest

from gripforce.analysis.assessment.visits import summarize_visit
from gripforce.analysis.tasks.registry import analyze_session
from gripforce.cohort.discover import whose
from gripforce.model.whose import by_hand, hand_of
from gripforce.recording import read_recording, write_recording
from gripforce.session.results import analyze_folder
from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording


def recordings(folder, hands):
    for k, hand in enumerate(hands):
        made = lifts_recording(
            [AnalyticLift(contact_s=1 + 5 * n) for n in range(k + 1)], mass_g=400
        )
        about = {**made.metadata, "task": "lift", "subject": "p01"} | (
            {"hand": hand} if hand else {}
        )
        device = replace(made.device, firmware="0.0.0", uid="00")
        path = folder / f"{k}.grip"
        write_recording(replace(made, device=device, metadata=about), path, least_free_bytes=0)
    return [read_recording(path) for path in sorted(folder.glob("*.grip"))]


@pytest.mark.parametrize(
    ("hands", "groups"),
    [
        (("right", "R", "Right "), {"right": 3}),
        (("left", ""), {"left": 2}),
        (("left", "r", "l"), {"right": 1, "left": 2}),
        (("left", "right", ""), {"right": 1, "left": 1, "": 1}),
    ],
)
def test_hands_are_grouped_alike_everywhere(tmp_path, hands, groups):
    made = recordings(tmp_path, hands)
    visit = summarize_visit(analyze_session(made))
    assert {hand: len(analysis.results) for hand, analysis in visit.hands.items()} == groups
    analyses, errors = analyze_folder(tmp_path)
    assert not errors
    assert {hand: len(analysis.results) for hand, analysis in analyses.items()} == groups
    assert {hand: len(part) for hand, part in by_hand(made, lambda r: r.metadata).items()} == groups
    keys = {whose(recording.name, recording.metadata).hand for recording in made}
    assert keys - {""} == set(groups) - {""}
    assert keys <= {hand_of(r.metadata) for r in made}
