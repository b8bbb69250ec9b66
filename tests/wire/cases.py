"""One table of messages, by the name that they have in ``tests/vectors.txt``."""

import struct
from dataclasses import replace

from gripforce.model import Channel, DeviceInfo, Kind, StreamInfo, Unit
from gripforce.wire import commands
from gripforce.wire.hello import Capability, Hello
from gripforce.wire.messages import (
    Ack,
    CalibrationBlock,
    DeviceFlag,
    Nak,
    NakReason,
    SampleBlock,
    SelfTestReply,
    Status,
    StreamStatus,
    TimeReply,
    Trigger,
    WatchFired,
)

FORCE = StreamInfo(
    id=0,
    channels=tuple(
        Channel(kind, Unit.VOLT, 1.118e-9, (1 << 23) - 1, 0)
        for kind in (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
    ),
    rate_hz=1000.0,
    width_bits=24,
    latency_us=750,
    block_samples=16,
)
IMU = StreamInfo(
    id=1,
    channels=tuple(
        Channel(kind, Unit.METRE_PER_S2, 0.001196, (1 << 15) - 1, 0)
        for kind in (Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z)
    ),
    rate_hz=208.0,
    width_bits=16,
    latency_us=2404,
    block_samples=8,
)
CELLS = tuple(
    StreamInfo(
        i, (Channel(kind, Unit.VOLT, 2.328e-9, (1 << 23) - 1, 0),), 80.0, 24, 25000, 4
    )
    for i, kind in enumerate(
        (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
    )
)  # fmt: skip
RESEARCH = DeviceInfo(
    board="uno",
    uid="0011223344556677",
    firmware="0.1.0",
    build=0x12345678,
    protocol=1,
    streams=(FORCE, IMU),
    capabilities=Capability.RESEND | Capability.STORAGE | Capability.TRIGGER,
    ring_blocks=4,
    boot=3,
)
ENTRY = DeviceInfo("nano", "a0b1c2", "1.2.30", 1, 1, CELLS, Capability(0), 0, 65535)

BOUNDED = replace(
    ENTRY,
    streams=tuple(
        replace(cell, channels=(replace(cell.channels[0], capacity_n=73.6),)) if i < 2 else cell
        for i, cell in enumerate(CELLS)
    ),
)
ZERO_COUNTS = (-12_345, 0, 77, 8_388_607)
NEWTONS_PER_COUNT = (
    (0.5, 0.0, 0.0, 0.0),
    (0.0, -0.25, 0.0, 0.0),
    (0.0, 0.0, 0.125, -0.0078125),
    (0.0, 0.0, 0.0, 2.0),
)
"""Numbers that an f32 holds exactly."""
BLOCK_TIME = 1_700_000_000
VALID_BLOCK = struct.pack(
    "<BBI4i16fH",
    1,
    4,
    BLOCK_TIME,
    *ZERO_COUNTS,
    *(g for row in NEWTONS_PER_COUNT for g in row),
    0xD633,
)
"""What a device stores, as docs/protocol.md says; the last u16 is its CRC."""

MESSAGES = {
    "hello_research": Hello(RESEARCH),
    "hello_entry": Hello(ENTRY),
    "hello_capacity": Hello(BOUNDED),
    "status": Status(
        tick_us=0x01020304,
        flags=DeviceFlag.STREAMING | DeviceFlag.CALIBRATION_VALID,
        resets=3,
        battery_mv=3712,
        blocks_sent=100000,
        adc_errors=2,
        rx_errors=1,
        streams=(StreamStatus(0, 1600016, 32, 16), StreamStatus(1, 332803, 0, 3)),
    ),
    "status_idle": Status(0, DeviceFlag(0), 0, 0, 0, 0, 0),
    "block_int24": SampleBlock(
        0, 16, 0xFFFFFF00, 0, 2, bytes.fromhex("010000ffffffffff7f000080ddccbb00000011223344ff00")
    ),
    "block_int16": SampleBlock(1, 0xFFFFFFFF, 1, 4, 1, bytes.fromhex("ff7f0080feff")),
    "block_largest": SampleBlock(0, 320, 320000, 1, 20, bytes(range(1, 241))),
    "block_zeros": SampleBlock(2, 0, 0, 0, 4, bytes(12)),
    "trigger": Trigger(line=1, rising=True, tick_us=123456789, index=7),
    "ack": Ack(request=9, command=0x82, detail=0),
    "nak": Nak(request=10, command=0x89, reason=NakReason.GONE, detail=48),
    "time_reply": TimeReply(request=11, received_us=0xFFFFFFF0, sent_us=0x10),
    "calibration_block": CalibrationBlock(request=12, block=bytes(range(88))),
    "calibration_block_valid": CalibrationBlock(request=14, block=VALID_BLOCK),
    "calibration_block_run_254": CalibrationBlock(request=15, block=bytes(range(1, 251))),
    "self_test_reply": SelfTestReply(request=13, failed=0b10001),
    "ask_hello": commands.AskHello(request=1),
    "start": commands.Start(request=2),
    "stop": commands.Stop(request=3),
    "set_rate": commands.SetRate(0, 500_000, request=4),
    "read_calibration": commands.ReadCalibration(request=5),
    "write_calibration": commands.WriteCalibration(bytes(range(88)), request=6),
    "ask_status": commands.AskStatus(request=7),
    "probe_time": commands.ProbeTime(request=8),
    "resend": commands.Resend(0, 0x01020300, 320, request=9),
    "digital_out": commands.DigitalOut(0, high=True, pulse_ms=50, request=10),
    "self_test": commands.SelfTest(request=11),
    "watch": commands.Watch(0, 0b0001, 0b0010, True, -1_234_567, 0, 10, request=12),
    "fired": WatchFired(stream=0, line=0, index=255, sample_us=0xFFFFFFFE, raised_us=0x115),
}
