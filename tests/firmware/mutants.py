"""Whether the emulated converters notice a driver made wrong: ``make -C firmware mutants``.

Each mutant of ``mutant_table.py`` is compiled into a true AVR image, which streams through faults.
Nothing may be found wrong with the driver as it is; a mutant is caught where any observation
differs from what the datasheets, the waveform and the events demand.
"""

import itertools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from gripforce.wire.messages import (  # fmt: skip
    Ack,
    DeviceFlag,
    SampleBlock,
    Status,
)
from tests.firmware.bench import (  # fmt: skip
    CPU_HZ,
    FIRMWARE,
    Wire,
    busy_waveform,
    counts_of,
    emulated,
    presented,
)
from tests.firmware.mutant_table import MUTANTS

TABLE = FIRMWARE.parent / "docs" / "driver-mutants.md"
PAGE = """\
# What a wrong driver looks like

`make -C firmware mutants` makes one error at a time in the driver of a converter, compiles the AVR
image and runs it in the emulator through clean seconds and faults. An emulator that accepts a wrong
driver proves nothing about a right one. An HX711 that counts a clock too many is noticed by the
pause that follows: the check of the 25th clock alone changes nothing that can be seen.

{caught} Errors: `tests/firmware/mutant_table.py`; demands: `tests/firmware/mutants.py`.

| | converter | error | what gave it away |
|---|---|---|---|
{rows}
"""
LATE, CONVERTER_ERROR = 2, 16
STARTS_AT_US = 600
"""The AVR clears its memory before timer 0, and with it the tick, begins."""
ADS_EVENTS = """\
1.0 flip-spi 1
1.5 miss-drdy 1
2.0 reset-adc
2.5 miss-drdy 6
3.0 set-register 3 3854
3.5 set-register 1 1280
3.501 set-register 4 0
4.0 set-register 1 33024
4.001 set-register 4 0
4.5 stuck-drdy 0.3
5.2 unplug
6.4 plug
7.0 set-register 4 0
"""
GAIN_FALLS_S, READ_BACK_S = 6.98, 8.5
"""Nothing but the read-back of the registers, every 8.4 s, shows a gain that fell by itself."""
HX_EVENTS = """\
1.0 extra-clock 2
2.0 stuck-dout 3 0.8
4.0 unplug
6.5 plug
"""
FIRST_ERROR_S = (1.005, 1.5)
LONG_S = {"ads131m04": 9.5, "hx711": 8.0}


class Fault(Exception):  # noqa: N818 - of the driver that is examined, not of this program
    """Something that a right driver does not do."""


def demand(holds, what):
    """Raise ``Fault`` where a demand is not met."""
    if not holds:
        raise Fault(what)


def examine(images, frontend, folder):
    """Run an image through its faults; ``Fault`` says what was wrong."""
    long_s = LONG_S[frontend]
    waveform = busy_waveform(folder / "waveform.csv", long_s)
    events = ADS_EVENTS if frontend == "ads131m04" else HX_EVENTS
    with emulated(folder, frontend, waveform, images=images, events=events) as board:
        try:
            with Wire(board.port) as wire:
                heard = converse(wire, frontend, long_s)
        except (AssertionError, OSError) as error:
            raise Fault(f"no conversation: {error}") from error
        truth = board.truth()
    demand("torn-word" not in truth["faults"], "a word was torn")
    examine_stream(heard, truth, frontend)


def converse(wire, frontend, long_s):
    """Return what a stream says until ``long_s`` seconds of the device's ticks."""
    device = wire.hello()
    examine_hello(device, frontend)
    wire.write(b"\0")
    demand(isinstance(wire.start()[-1], Ack), "the stream does not start")
    heard = []
    for message in itertools.islice(wire.messages(), 40_000):
        heard.append(message)
        tick_us = getattr(message, "tick_us", 0)
        if isinstance(message, SampleBlock | Status) and tick_us > long_s * 1e6:
            return heard
    raise Fault("the stream does not reach its end")


