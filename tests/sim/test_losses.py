"""What the twin says it lost is what a host misses, to the sample."""

import json
from itertools import pairwise

import pytest

from gripforce.sim.device.faults import FaultPlan
from gripforce.sim.tasks.registry import make_scene
from gripforce.wire import commands
from gripforce.wire.connection import Connection
from gripforce.wire.hello import Hello
from gripforce.wire.messages import Ack, Nak, Status
from tests.sim.host import Host, device

RUN_S = 12.0


def session(faults, front="research", seed=1, seconds=RUN_S):
    """Start, stream, stop and learn the final counts, however often it takes."""
    host = Host(device(faults, front=front, seed=seed)).wait(0.1)
    host.insist(commands.Start(request=1), Ack)
    begins = [i for i, m in enumerate(host.messages) if isinstance(m, Ack)]
    del host.messages[: begins[-1]]  # an earlier start, whose ack was lost, streamed too
    host.wait(seconds)
    while not (host.statuses() and not host.statuses()[-1].flags & 1):
        host.insist(commands.Stop(request=2), Status)
    host.wait(0.2)
    return host


def missing(host):
    return {stream: taken - len(host.samples(stream)) for stream, taken in host.taken().items()}


@pytest.mark.parametrize("front", ["research", "entry"])
@pytest.mark.parametrize(
    "faults",
    [
        "drop=0.02",
        "corrupt=0.03",
        "drop=0.1,corrupt=0.1,duplicate=0.1,reorder=0.2",
        "link_loss=3+2",
        "stall_s=3+2",
        "stall_s=3+0.05,link_loss=6+0.3,drop=0.05",
        "burst_ms=48,drop=0.05,skew_ppm=100",
    ],
)
def test_without_resend_the_host_misses_what_the_truth_says(front, faults):
    host = session(faults + ",no_resend", front)
    faulty = host.device.truth()["faults"]
    assert sum(missing(host).values()) == faulty["samples_lost"]
    causes = ("dropped", "corrupted", "link_lost", "overflowed")
    assert faulty["samples_lost"] == sum(faulty[f"samples_{cause}"] for cause in causes)


def test_drop_alone_counts_as_dropped():
    host = session("drop=0.02,no_resend", seconds=60.0)
    faulty = host.device.truth()["faults"]
    assert sum(missing(host).values()) == faulty["samples_dropped"] == faulty["samples_lost"] > 0
    # Binomial: 5300 frames at 2 %, five standard deviations either way.
    assert abs(faulty["frames_dropped"] / faulty["frames_sent"] - 0.02) < 0.01


def test_each_corrupt_frame_is_one_for_the_reader():
    host = session("corrupt=0.05,no_resend")
    assert host.connection.corrupt == host.device.truth()["faults"]["frames_corrupted"] > 10


def test_a_dropped_last_block_counts():
    lost_last = 0
    for seed in range(12):
        host = session("drop=0.3,no_resend", seed=seed, seconds=0.5)
        assert sum(missing(host).values()) == host.device.truth()["faults"]["samples_lost"]
        lost_last += max(host.samples(0)) + 1 < host.taken()[0]
    assert lost_last > 0


def run_length(numbers):
    return next((i for i, k in enumerate(numbers) if k != numbers[0] + i), len(numbers))


@pytest.mark.parametrize("faults", ["drop=0.1,corrupt=0.05", "link_loss=3+2", "reorder=0.3"])
def test_with_resend_everything_comes_back(faults):
    host = session(faults, seconds=6.0)
    for stream, taken in host.taken().items():
        for _ in range(200):
            gone = sorted(set(range(taken)) - set(host.samples(stream)))
            if not gone:
                break
            host.insist(commands.Resend(stream, gone[0], run_length(gone), request=9), Ack | Nak)
    faulty = host.device.truth()["faults"]
    assert sum(missing(host).values()) == faulty["samples_lost"] == 0
    assert (faulty["samples_backfilled"] > 0) == ("reorder" not in faults)


