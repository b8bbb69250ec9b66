"""``gripforce simulate --ble`` as a process, on a controller that this process has."""

import asyncio
import contextlib
import sys

import pytest

from gripforce.device import open_device
from gripforce.model import Samples
from tests.ble.central import installed
from tests.ble.hci import free_port, listening
from tests.ble.radio import CENTRAL_ADDRESS, Radio, RadioController, make_device


@contextlib.asynccontextmanager
async def simulated(*options):
    """Run the command with a controller behind a TCP port, which bleak receives."""
    port = free_port()
    radio = Radio()

    def controller(source, sink):
        RadioController("simulated", radio, "00:00:00:00:00:0A", host_source=source, host_sink=sink)

    async with listening(controller, port=port):
        central = make_device(
            RadioController("central", radio, "00:00:00:00:00:0C"), "central", CENTRAL_ADDRESS
        )
        await central.power_on()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gripforce", "simulate", "--ble", "--trials", "2",
            "--ble-transport", f"tcp-client:127.0.0.1:{port}", *options,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            said = await process.stderr.readline()
            with installed(central):
                yield said.decode()
        finally:
            process.terminate()
            await process.wait()
            await central.power_off()


@pytest.mark.parametrize(
    ("options", "url", "columns"),
    [
        (["--name", "GF-7"], "ble:GF-7", "grip_thumb_n"),
        (["--as", "nus", "--frontend", "entry"], "ble:gripforce", "grip_thumb_n"),
        (["--as", "progressor"], "ble:Progressor_GF", "grip_n"),
    ],
    ids=["gripforce", "nus", "progressor"],
)
async def test_a_client_finds_it_and_streams(options, url, columns):
    async with simulated(*options) as said:
        assert f"a simulated device at {url};" in said
        async with open_device(url, patience_s=0.0) as device:
            items = [item async for item in device.stream(duration_s=0.5)]
    assert items[-1].reconciled
    assert any(columns in item.columns for item in items if isinstance(item, Samples))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ble", "--tcp", "7000"], "Say where the device shall be"),
        (["--ble", "--as", "toaster"], "no GATT profile 'toaster'"),
        (["--ble", "--ble-transport", "carrier-pigeon:1"], "No BLE device can be simulated"),
        (["--ble", "--as", "progressor", "--faults", "drop=0.1"], "no faults"),
        (["--ble", "--as", "progressor", "--cells", "drift"], "no faults"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(gripforce, options, words):
    done = gripforce("simulate", *options)
    assert words in done.err
    assert "Traceback" not in done.err
    assert done.code in {1, 3}
