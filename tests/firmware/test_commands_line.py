"""``gripforce emulate`` and ``gripforce flash``, as far as no board is needed."""

import re
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from gripforce.cli.develop import firmware_images
from gripforce.cli.develop import flash as flash_module
from gripforce.cli.develop.emulate import emulate
from gripforce.cli.develop.firmware_images import arduino_image
from gripforce.cli.develop.flash import flash
from gripforce.cli.develop.flash_targets import TARGETS
from gripforce.cli.develop.uf2 import read_hex
from gripforce.errors import TransportError, UsageError
from hardware.wiring import pins
from tests.firmware.bench import ANSWER_S, Wire, busy_waveform, emulated


def test_what_has_not_been_built_is_said_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(firmware_images, "FIRMWARE", tmp_path)
    waveform = busy_waveform(tmp_path / "w.csv", 1)
    with pytest.raises(UsageError, match=r"make -C .* emulator"):
        emulate(waveform, tmp_path / "port")
    monkeypatch.setattr(firmware_images, "FIRMWARE", tmp_path / "nowhere")
    with pytest.raises(UsageError, match="checkout"):
        emulate(waveform, tmp_path / "port")


def test_what_is_missing_is_built_where_that_is_possible(tmp_path, monkeypatch):
    monkeypatch.setattr(firmware_images, "FIRMWARE", tmp_path)
    (tmp_path / "Makefile").write_text(
        "avr:\n\tmkdir -p build && echo $(BOARD) $(FRONTEND) > build/$(BOARD)-$(FRONTEND).hex\n"
    )
    made = firmware_images.image("nano", "hx711", "", "hex")
    assert made.read_text() == "nano hx711\n"


def test_a_compiler_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(firmware_images, "FIRMWARE", tmp_path)
    complaint = "avr-g++ is missing: apt-get install gcc-avr"
    (tmp_path / "Makefile").write_text(f"avr:\n\t@echo '{complaint}'; exit 1\n")
    with pytest.raises(UsageError, match="apt-get install gcc-avr"):
        firmware_images.image("nano", "hx711", "", "hex")


def test_an_installed_package_flashes_the_images_that_it_carries(tmp_path, monkeypatch):
    monkeypatch.setattr(firmware_images, "FIRMWARE", tmp_path / "nowhere")
    monkeypatch.setattr(firmware_images, "CARRIED", tmp_path)
    (tmp_path / "nano-hx711.hex").touch()
    assert firmware_images.image("nano", "hx711", "", "hex") == tmp_path / "nano-hx711.hex"
    with pytest.raises(UsageError, match="checkout"):
        firmware_images.image("nano", "hx711", "lsm6ds", "hex")


def test_an_unknown_front_end_and_a_missing_waveform_are_refused(tmp_path):
    with pytest.raises(UsageError, match="front end 'ads'"):
        emulate(tmp_path / "w.csv", tmp_path / "port", frontend="ads")
    with pytest.raises(UsageError, match="no waveform"):
        emulate(tmp_path / "w.csv", tmp_path / "port")
    with pytest.raises(UsageError, match="motion sensor 'mpu6050'"):
        flash(imu="mpu6050")


def test_emulate_serves_a_person(tmp_path, images):
    waveform = busy_waveform(tmp_path / "w.csv", 1)
    code = (
        "from pathlib import Path; from gripforce.cli.develop.emulate import emulate; "
        f"emulate(Path({str(waveform)!r}), Path({str(tmp_path / 'port')!r}), frontend='hx711', "
        f"truth=Path({str(tmp_path / 'truth.json')!r}))"
    )
    child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    try:
        while not (tmp_path / "port").exists():
            assert child.poll() is None
        with Wire(tmp_path / "port") as wire:
            assert wire.start()
            assert wire.blocks(lambda b: b.first >= 8)
    finally:
        subprocess.run(["kill", "-INT", "--", f"-{child.pid}"], check=True)
        assert child.wait(ANSWER_S) in (0, -signal.SIGINT, 130, 1)
    assert (tmp_path / "truth.json").exists()


