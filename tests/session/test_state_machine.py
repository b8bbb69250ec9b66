"""The state machine, key by key and second by second, without a screen or a device."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gripforce.errors import UsageError
from gripforce.protocol.schema import Block, Protocol
from gripforce.session import Acceptance, EventKind, SessionMachine, SessionState, replay_events
from gripforce.session.state_machine import TAIL_S, VERDICT_S

GOOD, BAD = Acceptance(), Acceptance(why=("the object was dropped",))


def block(task="lift", **options):
    return Block(task=task, title=task.title(), instruction="Do it.", mass_g=300, **options)


def protocol(*blocks):
    return Protocol("mine", "Mine", "", tuple(blocks))


class Run:
    """A session with a clock that a test turns; the stream's second 0 is the host's."""

    def __init__(self, *blocks, progress=None):
        self.session = SessionMachine(protocol(*blocks), progress)
        self.now = 0.0
        self.events = []

    def pass_(self, seconds):
        self.now += seconds
        self.session.tick(self.now, self.now)
        self.collect()

    def collect(self):
        self.events += self.session.pop_events()

    def begin(self, file="a.grip"):
        self.session.begin(self.now)
        if self.session.wants_recording:
            self.session.recording_started(file)
            self.session.stream_started(self.now)
            self.pass_(0.0)
        self.collect()

    def trial(self, acceptance=GOOD, seconds=4.0):
        start = self.now
        self.now += seconds
        accepted = self.session.accept_trial(start, self.now, acceptance, self.now)
        self.collect()
        return accepted

    def kinds(self):
        return [event.kind for event in self.events]


def test_lifts_are_accepted_at_the_patients_own_pace_until_there_are_enough():
    run = Run(block(trials=2))
    assert run.session.state is SessionState.READY
    run.begin()
    assert run.session.state is SessionState.GO
    assert run.trial()
    assert run.session.state is SessionState.JUDGED
    assert run.trial(), "a patient who does not wait for the screen is not punished"
    assert run.session.state is SessionState.CLOSING
    assert run.session.wants_recording, "the untouched level after the last lift is recorded"
    run.pass_(TAIL_S)
    assert not run.session.wants_recording
    run.session.stream_ended(run.now)
    assert run.session.state is SessionState.FINISHED
    run.collect()
    assert run.kinds() == [
        EventKind.RECORDING,
        EventKind.TRIAL,
        EventKind.TRIAL,
        EventKind.BLOCK_DONE,
        EventKind.FINISHED,
    ]


def test_a_timed_trial_has_a_countdown_a_span_and_a_rest():
    run = Run(block("pinch", trials=2, trial_s=4.0, cue_s=3.0, rest_s=20.0))
    run.begin()
    assert run.session.state is SessionState.CUE
    assert run.session.left_s(run.now + 1) == 2.0
    run.pass_(3.0)
    assert run.session.state is SessionState.GO
    assert run.session.waits_for_contact
    assert run.session.trial_start_t is None, "a slow hand has all its time"
    run.session.contact_began(run.now)
    run.session.contact_began(run.now + 3.0)
    assert run.session.trial_start_t == run.now
    run.trial()
    run.pass_(VERDICT_S)
    assert run.session.state is SessionState.REST
    assert run.session.left_s(run.now) == pytest.approx(20.0 - VERDICT_S)
    run.pass_(20.0)
    assert run.session.state is SessionState.CUE


def test_a_rest_can_be_cut_short():
    run = Run(block("pinch", trials=2, rest_s=20.0, cue_s=0.0))
    run.begin()
    run.trial()
    run.pass_(VERDICT_S)
    run.session.begin(run.now)
    assert run.session.state is SessionState.CUE


def test_bad_trials_are_repeated_and_named():
    run = Run(block(trials=1, most_repeats=3))
    run.begin()
    run.trial(BAD)
    assert run.session.state is SessionState.JUDGED
    assert run.session.last.why == ("the object was dropped",)
    assert run.session.block_progress.counted == 0
    run.trial()
    assert run.session.state is SessionState.CLOSING


def test_too_many_bad_trials_end_the_block():
    run = Run(block(trials=5, most_repeats=2))
    run.begin()
    for _ in range(3):
        run.trial(BAD)
    assert run.session.state is SessionState.CLOSING
    assert run.session.block_progress.done


def test_a_person_can_keep_a_bad_trial_and_take_back_a_good_one():
    run = Run(block(trials=2))
    run.begin()
    run.trial(BAD)
    run.session.decide(1, "keep", run.now)
    assert run.session.block_progress.counted == 1
    run.trial()
    assert run.session.state is SessionState.CLOSING
    run.session.decide(2, "repeat", run.now)
    assert run.session.state is SessionState.CUE
    assert not run.session.block_progress.done
    run.trial()
    assert run.session.state is SessionState.CLOSING


def test_the_last_block_is_opened_again_for_a_trial_that_is_taken_back_later():
    run = Run(block(trials=1), block("cyclic"))
    run.begin()
    run.trial()
    run.pass_(TAIL_S)
    run.session.stream_ended(run.now)
    assert run.session.index == 1
    run.session.decide(1, "repeat", run.now, block=0)
    assert (run.session.index, run.session.state) == (0, SessionState.READY)


def test_a_decision_needs_a_trial():
    run = Run(block())
    with pytest.raises(UsageError, match="no trial 1"):
        run.session.decide(1, "keep", 0.0)
    with pytest.raises(UsageError, match="not a decision"):
        run.session.decide(1, "delete", 0.0)


def test_could_not_do_is_data():
    run = Run(block("pinch"), block())
    run.begin()
    run.session.skip(0, "could not do", run.now)
    run.pass_(TAIL_S)
    run.session.stream_ended(run.now)
    assert run.session.progress.block(0).skipped == "could not do"
    assert run.session.index == 1


def test_a_skip_needs_a_reason_and_leave():
    run = Run(block("check", skip=False))
    with pytest.raises(UsageError, match="cannot be skipped"):
        run.session.skip(0, "no time", 0.0)
    run = Run(block())
    with pytest.raises(UsageError, match="needs a reason"):
        run.session.skip(0, "  ", 0.0)


def test_a_block_that_has_not_begun_is_skipped_at_once():
    run = Run(block(), block("slip"))
    run.session.skip(run.session.index, "too tired", 0.0)
    assert (run.session.index, run.session.state) == (1, SessionState.READY)


def test_a_pause_holds_the_countdown_and_takes_no_trials():
    run = Run(block("pinch", cue_s=3.0))
    run.begin()
    run.session.pause(run.now)
    run.pass_(100.0)
    assert run.session.state is SessionState.CUE
    assert run.session.left_s(run.now) == 3.0
    run.session.resume(run.now)
    run.pass_(2.9)
    assert run.session.state is SessionState.CUE
    run.pass_(0.1)
    assert run.session.state is SessionState.GO


def test_lifts_in_a_pause_do_not_count():
    run = Run(block(trials=1))
    run.begin()
    run.session.pause(run.now)
    assert not run.trial()
    run.session.begin(run.now)
    assert run.trial()


def test_a_pause_in_a_timed_trial_begins_it_anew():
    run = Run(block("pinch", cue_s=2.0))
    run.begin()
    run.pass_(2.0)
    run.session.pause(run.now)
    run.session.resume(run.now)
    assert run.session.state is SessionState.CUE
    assert run.session.left_s(run.now) == 2.0


def test_a_lost_stream_keeps_what_was_done_and_asks_again():
    run = Run(block(trials=3))
    run.begin()
    run.trial()
    run.session.stream_ended(run.now, "device lost")
    run.collect()
    assert run.session.state is SessionState.READY
    assert run.kinds()[-1] is EventKind.INTERRUPTED
    run.begin("b.grip")
    run.trial()
    run.trial()
    assert run.session.block_progress.counted == 3
    assert {t.file for t in run.session.block_progress.trials} == {"a.grip", "b.grip"}


def test_a_session_goes_on_from_its_events():
    run = Run(block(trials=2), block("cyclic"))
    run.begin()
    run.trial()
    later = Run(block(trials=2), block("cyclic"), progress=replay_events(run.events))
    assert (later.session.index, later.session.block_progress.counted) == (0, 1)
    later.session.reattach("a.grip", 0.0)
    later.session.stream_started(0.0)
    later.pass_(0.0)
    assert not later.session.accept_trial(0.0, 4.0, GOOD, 0.0), "it was judged before the crash"
    assert later.session.accept_trial(5.0, 9.0, GOOD, 0.0)
    assert later.session.state is SessionState.CLOSING


THREE = (block("zero", trials=1), block("slip", trials=2), block(trials=3))


def killed_out_of_order(*, trials):
    """Return a session that jumped to its last block, was killed there, and goes on."""
    run = Run(*THREE)
    run.session.reopen(2, 0.0)
    run.begin("lift.grip")
    for _ in range(trials):
        run.trial()
    return Run(*THREE, progress=replay_events(run.events))


def test_a_killed_session_goes_on_in_the_block_that_was_being_recorded():
    """It took the recording of the lifts for that of the zero before it, which was still open."""
    later = killed_out_of_order(trials=1)
    assert later.session.index == 2
    later.session.reattach("lift.grip", 0.0)
    later.session.stream_started(0.0)
    later.pass_(0.0)
    later.now = 5.0
    assert later.trial()
    assert later.session.block_progress.counted == 2
    assert not later.session.progress.block(0).trials


def test_a_recording_of_a_block_that_is_over_only_ends():
    """Killed in the second after the last lift, it was gone on with as the next block's."""
    later = killed_out_of_order(trials=3)
    assert later.session.index == 0
    later.session.reattach("lift.grip", 0.0)
    later.session.stream_started(0.0)
    assert not later.trial()
    later.pass_(TAIL_S)
    assert not later.session.wants_recording
    later.session.stream_ended(later.now)
    later.collect()
    assert (later.session.index, later.session.state) == (0, SessionState.READY)
    assert not later.session.progress.block(0).trials


