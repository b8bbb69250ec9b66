"""Kinds of parts on the board: pins with roles, footprint, maker's number, one alternative.

Pin numbers and roles are remembered from the makers' datasheets; check them against the sheet of
the part that you buy before you order boards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PASSIVE, POWER_IN, POWER_OUT, INPUT, OUTPUT, BOTH, OPEN = (
    "PASSIVE",
    "PWRIN",
    "PWROUT",
    "INPUT",
    "OUTPUT",
    "BIDIR",
    "NOCONNECT",
)
"""Roles of a pin as SKiDL names them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A part as it can be ordered; ``pins`` maps a number to name and role."""

    footprint: str
    maker: str
    number: str
    alternative: str
    pins: tuple[tuple[str, str, str], ...]
    price_usd: float


_NANO_UNUSED = ("A1", "A2", "A3", "A6", "A7", "AREF", "D13", "RST", "RX", "TX", "VIN")
UNUSED: Final = frozenset({*_NANO_UNUSED, "3V3_OUT", "5V_OUT", "D4_OPEN", "D5_OPEN"})
"""Pins of a socket that nothing is joined to."""


def _two(footprint: str, maker: str, number: str, alternative: str, price_usd: float) -> Kind:
    pins = (("1", "1", PASSIVE), ("2", "2", PASSIVE))
    return Kind(footprint, maker, number, alternative, pins, price_usd)


def _resistor(code: str) -> Kind:
    size = "Resistor_SMD:R_0805_2012Metric"
    return _two(size, "Yageo", f"RC0805FR-07{code}L", "Vishay CRCW0805 of that value, 1 %", 0.02)


def _capacitor(number: str, alternative: str) -> Kind:
    return _two("Capacitor_SMD:C_0805_2012Metric", "Murata", number, alternative, 0.05)


def _socket(footprint: str, maker: str, number: str, other: str, *, names: str, usd: float) -> Kind:
    pins = tuple(
        (str(i), name, OPEN if name in UNUSED else PASSIVE)
        for i, name in enumerate(names.split(), 1)
    )
    return Kind(footprint, maker, number, other, pins, usd)


def _gate(number: str, alternative: str) -> Kind:
    pins = (
        ("1", "NC", OPEN),
        ("2", "A", INPUT),
        ("3", "GND", POWER_IN),
        ("4", "Y", OUTPUT),
        ("5", "VCC", POWER_IN),
    )
    return Kind("Package_TO_SOT_SMD:SOT-23-5", "Texas Instruments", number, alternative, pins, 0.20)


_ADC_PINS = (
    "AVDD:PWRIN AGND:PWRIN AIN0P:INPUT AIN0N:INPUT AIN1N:INPUT AIN1P:INPUT AIN2P:INPUT AIN2N:INPUT "
    "AIN3N:INPUT AIN3P:INPUT SYNC_RESET:INPUT CS:INPUT DRDY:OUTPUT SCLK:INPUT DOUT:OUTPUT "
    "DIN:INPUT CLKIN:INPUT CAP:PASSIVE DGND:PWRIN DVDD:PWRIN"
)
_HX711_PINS = (
    "VSUP:PWRIN BASE:OUTPUT AVDD:PWRIN VFB:INPUT AGND:PWRIN VBG:PASSIVE INA-:INPUT INA+:INPUT "
    "INB-:INPUT INB+:INPUT PD_SCK:INPUT DOUT:OUTPUT XO:NOCONNECT XI:INPUT RATE:INPUT DVDD:PWRIN"
)


def _numbered(pins: str) -> tuple[tuple[str, str, str], ...]:
    rows = [pin.rsplit(":", 1) for pin in pins.split()]
    return tuple((str(i), name, role) for i, (name, role) in enumerate(rows, 1))


JST_2 = "Connector_JST:JST_PH_B2B-PH-K_1x02_P2.00mm_Vertical"
JST_4 = "Connector_JST:JST_PH_B4B-PH-K_1x04_P2.00mm_Vertical"
JST_5 = "Connector_JST:JST_PH_B5B-PH-K_1x05_P2.00mm_Vertical"
SOCKET_15 = "Connector_PinSocket_2.54mm:PinSocket_1x15_P2.54mm_Vertical"
SOCKET_7 = "Connector_PinSocket_2.54mm:PinSocket_1x07_P2.54mm_Vertical"

KINDS: Final[dict[str, Kind]] = {
    "ADS131M04": Kind(
        "Package_SO:TSSOP-20_4.4x6.5mm_P0.65mm",
        "Texas Instruments",
        "ADS131M04IPWR",
        "ADS131M04IPW (in a tube)",
        _numbered(_ADC_PINS),
        6.50,
    ),
    "HX711": Kind(
        "Package_SO:SOIC-16_3.9x9.9mm_P1.27mm",
        "Avia Semiconductor",
        "HX711",
        "HX717 at 80 or 320 SPS (same pins but for the rate)",
        _numbered(_HX711_PINS),
        0.60,
    ),
    "MMBT4403": Kind(
        "Package_TO_SOT_SMD:SOT-23",
        "onsemi",
        "MMBT4403LT1G",
        "Nexperia PMBT4403,215",
        (("1", "B", PASSIVE), ("2", "E", PASSIVE), ("3", "C", PASSIVE)),
        0.05,
    ),
    "74AHCT1G125": Kind(
        "Package_TO_SOT_SMD:SOT-23-5",
        "Texas Instruments",
        "SN74AHCT1G125DBVR",
        "Nexperia 74AHCT1G125GV,125",
        (
            ("1", "OE", INPUT),
            ("2", "A", INPUT),
            ("3", "GND", POWER_IN),
            ("4", "Y", OUTPUT),
            ("5", "VCC", POWER_IN),
        ),
        0.20,
    ),
    "LP5907-2.5": Kind(
        "Package_TO_SOT_SMD:SOT-23-5",
        "Texas Instruments",
        "LP5907MFX-2.5/NOPB",
        "Analog Devices ADP150AUJZ-2.5-R7 (same pins)",
        (
            ("1", "IN", POWER_IN),
            ("2", "GND", POWER_IN),
            ("3", "EN", INPUT),
            ("4", "NC", OPEN),
            ("5", "OUT", POWER_OUT),
        ),
        0.60,
    ),
    "8.192MHz": Kind(
        "Oscillator:Oscillator_SMD_Abracon_ASE-4Pin_3.2x2.5mm",
        "Abracon",
        "ASE-8.192MHZ-LC-T",
        "SiTime SiT8008BI-22-33E-8.192000",
        (
            ("1", "OE", INPUT),
            ("2", "GND", POWER_IN),
            ("3", "OUT", OUTPUT),
            ("4", "VDD", POWER_IN),
        ),
        1.20,
    ),
    "74LVC1G17": _gate("SN74LVC1G17DBVR", "Nexperia 74LVC1G17GV"),
    "74LVC1G34": _gate("SN74LVC1G34DBVR", "Nexperia 74LVC1G34GV"),
    "BAT54S": Kind(
        "Package_TO_SOT_SMD:SOT-23",
        "Nexperia",
        "BAT54S,215",
        "onsemi BAT54SLT1G",
        (("1", "LOW", PASSIVE), ("2", "HIGH", PASSIVE), ("3", "MIDDLE", PASSIVE)),
        0.10,
    ),
    "33R": _resistor("33R"),
    "100R": _resistor("100R"),
    "1k": _resistor("1K"),
    "8k2": _resistor("8K2"),
    "10k": _resistor("10K"),
    "20k": _resistor("20K"),
    "100k": _resistor("100K"),
    "1n": _capacitor("GRM2165C1H102JA01D", "Kemet C0805C102J5GAC, C0G"),
    "10n": _capacitor("GRM2195C1H103JA01D", "Kemet C0805C103J5GAC, C0G"),
    "100n": _capacitor("GRM21BR71H104KA01L", "Samsung CL21B104KBCNNNC"),
    "220n": _capacitor("GRM219R71E224KA01D", "Samsung CL21B224KBFNNNE"),
    "1u": _capacitor("GRM21BR71E105KA99L", "Samsung CL21B105KAFNNNE"),
    "10u": _capacitor("GRM21BR61C106KE15L", "Samsung CL21A106KOQNNNE"),
    "ferrite": _two(
        "Inductor_SMD:L_0805_2012Metric", "Murata", "BLM21PG601SN1D", "TDK MPZ2012S601A", 0.10
    ),
    "cell": _socket(JST_4, "JST", "B4B-PH-K-S", "Molex 53253-0470", names="E+ S+ S- E-", usd=0.25),
    "pair": _socket(JST_2, "JST", "B2B-PH-K-S", "Molex 53253-0270", names="1 2", usd=0.15),
    "choice": _socket(
        "Connector_PinHeader_2.54mm:PinHeader_1x03_P2.54mm_Vertical",
        "Harwin",
        "M20-9990346",
        "Wuerth 61300311121",
        names="TRIGGER PIN CONTACT",
        usd=0.15,
    ),
    "imu": _socket(
        JST_5, "JST", "B5B-PH-K-S", "Molex 53253-0570", names="VCC GND SDA SCL INT1", usd=0.30
    ),
    "nano left": _socket(
        SOCKET_15,
        "Harwin",
        "M20-7821546",
        "Wuerth 61301511821",
        names="D13 3V3_OUT AREF A0 A1 A2 A3 A4 A5 A6 A7 5V RST GND VIN",
        usd=1.20,
    ),
    "nano right": _socket(
        SOCKET_15,
        "Harwin",
        "M20-7821546",
        "Wuerth 61301511821",
        names="D12 D11 D10 D9 D8 D7 D6 D5 D4 D3 D2 GND RST RX TX",
        usd=1.20,
    ),
    "xiao left": _socket(
        SOCKET_7,
        "Harwin",
        "M20-7820746",
        "Wuerth 61300711821",
        names="D0 D1 D2 D3 D4_OPEN D5_OPEN D6",
        usd=0.70,
    ),
    "xiao right": _socket(
        SOCKET_7,
        "Harwin",
        "M20-7820746",
        "Wuerth 61300711821",
        names="5V_OUT GND 3V3 D10 D9 D8 D7",
        usd=0.70,
    ),
}