@pytest.fixture
def flashing(tmp_path, monkeypatch):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "uno-hx711.hex").touch()
    monkeypatch.setattr(firmware_images, "FIRMWARE", tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))

    def avrdude(exit_code):
        tool = tools / "avrdude"
        tool.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\nexit {exit_code}\n')
        tool.chmod(0o755)
        return tmp_path / "said"

    return avrdude


def test_flash_without_avrdude_says_how_to_get_it(flashing):
    with pytest.raises(UsageError, match="apt-get install avrdude"):
        flash(port="/dev/null")


def test_flash_gives_avrdude_what_a_board_needs(flashing):
    said = flashing(0)
    flash(port="/dev/ttyACM7", check=False)
    words = said.read_text().split()
    assert words[words.index("-P") + 1] == "/dev/ttyACM7"
    assert words[words.index("-b") + 1] == "115200"
    assert words[words.index("-U") + 1].endswith("uno-hx711.hex:i")


def test_flash_takes_the_image_with_the_motion_sensor(flashing, tmp_path):
    said = flashing(0)
    with pytest.raises(UsageError, match=r"avr BOARD=uno FRONTEND=hx711 IMU=lsm6ds"):
        flash(port="/dev/ttyACM7", imu="lsm6ds")
    (tmp_path / "build" / "uno-hx711-lsm6ds.hex").touch()
    flash(port="/dev/ttyACM7", imu="lsm6ds", check=False)
    assert "uno-hx711-lsm6ds.hex:i" in said.read_text()


def test_each_board_has_its_own_motion_sensors(flashing):
    with pytest.raises(UsageError, match="no uno motion sensor 'bmi270'"):
        flash(imu="bmi270", port="/dev/null")
    target = TARGETS["nano33ble"]
    assert {"lsm6ds", "lsm9ds1", "bmi270"} <= set(target.imus)
    with pytest.raises(UsageError, match="-DIMU_BMI270="):
        arduino_image("nano33ble", target.fqbn, "hx711", "bmi270", target.ending)


def test_an_uno_r4_wifi_is_written_by_the_boot_loader_behind_its_usb():
    command = TARGETS["unor4wifi"].command(Path("a.bin"), "/dev/ttyACM2")
    assert command[:2] == ["bossac", "--port=ttyACM2"]
    assert TARGETS["unor4wifi"].touched


def test_flash_that_fails_says_what_to_try(flashing):
    flashing(1)
    with pytest.raises(TransportError, match="nano-old"):
        flash(port="/dev/ttyACM7")


def test_no_board_is_said(flashing, monkeypatch):
    flashing(0)
    monkeypatch.setattr("serial.tools.list_ports.comports", list)
    with pytest.raises(UsageError, match="--port"):
        flash()


def test_flash_asks_the_board_who_it_is(flashing, tmp_path, images, capsys):
    flashing(0)
    waveform = busy_waveform(tmp_path / "w.csv", 1)
    with emulated(tmp_path, "hx711", waveform, "--paced") as board:
        flash(port=str(board.port))
    assert "uno, firmware" in capsys.readouterr().err


def test_flash_says_that_a_board_does_not_answer(flashing, tmp_path):
    flashing(0)
    with pytest.raises(TransportError, match="does not answer"):
        flash(port=str(tmp_path / "nowhere"))


def test_an_nrf_image_that_is_missing_is_said_with_the_command(flashing):
    with pytest.raises(UsageError, match="bossac is missing"):
        flash(board="nano33ble")
    with pytest.raises(UsageError, match=r"arduino-cli compile --fqbn Seeeduino:mbed:xiao") as said:
        flash(board="xiao", frontend="ads131m04", port="/dev/null")
    assert "-DBOARD_XIAO -DFRONTEND_ADS131M04" in str(said.value)


