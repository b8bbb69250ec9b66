"""What runs on the simulated board from a power-on to the next reset: commands, streams, status."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from gripforce.model import DeviceInfo
from gripforce.sim.device.board import LINES, CommandRefusedError, DigitalLines, refusal
from gripforce.sim.device.frontend import SensorSource
from gripforce.sim.device.tx_queue import TxQueue
from gripforce.wire import commands
from gripforce.wire.connection import decode_message
from gripforce.wire.hello import PROTOCOL, Capability, ForeignHello, Hello, InvalidHello
from gripforce.wire.messages import (
    Ack,
    CalibrationBlock,
    DeviceFlag,
    Nak,
    NakReason,
    SelfTestReply,
    Status,
    StreamStatus,
    TimeReply,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gripforce.sim.device.board import Storage
    from gripforce.sim.device.frontend import Frontend
    from gripforce.sim.device.loss_truth import LossTruth
    from gripforce.sim.device.run import SceneRun
    from gripforce.sim.device.sampler import StreamSampler
    from gripforce.sim.device.tx_queue import QueuedFrame
    from gripforce.wire.connection import Message

FIRMWARE_VERSION: Final = "0.1.0"
BOOT_S: Final = 0.05
"""From power-on to the hello; nothing is heard meanwhile."""

_STATUS_PERIOD_S: Final = 1.0
_WRAP: Final = 0xFFFFFFFF
_FIRST_COMMAND: Final = 0x80


class Firmware:
    """Times are seconds of the device's own clock, counted on through resets."""

    def __init__(
        self,
        frontend: Frontend,
        storage: Storage,
        uid: str,
        losses: LossTruth,
        *,
        power_on_s: float,
        power_on_tick: int,
        loopback: bool,
    ) -> None:
        self.frontend = frontend
        self.tx_queue = TxQueue(frontend.ring_blocks)
        self.session: SceneRun | None = None
        """The last session that was started; its counts remain after a stop."""
        self.streaming = False
        self.stopped_s = power_on_s
        self._storage = storage
        self._uid = uid
        self._losses = losses
        self._tick_offset = power_on_tick - round(power_on_s * 1e6)
        self._loopback = loopback
        self._lines = DigitalLines()
        self._blocks_sent = 0
        self.rx_errors = 0
        self._overflows: dict[int, int] = {}
        self._status_s = math.inf
        self._awake_s = self._hello_s = power_on_s + BOOT_S

    # Time

    def next_wake_s(self) -> float:
        """Return when something happens by itself."""
        ready = [s.block_ready_s for s in self._samplers()] if self.streaming else []
        return min(self._hello_s, self._status_s, self._lines.next_end_s(), *ready)

    def wake(self, now_s: float) -> None:
        """Do what is due at ``now_s``."""
        if self._hello_s <= now_s:
            self._hello_s = math.inf
            self._say(Hello(self.info))
        if self.streaming:
            for sampler in self._samplers():
                if sampler.block_ready_s <= now_s:
                    self._close_block(sampler, now_s)
        if self._status_s <= now_s:
            self._status_s += _STATUS_PERIOD_S
            self._say_status()
        for line in self._lines.ended(now_s):
            self._set_line(line, now_s, high=False)

    def tick(self, now_s: float) -> int:
        """Return microseconds since power-on, as the wire has them."""
        return (round(now_s * 1e6) + self._tick_offset) & _WRAP

    def taken(self, now_s: float) -> dict[int, int]:
        """Return the samples taken since start, by stream id."""
        return {s.plan.info.id: s.taken(self.until_s(now_s)) for s in self._samplers()}

    @property
    def info(self) -> DeviceInfo:
        """What the hello says."""
        device = self.frontend
        return DeviceInfo(
            board=device.board,
            uid=self._uid,
            firmware=FIRMWARE_VERSION,
            build=1,
            protocol=PROTOCOL,
            streams=tuple(plan.info for plan in device.streams),
            capabilities=int(device.capabilities),
            ring_blocks=device.ring_blocks,
            boot=self._storage.boot & 0xFFFF,
        )

    def until_s(self, now_s: float) -> float:
        """Return when sampling ended, or now while it goes on."""
        return now_s if self.streaming else self.stopped_s

    def note_sent(self, queued: QueuedFrame) -> None:
        """Count a block that left for the first time."""
        self._blocks_sent += queued.is_new_block

    # Commands

    def handle(self, payload: bytes, now_s: float, begin: Callable[[], SceneRun]) -> None:
        """Do one command; a start calls ``begin`` for its session."""
        if now_s < self._awake_s or payload[0] < _FIRST_COMMAND:
            return
        request = payload[1] if len(payload) > 1 else 0
        try:
            detail = self._obey(payload, now_s, begin)
        except CommandRefusedError as refused:
            self._say(Nak(request, payload[0], refused.reason, refused.detail))
        else:
            self._say(Ack(request, payload[0], detail))

    def _obey(self, payload: bytes, now_s: float, begin: Callable[[], SceneRun]) -> int:
        """Do the command, say what it asks for, and return the detail of its ack."""
        match decode_message(payload):
            case commands.AskHello():
                self._say(Hello(self.info))
            case commands.Start():
                self._start(now_s, begin)
            case commands.Stop():
                self._stop(now_s)
            case commands.SetRate(stream, rate_mhz):
                self._set_rate(stream, rate_mhz / 1000)
            case commands.ReadCalibration(request=request):
                self._read_calibration(request)
            case commands.WriteCalibration(block):
                self._write_calibration(block)
            case commands.AskStatus():
                self._say_status()
            case commands.ProbeTime(request=request):
                received = self.tick(now_s)
                self.tx_queue.put(lambda at: TimeReply(request, received, self.tick(at)).encode())
            case commands.Resend(stream, first, count):
                return self._resend(stream, first, count, now_s)
            case commands.DigitalOut(line, high, pulse_ms):
                self._digital_out(line, high=high, pulse_ms=pulse_ms, now_s=now_s)
            case commands.SelfTest(request=request):
                self._refuse_while_streaming()
                self._say(SelfTestReply(request, failed=0))
            case _:
                raise CommandRefusedError(refusal(payload[0]))
        return 0

    def _refuse_while_streaming(self) -> None:
        if self.streaming:
            raise CommandRefusedError(NakReason.BUSY)

    def _start(self, now_s: float, begin: Callable[[], SceneRun]) -> None:
        self.tx_queue.forget_blocks()
        self.session = begin()
        self.streaming = True
        self._status_s = now_s + _STATUS_PERIOD_S
        self._lines.forget_edges()
        self._blocks_sent = 0
        self._overflows.clear()

    def _stop(self, now_s: float) -> None:
        if self.streaming:
            for sampler in self._samplers():
                self._close_block(sampler, now_s)
            self.stopped_s = now_s
        self.streaming = False  # stopping twice is stopping, as in the firmware
        self._status_s = math.inf
        self._say_status()

    def _set_rate(self, stream: int, rate_hz: float) -> None:
        if not self.frontend.capabilities & Capability.SET_RATE:
            raise CommandRefusedError(NakReason.UNSUPPORTED)
        plan = next((plan for plan in self.frontend.streams if plan.info.id == stream), None)
        if plan is None or rate_hz <= 0:
            raise CommandRefusedError(NakReason.BAD_ARGUMENT)
        self._refuse_while_streaming()
        if plan.source is SensorSource.FORCES:
            nearest = min(self.frontend.rates_hz, key=lambda rate: abs(rate - rate_hz))
            self.frontend = self.frontend.with_rate(stream, nearest)
        self._say(Hello(self.info))

    def _read_calibration(self, request: int) -> None:
        if not self._storage.calibration:
            raise CommandRefusedError(NakReason.STORAGE)
        self._say(CalibrationBlock(request, self._storage.calibration))

    def _write_calibration(self, block: bytes) -> None:
        self._refuse_while_streaming()
        if not self._storage.write_calibration(block):
            raise CommandRefusedError(NakReason.BAD_ARGUMENT)

    def _resend(self, stream: int, first: int, count: int, now_s: float) -> int:
        if not self.frontend.capabilities & Capability.RESEND:
            raise CommandRefusedError(NakReason.UNSUPPORTED)
        if stream not in self.taken(now_s):
            raise CommandRefusedError(NakReason.BAD_ARGUMENT)
        blocks = self.tx_queue.holding(stream, first, first + count)
        for block in blocks:
            self.tx_queue.put_again(block)
        sent = sum(block.n for block in blocks)
        covered = sum(
            min(first + count, block.first + block.n) - max(first, block.first) for block in blocks
        )
        if covered < count:
            raise CommandRefusedError(NakReason.GONE, sent)
        return sent

    def _digital_out(self, line: int, *, high: bool, pulse_ms: int, now_s: float) -> None:
        if not self.frontend.capabilities & Capability.DIGITAL_OUT:
            raise CommandRefusedError(NakReason.UNSUPPORTED)
        if line >= LINES:
            raise CommandRefusedError(NakReason.BAD_ARGUMENT)
        end_s = now_s + pulse_ms / 1000 if pulse_ms and high else math.inf
        self._set_line(line, now_s, high=high, end_s=end_s)

    # What it says

    def _say(self, message: Message) -> None:
        if not isinstance(message, ForeignHello | InvalidHello):
            payload = message.encode()
            self.tx_queue.put(lambda _now_s: payload)

    def _say_status(self) -> None:
        self.tx_queue.put(lambda now_s: self._status(now_s).encode())

    def _status(self, now_s: float) -> Status:
        flags = DeviceFlag.STREAMING if self.streaming else DeviceFlag(0)
        if self._storage.calibration:
            flags |= DeviceFlag.CALIBRATION_VALID
        return Status(
            tick_us=self.tick(now_s),
            flags=flags,
            resets=self._storage.boot & 0xFFFF,
            battery_mv=0,
            blocks_sent=self._blocks_sent & _WRAP,
            adc_errors=0,
            rx_errors=self.rx_errors & 0xFFFF,
            streams=tuple(self._stream_status(now_s)),
        )

    def _stream_status(self, now_s: float) -> Iterator[StreamStatus]:
        unsent = list(self.tx_queue.unsent_blocks())
        taken = self.taken(now_s)
        for sampler in self._samplers():
            stream = sampler.plan.info.id
            waiting = sum(block.n for block in unsent if block.stream == stream)
            buffered = taken[stream] - sampler.closed + waiting
            overflows = self._overflows.get(stream, 0)
            yield StreamStatus(stream, taken[stream] & _WRAP, overflows, min(buffered, 0xFFFF))

    def _close_block(self, sampler: StreamSampler, now_s: float) -> None:
        block = sampler.close_block(now_s, self._tick_offset)
        lost = self.tx_queue.put_block(block) if block else None
        if lost:
            self._overflows[lost.stream] = self._overflows.get(lost.stream, 0) + lost.n
            self._losses.lose(lost, "overflowed")

    def _set_line(self, line: int, now_s: float, *, high: bool, end_s: float = math.inf) -> None:
        changed = self._lines.set(line, high=high, end_s=end_s)
        if changed and self._loopback and self.streaming:
            self._say(self._lines.edge(line, self.tick(now_s)))

    def _samplers(self) -> list[StreamSampler]:
        return self.session.samplers if self.session else []