def test_a_recording_that_the_journal_does_not_know_is_nobodys():
    later = killed_out_of_order(trials=1)
    later.session.reattach("other.grip", 0.0)
    assert later.session.state is SessionState.READY
    assert not later.session.wants_recording


def test_a_session_that_was_killed_after_its_last_trial_is_finished():
    """All its blocks were over, and it was called unfinished for ever."""
    run = Run(block(trials=1))
    run.begin()
    run.trial()
    assert run.session.state is SessionState.CLOSING
    later = Run(block(trials=1), progress=replay_events(run.events))
    later.collect()
    assert later.session.state is SessionState.FINISHED
    assert later.kinds() == [EventKind.FINISHED]


def test_a_skip_is_of_the_block_that_was_meant():
    """The block ended while its operator was asked for the reason, and the next one was skipped."""
    run = Run(block(trials=1), block("cyclic"))
    run.begin()
    meant = run.session.index
    run.trial()
    with pytest.raises(UsageError, match="'Lift' is over: nothing was skipped"):
        run.session.skip(meant, "too tired", run.now)
    run.pass_(TAIL_S)
    run.session.stream_ended(run.now)
    with pytest.raises(UsageError, match="'Lift' is over"):
        run.session.skip(meant, "too tired", run.now)
    assert run.session.index == 1
    assert not any(run.session.progress.block(k).skipped for k in range(2))


