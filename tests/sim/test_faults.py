import pytest

from gripforce.errors import UsageError
from gripforce.sim.device.faults import DEFAULT_WINDOW_START_S, FaultPlan, Window


def test_nothing_goes_wrong_by_default():
    assert FaultPlan.parse("") == FaultPlan()
    assert str(FaultPlan()) == ""


def test_every_key():
    plan = FaultPlan.parse(
        "drop=0.02,corrupt=0.001,duplicate=0.1,reorder=1,drop_host=0.5,stall_s=2+0.5,burst_ms=16,"
        "reset_at_s=7,saturate=5,skew_ppm=-100,link_loss=3+1,link_loss=9+2,no_resend"
    )
    assert plan == FaultPlan(
        drop=0.02,
        corrupt=0.001,
        duplicate=0.1,
        reorder=1.0,
        drop_host=0.5,
        stall_s=(Window(2.0, 0.5),),
        burst_ms=16.0,
        reset_at_s=(7.0,),
        saturate=5.0,
        skew_ppm=-100.0,
        link_loss=(Window(3.0, 1.0), Window(9.0, 2.0)),
        no_resend=True,
    )
    assert FaultPlan.parse(str(plan)) == plan


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("stall_s=0.5", Window(DEFAULT_WINDOW_START_S, 0.5)),
        ("stall_s=2+0.5", Window(2.0, 0.5)),
        ("stall_s=2 0.5", Window(2.0, 0.5)),  # what a URL's decoder makes of the plus sign
    ],
)
def test_a_window_is_a_start_and_a_duration(text, window):
    assert FaultPlan.parse(text).stall_s == (window,)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("dorp=0.1", "dorp"),
        ("drop", "drop"),
        ("drop=2", "drop=2"),
        ("drop=-0.1", "drop"),
        ("drop=nan", "drop"),
        ("corrupt=much", "corrupt=much"),
        ("no_resend=1", "no_resend"),
        ("stall_s=1+2+3", "stall_s"),
        ("stall_s=", "stall_s"),
        ("link_loss=-1+2", "link_loss"),
        ("skew_ppm=1e9", "skew_ppm"),
        ("burst_ms=0", "burst_ms"),
    ],
)
def test_what_cannot_be_is_named(text, named):
    with pytest.raises(UsageError) as refusal:
        FaultPlan.parse(text)
    assert named in refusal.value.args[0]
    assert refusal.value.hint


def test_an_unknown_key_lists_the_known_ones():
    with pytest.raises(UsageError) as refusal:
        FaultPlan.parse("dropp=0.1")
    for key in ("drop", "corrupt", "stall_s", "reset_at_s", "skew_ppm", "link_loss", "no_resend"):
        assert key in refusal.value.hint


def test_a_window_covers_its_start_but_not_its_end():
    window = Window(2.0, 1.0)
    assert [window.end_if_inside(t) for t in (1.9, 2.0, 2.9, 3.0)] == [None, 3.0, 3.0, None]
