"""The budget as Markdown: what the README quotes, and the inputs behind it."""

from __future__ import annotations

from typing import TypeAlias

from hardware.bom import Cost, cost, priced_in
from hardware.budget import inputs as known
from hardware.budget import links, noise
from hardware.budget.timing import LagError, lag_error
from hardware.cad.openscad import capacity_n

HOLD = known.HOLD_GRIP_N.value
CAPACITY_N = capacity_n()
Pair: TypeAlias = tuple[noise.Axis, noise.Axis]
Row: TypeAlias = tuple[str, str, str]


def report() -> str:
    """Return the table that compares both builds."""
    entry = (
        noise.hx711_axis(known.GRIP_CAPACITY_KG.value),
        noise.hx711_axis(known.LOAD_CAPACITY_KG.value),
    )
    research = (
        noise.ads131_axis(known.GRIP_CAPACITY_KG.value),
        noise.ads131_axis(known.LOAD_CAPACITY_KG.value),
    )
    rows = [
        ("", "entry", "research"),
        ("---", "---", "---"),
        *_cost_rows(cost("entry"), cost("research")),
        ("sampling", "4 × 80 Hz, each on its own clock", "4 × 1000 Hz, at one instant"),
        *_noise_rows(entry, research),
        *_force_rows(entry),
        *_time_rows(entry, research),
        *_use_rows(),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _cost_rows(entry: Cost, research: Cost) -> list[Row]:
    def pair(name: str, attribute: str) -> Row:
        return (name, *(f"{getattr(build, attribute):.0f}" for build in (entry, research)))

    return [
        pair(f"parts, your share of each pack, USD (estimates of {priced_in()})", "used"),
        pair("the same in whole packs, as bought", "bought"),
        pair("shipping, a guess", "shipping"),
        pair("tools, if you have none", "tools"),
    ]


def inputs_table() -> str:
    """Return every number the budget starts from, and how far it is to be trusted."""
    lines = ["| input | value | trust | source |", "|---|---|---|---|"]
    for name, item in vars(known).items():
        if isinstance(item, known.Input):
            lines.append(f"| {name.lower()} | {item.value:g} | {item.trust} | {item.source} |")
    return "\n".join([*lines, ""])


def _noise_rows(entry: Pair, research: Pair) -> list[Row]:
    def pair(build: Pair, attribute: str) -> str:
        return " / ".join(f"{getattr(axis, attribute) * 1e3:.1f}" for axis in build)

    return [
        (
            "noise of a sample, grip / load, mN rms",
            pair(entry, "noise_n"),
            pair(research, "noise_n"),
        ),
        (
            "the same with the cell's and the input filter's own",
            pair(entry, "input_noise_n"),
            pair(research, "input_noise_n"),
        ),
        (
            "noise after the 15 Hz filter, grip / load, mN rms",
            pair(entry, "filtered_noise_n"),
            pair(research, "filtered_noise_n"),
        ),
        (
            "one count, grip, µN",
            f"{entry[0].count_n * 1e6:.0f}",
            f"{research[0].count_n * 1e6:.0f}",
        ),
        (
            "noise-free bits of the cell's range",
            f"{entry[0].noise_free_bits:.1f}",
            f"{research[0].noise_free_bits:.1f}",
        ),
    ]


def _force_rows(axes: Pair) -> list[Row]:
    grip, load = axes
    skewed = noise.misalignment_cross_talk() * HOLD
    corrected = known.CROSS_TALK_AFTER.value * HOLD
    between = 2 * known.DISTAL_LOAD_G.value
    rows = [
        (
            "cell's own errors, grip / load, mN, k = 2",
            f"{grip.cell_error_n * 1e3:.0f} / {load.cell_error_n * 1e3:.0f}",
        ),
        (
            "zero drift in a session, grip, typical cell / worst cell",
            f"{grip.zero_drift_n * 1e3:.0f} mN / {grip.zero_drift_worst_n:.1f} N",
        ),
        (
            f"{HOLD:.0f} N of grip seen as load, before / after the cross-talk matrix",
            f"{skewed:.2f} N / {corrected:.2f} N",
        ),
        (
            "capacity: grip that the object is declared to bear",
            f"{CAPACITY_N:g} N ({CAPACITY_N / known.LIFT_GRIP_N.value:.0f} × a 20 N lift)",
        ),
        (
            "cells alone bear, grip / load",
            f"{grip.safe_n:.0f} N / {load.safe_n:.0f} N",
        ),
        (
            "strongest pinch (150 N)",
            f"**no**: {known.PINCH_MVC_N.value / CAPACITY_N:.1f} × the capacity",
        ),
        (
            "cells and mounts swing at, grip / load, Hz",
            f"{_swing(grip, known.DISTAL_GRIP_G, known.MOUNT_GRIP_UM_PER_N)} / "
            f"{_swing(load, known.DISTAL_LOAD_G, known.MOUNT_LOAD_UM_PER_N)}",
        ),
        (
            "parts between skin and load cells, and load they hide at 1 m/s²",
            f"{between:.0f} g, {between * 1e-3:.2f} N",
        ),
    ]
    return [(name, value, "the same") for name, value in rows]


def _swing(axis: noise.Axis, distal: known.Input, mount: known.Input) -> str:
    return f"{noise.resonance_hz(axis, distal.value, mount.value):.0f}"


def _time_rows(entry: Pair, research: Pair) -> list[Row]:
    stamped = lag_error(*entry, free_running=True, own_stamps=True)
    careless = lag_error(*entry, free_running=True, own_stamps=False)
    together = lag_error(*research, free_running=False, own_stamps=True)
    return [
        (
            "converters' share of a lift's lag error, median / p95, ms",
            _lag(stamped),
            _lag(together),
        ),
        ("the same if the cells' own clocks were ignored", _lag(careless), "cannot happen"),
        (
            "delay of converter and input filter against cues and video, ms",
            *(
                f"{1e3 * (axes[0].delay_s + axes[0].network.delay_s):.2f}"
                for axes in (entry, research)
            ),
        ),
        (
            "lag error on real lifts at that rate, median, ms",
            f"{known.REAL_LAG_AT_80_HZ_MS.value:g}",
            f"{known.REAL_LAG_AT_1_KHZ_MS.value:g}",
        ),
        (
            "peak force rate, share of its true height",
            f"{known.RATE_HEIGHT_AT_80_HZ.value:.1%}",
            f"{known.RATE_HEIGHT_AT_1_KHZ.value:.0%}",
        ),
        (
            "load changes followed up to, Hz",
            f"{noise.usable_band_hz(entry[1]):.0f}",
            f"{noise.usable_band_hz(research[1]):.0f}",
        ),
    ]


def _lag(error: LagError) -> str:
    return f"{error.median_ms:.2f} / {error.p95_ms:.2f}"


def _use_rows() -> list[Row]:
    serial = links.uart_load(links.entry_bytes_per_s(), known.UART_ENTRY_BAUD.value)
    bench = links.uart_load(links.research_bytes_per_s(), known.UART_RESEARCH_BAUD.value)
    radio = links.ble_load(links.research_bytes_per_s())
    lightest, heaviest = links.object_mass_g()
    return [
        (
            "link and how full it is",
            f"USB serial, {serial:.0%} of 500 kbaud",
            f"BLE, {radio:.0%}; USB, {bench:.0%} of 1 Mbaud",
        ),
        ("on battery", "no: a battery laptop feeds it", f"{links.battery_hours():.0f} h"),
        (
            "object, empty to full tray",
            f"{lightest:.0f} to {heaviest:.0f} g",
            "the same",
        ),
    ]
