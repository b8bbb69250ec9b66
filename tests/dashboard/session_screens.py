"""Session screens with a fake recorder, at a clock that stands still."""

import asyncio
from dataclasses import dataclass

from gripforce.dashboard.session.app import SessionApp
from gripforce.model import EndReason, Marker
from gripforce.protocol.schema import Block, Protocol, Validity
from gripforce.session import Event, EventKind, SessionFolder, SessionMachine, replay_events
from gripforce.session.controller import SessionContext, SessionController
from tests.dashboard.screens import HEALTH
from tests.online.patients import recorded, sentence

LIFT = Block(
    "lift", "Lifts", "Lift it about 10 cm (a hand's width), hold it still, put it down, let go.",
    word="Lift", mass_g=400, surface="sandpaper", trials=4, valid=Validity(hold_s=1.0),
)  # fmt: skip
PINCH = Block("pinch", "Maximal pinch", "Squeeze.", word="Squeeze", trials=2, rest_s=20.0)
METADATA = {
    "end": None, "size": 100, "subject": "p01", "task": "lift", "hand": "right", "mass_g": 400,
}  # fmt: skip
ABOUT = Event(EventKind.SESSION, None, {"subject": "p01", "first_hand": "right"})
SLIP = Event(EventKind.MEASURED, None, {"of": "right/sandpaper/400", "slip_n": 4.0})


class FakeRecorder:
    """A recorder that records nothing: it lists what it was asked for, and its stream is silent."""

    def __init__(self, *, refuses=None):
        self.file = ""
        self.refuses = refuses
        """The error that every request meets."""
        self.requests = []
        self.markers, self.ages, self.shown = [], [], []
        self.annotations = []
        self.stopped = False

    connected = True

    async def begin(self, request):
        if self.refuses is not None:
            raise self.refuses
        self.file = request.file
        self.requests.append(request)

    async def stop(self):
        self.stopped = True

    async def mark(self, kind, text, ago_s=0.0):
        self.markers.append((kind, text))
        self.ages.append(ago_s)

    async def show(self, content):
        self.shown.append(content)

    async def annotate(self, content, *, verdict=False, file=""):
        self.annotations.append({**content, "verdict": verdict, "in": file})

    async def items(self):
        await asyncio.Event().wait()
        yield HEALTH

    async def close(self):
        pass


class FakeJournal:
    """A journal in memory."""

    def __init__(self, *, refuses=None):
        self.events = []
        self.refuses = refuses

    def write(self, event):
        if self.refuses is not None:
            raise self.refuses
        self.events.append(event)


class RoomyFolder(SessionFolder):
    """A folder on a disk with enough room."""

    def free_bytes(self):
        return 10 << 30


class CrampedFolder(SessionFolder):
    """A folder on a disk that is nearly full."""

    def free_bytes(self):
        return 500 << 20


class StillClock:
    now = 0.0

    def __call__(self):
        return self.now


@dataclass
class Bench:
    """A controller with the fakes around it."""

    controller: SessionController
    recorder: FakeRecorder
    journal: FakeJournal
    clock: StillClock

    @property
    def session(self):
        return self.controller.session

    async def begin(self):
        """Begin the present block as the screen would."""
        self.session.begin(self.controller.now_s)
        self.controller.tick()
        await self.controller.settle()

    def play(self, items):
        """Give the controller the items of a stream."""
        for item in items:
            self.controller.accept(item)
            self.controller.tick()


def make_bench(path, *blocks, folder=RoomyFolder, clock=None, source="sim:lift", recorder=None):
    clock = clock or StillClock()
    session = SessionMachine(Protocol("mine", "Mine", "", blocks), replay_events([ABOUT, SLIP]))
    context = SessionContext(folder(path), source, clock, lambda: None)
    recorder, journal = recorder or FakeRecorder(), FakeJournal()
    controller = SessionController(session, journal, recorder, context)
    return Bench(controller, recorder, journal, clock)


def items(name):
    match name:
        case "gap":
            return sentence(recorded(10.4), gap=(8600, 9100), **METADATA)
        case "saturated":
            return sentence(recorded(10.4), saturated=(9000, 9128), **METADATA)
        case "lost":
            return [*sentence(recorded(10.4), **METADATA), Marker(10.4, "link", "lost")]
        case "ended":
            return sentence(recorded(6.4), **{**METADATA, "end": EndReason.DISK_FULL})
        case _:
            return sentence(recorded(10.4), **METADATA)


async def scene(name, path):
    """Return a bench in the middle of a block."""
    blocks = (PINCH,) if name == "rest" else (LIFT,)
    bench = make_bench(path, *blocks, folder=CrampedFolder if name == "disk" else RoomyFolder)
    if name == "ready":
        return bench
    await bench.begin()
    for item in [*items(name), HEALTH]:
        bench.play([item])
        if name == "rest":
            bench.clock.now += {"cue": 3.0, "judged": 1.5}.get(bench.session.state, 0.0)
    await bench.controller.settle()
    return bench


def app_of(bench):
    return SessionApp(bench.controller)