def test_overflow_is_told_by_status_flag_and_counter():
    host = session("stall_s=3+2", front="entry")
    overflows = sum(row.overflows for row in host.statuses()[-1].streams)
    faulty = host.device.truth()["faults"]
    assert overflows == faulty["samples_overflowed"] == sum(missing(host).values()) > 0
    for stream in range(4):
        blocks = host.blocks(stream)
        flagged = [b.first for b in blocks if b.flags & 4]
        jumps = [b.first for a, b in pairwise(blocks) if b.first != a.first + a.n]
        assert flagged == jumps


def test_a_short_stall_loses_nothing():
    host = session("stall_s=3+2")
    assert sum(missing(host).values()) == 0


def test_bursts_leave_at_multiples_of_their_period():
    sim = device("burst_ms=50")
    sim.advance(0.1)
    sim.receive(Connection.send(commands.Start()))
    arrived = [k for k in range(100, 1000) if sim.advance(k / 1000)]
    assert arrived
    assert {k % 50 for k in arrived} <= {0, 1}  # a millisecond for rounding


def test_a_reset_begins_a_new_boot_and_loses_only_what_was_not_sent():
    host = session("reset_at_s=4,no_resend", seconds=6.0)
    (hello,) = [m for m in host.messages if isinstance(m, Hello)]
    assert hello.device.boot == device().info.boot + 1
    faulty = host.device.truth()["faults"]
    assert faulty["resets"] == 1
    received = len(host.samples(0))
    assert 4000 - 16 <= received <= 4000
    assert faulty["samples_reset"] < 16 + 8
    assert faulty["samples_lost"] == 0


def test_after_a_reset_the_tick_is_small_and_the_scene_goes_on():
    scene = make_scene("lift", trials=2, seed=3)
    host = Host(device("reset_at_s=3", scene=scene, power_on_tick=1 << 31)).wait(0.1)
    host.ask(commands.Start(request=1))
    host.wait(3.5)
    host.messages.clear()
    host.ask(commands.Start(request=2))
    host.wait(scene.duration_s - 3.5)
    assert host.blocks(0)[0].first == 0
    assert host.blocks(0)[0].tick_us < 1_000_000
    assert host.device.truth()["trials"][-1]["trial"] == 2


def test_frames_from_the_host_are_lost_too():
    host = Host(device("drop_host=0.5")).wait(0.1)
    for _ in range(20):
        host.insist(commands.AskStatus(request=1), Status)
    assert host.device.truth()["faults"]["host_frames_lost"] > 5


def test_nothing_gets_through_a_lost_link():
    host = Host(device("link_loss=1+1")).wait(0.1)
    host.ask(commands.Start(request=1))
    assert host.device.link_is_up
    host.wait(1.5)
    assert not host.device.link_is_up
    before = len(host.messages)
    host.wait(0.3)
    assert len(host.messages) == before
    host.wait(0.5)
    assert host.device.link_is_up
    assert len(host.messages) > before


def test_truth_is_plain_json_and_grows_with_the_run():
    scene = make_scene("lift", trials=2, seed=3)
    host = Host(device("skew_ppm=1000", scene=scene)).wait(0.1)
    assert host.device.truth()["trials"] == []
    host.ask(commands.Start(request=1))
    host.wait(scene.trials[0]["t_end_s"] + 0.5)
    assert [t["trial"] for t in host.device.truth()["trials"]] == [1]
    host.wait(scene.duration_s)
    truth = json.loads(json.dumps(host.device.truth(), allow_nan=False))
    assert {"seed", "profile", "task", "mass_g", "mu", "lag_ms", "trials", "faults"} <= set(truth)
    for told, planted in zip(truth["trials"], scene.trials, strict=True):
        assert told["t_liftoff_s"] == pytest.approx(planted["t_liftoff_s"] * 1.001, abs=1e-6)
        assert told["gf_static_n"] == planted["gf_static_n"]
    assert FaultPlan.parse(truth["faults"]["plan"]) == FaultPlan(skew_ppm=1000.0)