def test_a_rest_is_a_timer_and_no_recording():
    run = Run(block("rest", trial_s=30.0), block())
    run.begin()
    assert run.session.state is SessionState.GO
    assert not run.session.wants_recording
    run.pass_(29.9)
    assert run.session.index == 0
    run.pass_(0.1)
    assert (run.session.index, run.session.state) == (1, SessionState.READY)


def test_an_abort_ends_the_session_until_it_is_undone():
    run = Run(block())
    run.begin()
    run.session.abort("patient felt unwell", run.now)
    assert run.session.state is SessionState.ABORTED
    assert not run.session.wants_recording
    run.session.begin(run.now)
    assert run.session.state is SessionState.ABORTED
    assert run.session.progress.why == "patient felt unwell"
    assert run.session.undo(run.now) == "the end of the session"
    assert run.session.state is SessionState.READY


def test_hands_follow_the_first():
    first = replay_events([])
    run = Run(block(hand="second"), progress=first)
    assert run.session.hand == "left"


KEYS = st.sampled_from(
    ["begin", "pause", "resume", "skip", "tick", "good", "bad", "ended", "keep", "repeat",
     "judged", "undo", "reopen", "abort"]
)  # fmt: skip


def press(run, key, seconds):
    """Do one thing that an operator, a patient or a device does."""
    session = run.session
    match key:
        case "begin":
            run.begin()
        case "good" | "bad":
            run.trial(GOOD if key == "good" else BAD)
        case "tick":
            run.pass_(seconds)
        case "ended":
            if session.wants_recording or session.state is SessionState.DONE:
                session.stream_ended(run.now)
        case "abort":
            session.abort("no", run.now)
        case _:
            change(session, key, seconds, run.now)
    run.collect()


def change(session, key, seconds, now):
    """Pause, resume, or change what was done."""
    with suppress(UsageError):
        match key:
            case "reopen":
                session.reopen(int(seconds) % 4, now)
            case "keep" | "repeat" | "judged":
                session.decide(len(session.block_progress.trials), key, now)
            case "skip":
                session.skip(session.index, "no", now)
            case _:
                getattr(session, key)(now)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(KEYS, st.floats(0, 30)), max_size=60))
def test_whatever_is_pressed_the_journal_gives_the_same_state(keys):
    run = Run(block(trials=2), block("rest"), block("pinch", trials=1), block("watch"))
    for key, seconds in keys:
        press(run, key, seconds)
        assert replay_events(run.events) == run.session.progress
        assert 0 <= run.session.index <= 4
        if run.session.state is SessionState.FINISHED:
            assert all(run.session.progress.block(k).over for k in range(4))
