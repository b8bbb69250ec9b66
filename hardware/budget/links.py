"""Bytes a second against what the link carries, and hours on a battery."""

from __future__ import annotations

from hardware.budget import inputs as known

BITS_ON_THE_WIRE = 10  # start, eight, stop


def stream_bytes_per_s(rate_hz: float, channels: int, width_bytes: int, block: float) -> float:
    """Rate of one stream, framing included."""
    payload = rate_hz * channels * width_bytes
    return payload + rate_hz / block * known.BLOCK_OVERHEAD_BYTES.value


def imu_bytes_per_s() -> float:
    """Six channels of 16 bits."""
    return stream_bytes_per_s(known.IMU_RATE_HZ.value, 6, 2, known.BLOCK_SAMPLES.value)


def entry_bytes_per_s() -> float:
    """Four streams of one channel, each on its own clock, and the IMU at half its rate."""
    cells = 4 * stream_bytes_per_s(known.HX711_RATE_HZ.value, 1, 3, known.BLOCK_SAMPLES.value / 2)
    return cells + imu_bytes_per_s() / 2


def research_bytes_per_s() -> float:
    """One stream of four channels, and the IMU."""
    block = known.BLOCK_SAMPLES.value
    return stream_bytes_per_s(known.ADS131_RATE_HZ.value, 4, 3, block) + imu_bytes_per_s()


def uart_load(bytes_per_s: float, baud: float) -> float:
    """Share of a serial line that is used."""
    return bytes_per_s * BITS_ON_THE_WIRE / baud


def ble_load(bytes_per_s: float) -> float:
    """Share of the radio link that is used."""
    return bytes_per_s / known.BLE_BYTES_PER_S.value


def research_current_a() -> float:
    """Sum what the 3.3 V rail gives: processor, radio, converter, four bridges, IMU, light."""
    bridges = 4 * known.ADS131_EXCITATION_V.value / known.CELL_BRIDGE_OHM.value
    parts = (
        known.NRF52840_CURRENT_A,
        known.ADS131_CURRENT_A,
        known.IMU_CURRENT_A,
        known.LED_CURRENT_A,
    )
    return bridges + sum(part.value for part in parts)


def battery_hours() -> float:
    """Duration on one charge, through the processor's regulator."""
    stored_wh = known.BATTERY_AH.value * known.BATTERY_V.value * known.BATTERY_USABLE.value
    drawn_w = research_current_a() * known.ADS131_SUPPLY_V.value
    return stored_wh * known.REGULATOR_EFFICIENCY.value / drawn_w


def object_mass_g() -> tuple[float, float]:
    """Lightest and heaviest object."""
    parts = (known.PRINTED_G, known.CELLS_G, known.SCREWS_G, known.ELECTRONICS_G)
    empty = sum(part.value for part in parts)
    return empty, empty + known.STEEL_PLATES.value * known.STEEL_PLATE_G.value