def test_a_xiao_is_written_as_a_disk(flashing, tmp_path, monkeypatch):
    """The disk gets what objcopy makes of the same image, page by page."""
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "INFO_UF2.TXT").write_text("UF2 Bootloader 0.6.1\nBoard-ID: nRF52840-SeeedXiao-v1\n")
    monkeypatch.setattr(flash_module, "_mounted", lambda: [disk])
    content = bytes(range(256)) * 3 + b"end"
    (tmp_path / "image.bin").write_bytes(content)
    subprocess.run(
        [*("/usr/bin/objcopy", "-I", "binary", "-O", "ihex", "--change-addresses", "0x27000"),
         tmp_path / "image.bin", tmp_path / "image.hex"], check=True,
    )  # fmt: skip
    flash(board="xiao", port="/dev/null", file=tmp_path / "image.hex", check=False)
    blocks = (disk / "gripforce.uf2").read_bytes()
    assert len(blocks) == 4 * 512
    written = b""
    for i in range(4):
        words = struct.unpack_from("<8I", blocks, 512 * i)
        assert words[:3] == (0x0A324655, 0x9E5D5157, 0x2000)
        assert words[3:] == (0x27000 + 256 * i, 256, i, 4, 0xADA52840)
        assert blocks[512 * i + 508 : 512 * i + 512] == bytes.fromhex("306fb10a")
        written += blocks[512 * i + 32 : 512 * i + 288]
    assert written == content.ljust(1024, b"\xff")


@pytest.mark.parametrize("text", [":00", "words", ":0100000000FE", ":10"])
def test_a_damaged_image_is_refused(text):
    with pytest.raises(UsageError, match="damaged"):
        read_hex(text)


def test_a_pico_is_written_as_a_disk_and_only_with_a_uf2_file(flashing, tmp_path, monkeypatch):
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\nBoard-ID: RPI-RP2\n")
    monkeypatch.setattr(flash_module, "_mounted", lambda: [disk])
    image = tmp_path / "image.uf2"
    image.write_bytes(b"UF2\nWQ]\x9e" + bytes(504))
    flash(board="pico", file=image, check=False)
    assert (disk / "gripforce.uf2").read_bytes() == image.read_bytes()
    image.write_bytes(b"\x7fELF")
    with pytest.raises(UsageError, match="no UF2 file"):
        flash(board="pico", file=image, check=False)


@pytest.mark.parametrize(
    ("board", "tool", "words"),
    [
        ("esp32", "esptool", ["--port", "/dev/ttyUSB3", "write-flash", "0x0"]),
        ("unor4", "dfu-util", ["--device", "0x2341:0x0069,:0x0369", "-a0", "-D"]),
        ("teensy40", "teensy_loader_cli", ["--mcu=TEENSY40", "-w"]),
    ],
)
def test_each_other_board_is_written_by_its_tool(flashing, tmp_path, board, tool, words):
    flashing(0)
    image = tmp_path / "image.bin"
    image.touch()
    with pytest.raises(UsageError, match=f"{tool} is missing"):
        flash(board=board, port="/dev/ttyUSB3", file=image, check=False)
    (tmp_path / "tools" / "avrdude").rename(tmp_path / "tools" / tool)
    flash(board=board, port="/dev/ttyUSB3", file=image, check=False)
    said = (tmp_path / "said").read_text().split()
    assert set(words) | {str(image)} <= set(said)


def test_every_board_of_the_firmware_can_be_flashed():
    assert {*pins.boards(), "nano", "nano-old"} == set(TARGETS)


def test_step_4_of_the_build_says_what_flash_prints(flashing, tmp_path, images, capsys):
    flashing(0)
    waveform = busy_waveform(tmp_path / "w.csv", 1)
    with emulated(tmp_path, "hx711", waveform, "--paced") as board:
        flash(port=str(board.port))
    printed = capsys.readouterr().err.replace(str(board.port), "PORT").splitlines()
    page = pins.PINS.parents[3] / "hardware" / "build" / "4-flash.md"
    said = re.findall(r"`(gripforce: .*?)`", re.sub(r"\s+", " ", page.read_text()))
    said = [line.replace("/dev/ttyUSB0", "PORT").replace("nano", "uno") for line in said]
    assert said == printed[: len(said)]
