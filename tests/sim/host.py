"""A plain host: sends commands, reads frames, and keeps every sample by its number."""

from dataclasses import dataclass, field

import numpy as np

from gripforce.sim.device.device import SimDevice
from gripforce.sim.device.faults import FaultPlan
from gripforce.sim.device.frontend import frontend
from gripforce.sim.scene import still_scene
from gripforce.wire import commands
from gripforce.wire.connection import Connection
from gripforce.wire.messages import Ack, Nak, SampleBlock, Status

STEP_S = 0.05


def device(
    faults="", *, front="research", scene=None, seed=1, rate_hz=None, noise_mn=None, **options
):
    plan = frontend(front, rate_hz)
    return SimDevice(
        scene or still_scene(),
        frontend=plan if noise_mn is None else plan.with_force_sensors(noise=noise_mn * 1e-3),
        faults=FaultPlan.parse(faults),
        seed=seed,
        **options,
    )


@dataclass
class Host:
    device: SimDevice
    now_s: float = 0.0
    connection: Connection = field(default_factory=Connection)
    messages: list = field(default_factory=list)

    def wait(self, seconds):
        until = self.now_s + seconds
        while self.now_s < until - 1e-9:
            self.now_s = min(self.now_s + STEP_S, until)
            self.take(self.device.advance(self.now_s))
        return self

    def take(self, data):
        self.messages += [message for _, message in self.connection.receive(data)]

    def ask(self, command):
        """Send a command and return what comes back for it, the verdict last."""
        seen = len(self.messages)
        self.device.receive(Connection.send(command))
        self.take(self.device.advance(self.now_s))
        answer = self.messages[seen:]
        verdicts = [m for m in answer if isinstance(m, Ack | Nak) and m.request == command.request]
        assert len(verdicts) == 1, answer
        assert answer[-1] == verdicts[0] or isinstance(command, commands.Start)
        return answer

    def insist(self, command, kind):
        """Send a command until a message of that kind has come back, whatever the link loses."""
        for _ in range(100):
            seen = len(self.messages)
            self.device.receive(Connection.send(command))
            self.wait(0.2)
            found = [m for m in self.messages[seen:] if isinstance(m, kind)]
            if found:
                return found[-1]
        raise AssertionError("no answer in 100 tries")

    def blocks(self, stream=None):
        return [
            m
            for m in self.messages
            if isinstance(m, SampleBlock) and (stream is None or m.stream == stream)
        ]

    def statuses(self):
        return [m for m in self.messages if isinstance(m, Status)]

    def samples(self, stream):
        """Return the counts by sample number; a sample that comes twice must be the same."""
        info = next(s for s in self.device.info.streams if s.id == stream)
        width, channels = info.width_bits // 8, len(info.channels)
        found = {}
        for block in self.blocks(stream):
            assert len(block.data) == block.n * channels * width
            for i in range(block.n):
                at = i * channels * width
                row = tuple(
                    int.from_bytes(
                        block.data[at + c * width : at + (c + 1) * width], "little", signed=True
                    )
                    for c in range(channels)
                )
                assert found.setdefault(block.first + i, row) == row
        return found

    def counts(self, stream):
        """Return the counts as an array; every sample must be there."""
        found = self.samples(stream)
        assert sorted(found) == list(range(len(found)))
        return np.array([found[k] for k in range(len(found))])

    def taken(self):
        return {row.id: row.taken for row in self.statuses()[-1].streams}


def record(sim, seconds):
    """Start, stream and stop over a sound link; return the host."""
    host = Host(sim).wait(0.1)
    host.ask(commands.Start(request=1))
    host.wait(seconds)
    host.ask(commands.Stop(request=2))
    return host


def awake(**options):
    return Host(device(**options)).wait(0.1)


def streaming(**options):
    host = awake(**options)
    host.ask(commands.Start(request=1))
    return host
