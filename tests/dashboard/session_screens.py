"""Session screens on a recorder that has said all it will say, at a clock that stands still."""

import asyncio

from gripforce.dashboard.session.app import SessionApp
from gripforce.model import EndReason, Marker
from gripforce.protocol.schema import Block, Protocol, Validity
from gripforce.session import Event, EventKind, SessionFolder, SessionMachine, replay_events
from gripforce.session.controller import SessionContext, SessionController
from tests.dashboard.screens import HEALTH
from tests.live.patients import recorded, sentence

LIFT = Block(
    "lift", "Lifts", "Lift the object a hand's breadth, hold it still, put it down, let go.",
    word="Lift", mass_g=400, surface="sandpaper", trials=4, valid=Validity(hold_s=1.0),
)  # fmt: skip
PINCH = Block("pinch", "Maximal pinch", "Squeeze.", word="Squeeze", trials=2, rest_s=20.0)
TOLD = {"end": None, "size": 100, "subject": "p01", "task": "lift", "hand": "right", "mass_g": 400}
ABOUT = Event(EventKind.SESSION, None, {"subject": "p01", "first_hand": "right"})
SLIP = Event(EventKind.MEASURED, None, {"of": "right/sandpaper/400", "slip_n": 4.0})


class Desk:
    """A recorder that notes what it is asked for and says what it is given."""

    def __init__(self):
        self.file = ""
        self.asked = []
        self.said = asyncio.Queue()

    async def begin(self, order):
        self.file = order.file
        self.asked.append(order)

    async def stop(self):
        self.asked.append("stop")

    async def mark(self, kind, text):
        self.asked.append((kind, text))

    async def annotate(self, content, *, verdict=False):
        self.asked.append({**content, "verdict": verdict})

    async def items(self):
        while True:
            yield await self.said.get()

    async def close(self):
        pass


class Paper:
    """A journal on paper."""

    def __init__(self):
        self.events = []

    def write(self, event):
        self.events.append(event)


class Roomy(SessionFolder):
    """A folder on a disk with as much room as is wanted."""

    def free_bytes(self):
        return 10 << 30


class Cramped(SessionFolder):
    def free_bytes(self):
        return 500 << 20


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def conduct(path, *blocks, folder=Roomy, clock=None):
    """Return a conductor on paper with its clock."""
    clock = clock or Clock()
    session = SessionMachine(Protocol("mine", "Mine", "", blocks), replay_events([ABOUT, SLIP]))
    setting = SessionContext(folder(path), "sim:lift", clock, lambda: None)
    return SessionController(session, Paper(), Desk(), setting), clock


async def begin(conductor):
    """Begin the present block as the screen would."""
    conductor.session.begin(conductor.now_s)
    conductor.tick()
    await conductor.settle()


def items(name):
    match name:
        case "gap":
            return sentence(recorded(10.4), gap=(8600, 9100), **TOLD)
        case "saturated":
            return sentence(recorded(10.4), saturated=(9000, 9128), **TOLD)
        case "lost":
            return [*sentence(recorded(10.4), **TOLD), Marker(10.4, "link", "lost")]
        case "ended":
            return sentence(recorded(6.4), **{**TOLD, "end": EndReason.DISK_FULL})
        case _:
            return sentence(recorded(10.4), **TOLD)


async def scene(name, path):
    """Return a conductor in the middle of something."""
    blocks = (PINCH,) if name == "rest" else (LIFT,)
    conductor, clock = conduct(path, *blocks, folder=Cramped if name == "disk" else Roomy)
    if name == "ready":
        return conductor
    await begin(conductor)
    for item in [*items(name), HEALTH]:
        conductor.take(item)
        conductor.tick()
        if name == "rest":
            clock.now += {"cue": 3.0, "judged": 1.5}.get(conductor.session.stage, 0.0)
    await conductor.settle()
    return conductor


def app_of(conductor):
    """Return an app whose pictures are taken of what the conductor knows now."""
    app = SessionApp(conductor)
    app._begin = lambda: None
    return app
