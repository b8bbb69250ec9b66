"""Every number that the budget starts from, with where it comes from.

``READ`` was read in the source named. ``REMEMBERED`` was not found again and has to be checked
against the part that you buy. ``CHOSEN`` is this design's own. ``GIVEN`` is the project's survey of
the field (measured on real lifts, or published, as each source says).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gripforce.calibration import reference_cells as reference


class Trust(StrEnum):
    """How a number came here."""

    READ = "read"
    GIVEN = "given"
    REMEMBERED = "remembered"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Input:
    """One number; its unit stands in the name that holds it."""

    value: float
    trust: Trust
    source: str


READ, GIVEN, REMEMBERED, CHOSEN = Trust.READ, Trust.GIVEN, Trust.REMEMBERED, Trust.CHOSEN

SEEED_CELL = "Seeed wiki, Weight Sensor (Load Cell) 0-500 g, specification table"
TI_BRIDGE = "TI SBAA532A, section 4, table of a 2 kg cell"
ADS131M04 = "TI ADS131M04-Q1 datasheet SBASA13A"
HX711 = "Avia HX711 datasheet"

STANDARD_GRAVITY_M_PER_S2 = Input(9.80665, READ, "CGPM 1901")

# -- cells ---------------------------------------------------------------------------------------
GRIP_CAPACITY_KG = Input(
    reference.GRIP_CAPACITY_KG, CHOSEN, "bar cell 47 x 12 x 6 mm; lifts need 20 N, three times over"
)
LOAD_CAPACITY_KG = Input(
    reference.LOAD_CAPACITY_KG, CHOSEN, "the same bar; half of 1 kg on each digit, four times over"
)
CELL_SENSITIVITY_MV_PER_V = Input(
    reference.SENSITIVITY_V_PER_V * 1e3,
    REMEMBERED,
    "usual for bars of 1 to 5 kg; 0.5 to 2 occur",
)
CELL_BRIDGE_OHM = Input(1000, READ, TI_BRIDGE)
CELL_SAFE_OVERLOAD = Input(1.5, READ, TI_BRIDGE)
CELL_NONLINEARITY = Input(0.0005, READ, SEEED_CELL)
CELL_HYSTERESIS = Input(0.0005, READ, SEEED_CELL)
CELL_REPEATABILITY = Input(0.0005, READ, SEEED_CELL)
CELL_CREEP_30_MIN = Input(0.0005, READ, SEEED_CELL)
CELL_ZERO_DRIFT_PER_K = Input(0.00005, READ, SEEED_CELL)
CELL_ZERO_DRIFT_WORST_PER_K = Input(0.02, READ, TI_BRIDGE)
CELL_DEFLECTION_MM = Input(0.3, REMEMBERED, "bar cells give 0.2 to 0.5 mm at their capacity")
MOUNT_GRIP_UM_PER_N = Input(4, CHOSEN, "limit: strength.md computes what bracket to spine give way")
MOUNT_LOAD_UM_PER_N = Input(8, CHOSEN, "the same, under load")
KITCHEN_CAPACITY_KG = Input(50, GIVEN, "half-bridge bathroom-scale cell, a common DIY choice")
KITCHEN_SENSITIVITY_MV_PER_V = Input(1.0, GIVEN, "the same")

# -- converters ----------------------------------------------------------------------------------
HX711_EXCITATION_V = Input(
    reference.HX711.excitation_v,
    REMEMBERED,
    "1.25 V x (20k + 8.2k) / 8.2k on the common module",
)
HX711_NOISE_FREE_BITS = Input(
    reference.HX711_NOISE_FREE_BITS,
    GIVEN,
    "users' measurements: 14 to 15 of 24 bits, gain 128",
)
HX711_GAIN = Input(reference.HX711_GAIN, CHOSEN, "channel A")
HX711_RATE_HZ = Input(
    reference.HX711.rate_hz, READ, HX711 + ": RATE pin high; single chips run at up to 92"
)
HX711_SETTLING_S = Input(0.05, READ, HX711 + ": at 80 SPS")
ADS131_EXCITATION_V = Input(
    reference.ADS131M04.excitation_v,
    CHOSEN,
    "own regulator: the inputs must stay below AVDD - 1.8 V",
)
ADS131_SUPPLY_V = Input(3.3, CHOSEN, "the 3.3 V pin of the board")
ADS131_HEADROOM_V = Input(1.8, READ, "TI E2E 1495472: input below AVDD - 1.8 V at gains above 4")
ADS131_REFERENCE_V = Input(1.2, READ, ADS131M04 + ": internal; full scale is +-1.2 V / gain")
ADS131_GAIN = Input(128, CHOSEN, "full scale +-9.375 mV")
ADS131_NOISE_V = Input(
    reference.ADS131M04.noise_v,
    READ,
    ADS131M04 + " table 7-1, 1 kSPS, high gains: 0.77 to 0.82 uV rms (columns run on)",
)
ADS131_RATE_HZ = Input(reference.ADS131M04.rate_hz, CHOSEN, "OSR 4096 at 8.192 MHz")
ADS131_CURRENT_A = Input(4.5e-3, REMEMBERED, "four channels, high resolution, analogue and digital")
RESEARCH_FILTER_TOLERANCE = Input(0.06, CHOSEN, "board: resistors 1 %, capacitors 5 % (C0G)")
ENTRY_FILTER_TOLERANCE = Input(0.11, CHOSEN, "board: resistors 1 %, capacitors 10 % (X7R)")
ROOM_K = Input(300, CHOSEN, "for the noise of resistors")
CONVERTER_BITS = Input(24, READ, "HX711 and ADS131M04 datasheets")

# -- printed geometry ----------------------------------------------------------------------------
PRINT_TOLERANCE_MM = Input(0.2, REMEMBERED, "hole position of a usual FDM printer")
HOLE_PITCH_MM = Input(7, CHOSEN, "cad/parameters.scad cell_hole_pitch")
CROSS_TALK_AFTER = Input(
    0.01, GIVEN, "target after the cross-talk matrix, below 1 % of the other axis"
)
DISTAL_GRIP_G = Input(22, CHOSEN, "carrier, plate, screws, half a cell")
DISTAL_LOAD_G = Input(36, CHOSEN, "the same, and the grip cell, the bracket, half a cell")
PRINTED_G = Input(173, CHOSEN, "meshes of the object, solid; a test weighs them")
CELLS_G = Input(34, CHOSEN, "four bars of 47 x 12 x 6 mm aluminium, 2.7 g/cm3, cable not counted")
ELECTRONICS_G = Input(30, REMEMBERED, "boards, wire, LED, jack; with battery in the research build")
SCREWS_G = Input(25, REMEMBERED, "25 M3 screws and nuts, about 1 g each")
STEEL_PLATE_G = Input(98.1, CHOSEN, "50 x 50 x 5 mm at 7.85 g/cm3")
STEEL_PLATES = Input(8, CHOSEN, "cad/parameters.scad steel_count")

# -- use -----------------------------------------------------------------------------------------
LIFT_GRIP_N = Input(20, GIVEN, "range that lifts need")
PINCH_MVC_N = Input(150, GIVEN, "strongest pinches")
SESSION_WARMTH_K = Input(2, CHOSEN, "room and hand warm a cell by this much in a session")
HOLD_GRIP_N = Input(10, CHOSEN, "a firm hold of 500 g")
RATE_HEIGHT_AT_80_HZ = Input(
    0.996, GIVEN, "peak grip-force rate of 572 real lifts, 80 Hz over 2 kHz"
)
RATE_HEIGHT_AT_1_KHZ = Input(1.0, GIVEN, "the same lifts at 1 kHz")
REAL_LAG_AT_80_HZ_MS = Input(0.29, GIVEN, "median error of the lag of those lifts, simultaneous")
REAL_LAG_AT_1_KHZ_MS = Input(0.01, GIVEN, "the same at 1 kHz")
ANALYSIS_FILTER_HZ = Input(15, CHOSEN, "the project's default low-pass, -3 dB, zero phase")

# -- links ---------------------------------------------------------------------------------------
BLOCK_OVERHEAD_BYTES = Input(16, CHOSEN, "docs/protocol.md: header 12, CRC 2, COBS 1, delimiter 1")
BLOCK_SAMPLES = Input(16, CHOSEN, "fills one BLE notification of 244 bytes with four channels")
IMU_RATE_HZ = Input(200, CHOSEN, "six channels of 16 bits")
UART_ENTRY_BAUD = Input(500_000, CHOSEN, "the slower of the two that the firmware is tested at")
UART_RESEARCH_BAUD = Input(1_000_000, CHOSEN, "AVR bench build")
BLE_BYTES_PER_S = Input(32_500, GIVEN, "connection interval 15 ms, 2 packets of 244 bytes")

# -- power of the research build -------------------------------------------------------------------
NRF52840_CURRENT_A = Input(
    8.6e-3, READ, "nRF52840 product specification, IS1: CPU and radio, DC/DC"
)
IMU_CURRENT_A = Input(1.0e-3, REMEMBERED, "LSM6DS3TR-C, accelerometer and gyroscope")
LED_CURRENT_A = Input(2.0e-3, CHOSEN, "status and power LED")
REGULATOR_EFFICIENCY = Input(
    0.85, REMEMBERED, "3.3 V from a cell of 3.7 V: a linear regulator gives 0.89, a buck as much"
)
BATTERY_AH = Input(0.5, CHOSEN, "one LiPo cell with its protection board")
BATTERY_V = Input(3.7, REMEMBERED, "nominal voltage of one LiPo cell")
BATTERY_USABLE = Input(0.8, CHOSEN, "age, cold and a cut-off at 3.3 V")
