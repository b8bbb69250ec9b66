"""The calibration: an answer that is lost, damaged or old is asked for again, or said."""

import json

import numpy as np
import pytest

from gripforce.calibration import Calibration, to_block
from gripforce.cli.measure.check import listen
from gripforce.device.calibration_cache import save_calibration
from gripforce.device.identity import force_labels
from gripforce.errors import DeviceError
from gripforce.model import Samples
from gripforce.recording import Recorder, read_recording, summary
from gripforce.wire import commands
from gripforce.wire.hello import Capability
from gripforce.wire.messages import Ack, CalibrationBlock
from reliability.known_samples import DEVICE
from reliability.wire_twin import WireTwin
from tests.abuse.twins import device_of, heard, only

STORING = DEVICE.__class__(
    "board", DEVICE.uid, "0.1.0", 7, 1, DEVICE.streams, Capability.STORAGE, 16, 5
)
GAIN = 3e-6
CALIBRATION = Calibration(
    channels=tuple(force_labels(DEVICE)),
    zero_counts=(0.0,) * 4,
    newtons_per_count=tuple(map(tuple, (np.eye(4) * GAIN).tolist())),
    date="2026-01-02T03:04:05+00:00",
)


class Storing(WireTwin):
    """Stores a calibration; the first ``lost`` of its blocks do not arrive, though acks do."""

    device = STORING
    lost = 0
    block_bytes = to_block(CALIBRATION)

    def answer(self, command):
        if not isinstance(command, commands.ReadCalibration):
            return super().answer(command)
        ack = Ack(command.request, command.TYPE).encode()
        if self.lost:
            self.lost -= 1
            return [ack]
        return [CalibrationBlock(command.request, self.block_bytes).encode(), ack]


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


async def recorded(twin, path):
    with Recorder(path, least_free_bytes=0) as recorder:
        async with device_of(twin) as device:
            async for item in device.stream(duration_s=1.0):
                recorder.write(item)
    return read_recording(path)


def gain_of(items):
    return next(s for s in only(items, Samples) if s.stream.id == 0).scaling.matrix[0, 0]


@pytest.mark.parametrize("times", [0, 1, 3])
async def test_a_lost_block_is_asked_for_again(times):
    twin = Storing()
    twin.lost = times
    assert gain_of(await heard(device_of(twin), duration_s=1.0)) == pytest.approx(GAIN)


async def test_a_block_that_never_arrives_is_no_calibration_of_volts():
    twin = Storing()
    twin.lost = 1000
    save_calibration(DEVICE.uid, CALIBRATION)  # an old copy must not stand in for it in silence
    with pytest.raises(DeviceError, match="calibration could not be read"):
        await heard(device_of(twin), duration_s=1.0)


async def test_a_lost_hello_is_asked_for_again():
    class Shy(Storing):
        shy = 2

        def answer(self, command):
            answers = super().answer(command)
            if isinstance(command, commands.AskHello) and self.shy:
                self.shy -= 1
                return answers[1:]
            return answers

    assert gain_of(await heard(device_of(Shy()), duration_s=1.0)) == pytest.approx(GAIN)


async def test_a_damaged_block_is_said_everywhere(tmp_path, gripforce):
    twin = Storing()
    twin.block_bytes = (
        twin.block_bytes[:9] + bytes([twin.block_bytes[9] ^ 1]) + twin.block_bytes[10:]
    )
    path = tmp_path / "a.grip"
    recording = await recorded(twin, path)
    assert not summary(recording)["calibrated"]
    assert "damaged" in recording.metadata["calibration_note"]
    printed = gripforce("info", path).out
    assert "NOT CALIBRATED" in printed
    assert "damaged" in printed
    assert json.loads(gripforce("info", path, "--json").out)["calibrated"] is False
    again = Storing()
    again.block_bytes = twin.block_bytes
    check = await listen(device_of(again, patience_s=0.0), 2.0)
    assert any("damaged" in line for line in check.advice)


async def test_the_computer_s_copy_is_named_with_its_date(tmp_path, gripforce):
    twin = Storing()
    twin.block_bytes = b"\0" * len(twin.block_bytes)
    save_calibration(DEVICE.uid, CALIBRATION)
    path = tmp_path / "a.grip"
    recording = await recorded(twin, path)
    assert summary(recording)["calibrated"]
    printed = gripforce("info", path).out
    assert "copy of 2026-01-02 is used instead" in printed


async def test_a_sound_calibration_is_named_without_doubt(tmp_path, gripforce):
    await recorded(Storing(), tmp_path / "a.grip")
    assert "calibration,of 2026-01-02\n" in gripforce("info", tmp_path / "a.grip").out
