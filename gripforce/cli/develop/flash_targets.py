"""The boards that ``gripforce flash`` writes, by the tool of each boot loader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gripforce.cli.develop.firmware_images import IMUS
from gripforce.cli.develop.uf2 import NRF52840


@dataclass(frozen=True)
class FlashTarget:
    """How a board is written; ``vendors`` are those of its USB chip."""

    tool: str
    vendors: frozenset[int]
    ending: str
    baud: int = 0
    fqbn: str = ""
    """Name of the board in the Arduino IDE, for images that ``make`` cannot link."""
    disk: str = ""
    """What ``INFO_UF2.TXT`` on the disk of its boot loader contains."""
    family: int = 0
    """Its number among UF2 families, where the image is not a UF2 file yet."""
    touched: bool = False
    """Opening its port at 1200 baud starts its boot loader."""
    imus: tuple[str, ...] = IMUS
    """The motion sensors that its image can have, "" for none."""

    def command(self, image: Path, where: str) -> list[str]:
        """Return the tool's command that writes an image."""
        return [word.format(image=image, port=where, name=Path(where).name, baud=self.baud)
                for word in COMMANDS[self.tool].split()]  # fmt: skip


COMMANDS: Final = {
    "avrdude": "avrdude -q -p atmega328p -c arduino -P {port} -b {baud} -D -U flash:w:{image}:i",
    "bossac": "bossac --port={name} -U -i -e -w {image} -R",
    "dfu-util": "dfu-util --device 0x2341:0x0069,:0x0369 -D {image} -a0 -R",
    "esptool": "esptool --chip esp32 --port {port} --baud {baud} write-flash 0x0 {image}",
    "teensy_loader_cli": "teensy_loader_cli --mcu=TEENSY40 -w -s -v {image}",
}
"""As the boards packages of the Arduino IDE call these tools."""
GET: Final = {
    "avrdude": "On Debian: sudo apt-get install avrdude",
    "bossac": "It comes with Arduino's boards package; put its folder into PATH. "
    "On Debian: sudo apt-get install bossa-cli",
    "dfu-util": "On Debian: sudo apt-get install dfu-util",
    "esptool": "Run: pip install esptool",
    "teensy_loader_cli": "On Debian: sudo apt-get install teensy-loader-cli",
}
_ARDUINO: Final = frozenset({0x2341, 0x2A03})
_BRIDGES: Final = frozenset({0x1A86, 0x0403, 0x10C4})
"""WCH, FTDI, Silicon Labs."""
TARGETS: Final = {
    "uno": FlashTarget("avrdude", _ARDUINO | _BRIDGES, "hex", 115_200),
    "nano": FlashTarget("avrdude", _ARDUINO | _BRIDGES, "hex", 115_200),
    "nano-old": FlashTarget("avrdude", _ARDUINO | _BRIDGES, "hex", 57_600),
    "nano33ble": FlashTarget(
        "bossac", _ARDUINO, "bin", fqbn="arduino:mbed_nano:nano33ble", touched=True,
        imus=(*IMUS, "lsm9ds1", "bmi270"),
    ),
    "xiao": FlashTarget(
        "uf2", frozenset({0x2886}), "hex", fqbn="Seeeduino:mbed:xiaonRF52840Sense",
        disk="nRF52840", family=NRF52840, touched=True,
    ),
    "pico": FlashTarget(
        "uf2", frozenset({0x2E8A}), "uf2", fqbn="rp2040:rp2040:rpipico",
        disk="RPI-RP2", touched=True,
    ),
    "esp32": FlashTarget("esptool", _BRIDGES, "merged.bin", 460_800, fqbn="esp32:esp32:esp32"),
    "unor4": FlashTarget("dfu-util", _ARDUINO, "bin", fqbn="arduino:renesas_uno:minima"),
    "unor4wifi": FlashTarget(
        "bossac", _ARDUINO, "bin", fqbn="arduino:renesas_uno:unor4wifi", touched=True
    ),
    "teensy40": FlashTarget(
        "teensy_loader_cli", frozenset({0x16C0}), "hex", fqbn="teensy:avr:teensy40"
    ),
}  # fmt: skip
"""``nano-old`` is the Nano of before 2018, and most clones."""