def examine_hello(device, frontend):
    """Rates, delays and scales: from the datasheets' formulas, not from the driver."""
    ads = frontend == "ads131m04"
    demand(len(device.streams) == (1 if ads else 4), "number of streams")
    kinds = [int(c.kind) for stream in device.streams for c in stream.channels]
    demand(kinds == [1, 2, 3, 4], f"channels {kinds}")
    rate_hz, delay_us = (1000.0, 750.0) if ads else (80.0, 25_000.0)
    volt = 1.2 / 128 / 2**23 if ads else 5.0 / 128 / 2**24
    for stream in device.streams:
        demand(abs(stream.rate_hz - rate_hz) < 1e-3 * rate_hz, f"rate {stream.rate_hz}")
        demand(abs(stream.latency_us - delay_us) < 0.01 * delay_us, f"delay {stream.latency_us}")
        scales = [channel.scale for channel in stream.channels]
        demand(np.allclose(scales, volt, rtol=1e-3, atol=0), f"scales {scales}")


def examine_stream(heard, truth, frontend):
    """Each count against the converter's, each loss against the events."""
    blocks = [m for m in heard if isinstance(m, SampleBlock)]
    statuses = [m for m in heard if isinstance(m, Status)]
    demand(any(s.flags & DeviceFlag.ADC_ABSENT for s in statuses), "absence is not said")
    n_channels = 4 if frontend == "ads131m04" else 1
    for stream in range(len(truth["streams"])):
        ours = [block for block in blocks if block.stream == stream]
        demand(len(ours) > 10, f"stream {stream} is silent")
        cycles, shown = presented(truth, stream)
        examine_counts(ours, cycles, shown, n_channels)
        if n_channels == 4:
            examine_losses(ours)
    if n_channels == 1:
        examine_cells(blocks, statuses)
    else:
        counted = {
            s.adc_errors for s in statuses if FIRST_ERROR_S[0] < s.tick_us / 1e6 < FIRST_ERROR_S[1]
        }
        demand(counted == {1}, f"a bit error counts as {counted}")
        demand(10 <= statuses[-1].adc_errors <= 40, f"{statuses[-1].adc_errors} errors counted")
        demand(blocks[-1].tick_us > (LONG_S[frontend] - 0.1) * 1e6, "it ends early")


def examine_counts(blocks, cycles, shown, n_channels):
    """A sample is what was presented, at its time; exceptions only while a gain is undetected."""
    unknown, late_us = 0, []
    for block in blocks:
        near = np.searchsorted(cycles, (block.tick_us + STARTS_AT_US) * CPU_HZ / 1e6)
        counts = counts_of(block, n_channels)
        places = [
            place
            for place in range(max(near - 20, 0), near + 20)
            if np.array_equal(shown[place : place + block.n], counts)
        ]
        if not places:
            unknown += 0 if GAIN_FALLS_S * 1e6 < block.tick_us < READ_BACK_S * 1e6 else block.n
        else:
            nearest = min(places, key=lambda place: abs(place - near))
            late_us.append(block.tick_us + STARTS_AT_US - cycles[nearest] / (CPU_HZ / 1e6))
    demand(unknown == 0, f"{unknown} samples were never presented")
    spread, late = np.ptp(late_us), np.median(late_us)
    demand(spread < 60 and abs(late) < 200, f"ticks are {late:.0f} us late, within {spread:.0f} us")


def examine_losses(blocks):
    """Around each event of an ADS131M04: what it cost, and whether that is flagged."""

    def lost_between(from_s, until_s):
        near = [b for b in blocks if from_s * 1e6 <= b.tick_us < until_s * 1e6]
        jumps = sum(b.first - a.first - a.n for a, b in itertools.pairwise(near))
        return (
            jumps,
            any(b.flags & CONVERTER_ERROR for b in near),
            any(b.flags & LATE for b in near),
        )

    demand(lost_between(0.0, 0.95) == (0, False, False), "a loss without a fault")
    lost, error, _ = lost_between(0.95, 1.45)
    demand((lost, error) == (1, True), f"a bit error costs {lost}, flagged {error}")
    lost, _, late = lost_between(1.45, 1.95)
    demand((lost, late) == (0, True), f"a missed edge costs {lost}, flagged {late}")
    for from_s, least, most in [(1.95, 1, 10), (2.95, 1, 10), (3.45, 1, 10), (3.95, 1, 10)]:
        lost, error, _ = lost_between(from_s, from_s + 0.5)
        demand(least <= lost <= most and error, f"{lost} lost behind {from_s} s, flagged {error}")
    lost, error, _ = lost_between(2.45, 2.95)
    demand((lost, error) == (5, True), f"six missed edges cost {lost}, flagged {error}")
    lost, error, _ = lost_between(4.45, 5.15)
    demand(295 <= lost <= 420 and error, f"a stuck DRDY costs {lost}")
    lost, error, _ = lost_between(5.15, 6.9)
    demand(1190 <= lost <= 1320 and error, f"an unplugged converter costs {lost}")
    firsts = np.array([b.first for b in blocks], float)
    ticks = np.array([b.tick_us for b in blocks], float)
    demand(
        np.max(np.abs(ticks - ticks[0] - 1000 * (firsts - firsts[0]))) < 3000,
        "counter and tick part",
    )


