"""A whole session by keys alone, on an ALS-like patient; time passes as fast as samples come."""

from gripforce.dashboard.session.app import SUMMARY
from gripforce.session import SessionState
from gripforce.session.storage import restore_session
from tests.dashboard.pilot import run_through
from tests.session.fast_time import new_session
from tests.session.test_truth import require_truth, require_whole

SOURCE = "sim:lift?profile=als&seed=31415&speed=max"


async def test_a_battery_from_the_first_key_to_the_last(tmp_path):
    folder = new_session(tmp_path, "als-battery", SOURCE, skin="dry")
    app = await run_through(folder)
    require_whole(app.controller, folder)
    require_truth(app.controller, folder, SOURCE)
    summary = (folder.path / SUMMARY).read_text()
    assert "Nothing needs to be repeated." in summary
    for hand in ("Left", "Right"):
        assert f"{hand} hand\n" in summary
    page = (folder.path / "report.html").read_text(encoding="utf-8")
    assert all(f"{hand} hand: " in page for hand in ("Left", "Right"))
    assert restore_session(folder)[0].state is SessionState.FINISHED