def examine_cells(blocks, statuses):
    """What the events of an HX711 cost, and whom."""

    def of(stream, from_s, until_s):
        return [
            b for b in blocks if b.stream == stream and from_s * 1e6 <= b.tick_us < until_s * 1e6
        ]

    for stream in range(4):
        ours = of(stream, 0, 0.9)
        demand(
            all(b.first == a.first + a.n and not b.flags for a, b in itertools.pairwise(ours)),
            "a loss without a fault",
        )
    demand(
        any(b.flags & CONVERTER_ERROR for b in of(1, 0.9, 1.9)), "a clock too many is not flagged"
    )
    jumps = {
        s: sum(b.first - a.first - a.n for a, b in itertools.pairwise(of(s, 1.8, 3.8)))
        for s in range(4)
    }
    demand(70 <= jumps[2] <= 80 and not jumps[0] and not jumps[3], f"a stuck cell costs {jumps}")
    demand(any(b.flags & CONVERTER_ERROR for b in of(2, 2.7, 3.8)), "a stuck cell is not flagged")
    demand(all(of(s, 6.9, 8.5) for s in range(4)), "they do not come back")
    demand(statuses[-1].adc_errors > 2, "errors are not counted")


class Workshop:
    """A copy of the sketch in which one unit at a time is made wrong and compiled."""

    def __init__(self, folder):
        self.sketch, self.build = folder / "gripforce", folder / "build"
        shutil.copytree(FIRMWARE / "gripforce", self.sketch)
        self.build.mkdir()

    def image(self, mutant):
        """Compile a mutant, or the driver as it is; return the folder of its image."""
        frontend = mutant.frontend
        unit = self.sketch / "src" / "board" / f"{frontend}.cpp"
        right = (FIRMWARE / "gripforce" / "src" / "board" / unit.name).read_text()
        assert right.count(mutant.right) == mutant.times, f"{mutant.right!r} is not in {unit.name}"
        unit.write_text(right.replace(mutant.right, mutant.wrong))
        make = ["make", "-s", "-C", FIRMWARE, "avr", f"FRONTEND={frontend}"]
        where = [f"SKETCH={self.sketch}", f"BUILD={self.build}", "BUILD_ID=0"]
        done = subprocess.run([*make, *where], capture_output=True, text=True, check=False)
        unit.write_text(right)
        assert done.returncode == 0, f"{mutant.error}: {done.stderr}"
        return self.build


def judge(workshop, mutant):
    """Return what gave a mutant away, or "" where nothing did."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            examine(workshop.image(mutant), mutant.frontend, Path(folder))
        except Fault as fault:
            return str(fault)
    return ""


def main():
    """Judge all mutants, or those whose numbers are given; write the table of all."""
    chosen = [int(word) for word in sys.argv[1:]] or range(1, len(MUTANTS) + 1)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder))
        for number in chosen:
            mutant = MUTANTS[number - 1]
            verdict = judge(workshop, mutant) or "**not noticed**"
            rows.append(f"| {number} | `{mutant.frontend}` | {mutant.error} | {verdict} |")
            sys.stdout.write(rows[-1] + "\n")
            sys.stdout.flush()
    survivors = sum("**not noticed**" in row for row in rows)
    sys.stdout.write(f"{len(rows) - survivors} of {len(rows)} mutants caught\n")
    if len(rows) == len(MUTANTS):
        caught = f"Caught: {len(rows) - survivors} of {len(rows)}."
        TABLE.write_text(PAGE.format(caught=caught, rows="\n".join(rows)), encoding="utf-8")
    return 10 * survivors > len(rows)


if __name__ == "__main__":
    sys.exit(main())
