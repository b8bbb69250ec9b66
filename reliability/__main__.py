"""``python -m reliability [SCALE [ATTACK=SCALE …]]``: attack, and write ``docs/reliability.md``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from reliability import attacks, peers, processes
from reliability.malicious import malicious
from reliability.tcp_fuzz import tcp_nonsense

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE: Final = Path(__file__).parents[1] / "docs" / "reliability.md"
SEED: Final = 20_000
"""Sessions that the tests did not run."""
Attack: TypeAlias = "Callable[[Path, int, int], attacks.Outcome]"
_WHOLE, _WORDS = "no sample is wrong", "no hang, no traceback, a file that opens"
_CAN, _LAB = "(python-can, for comparison)", "(LabRecorder and pyxdf, for comparison)"
ATTACKS: Final[dict[str, tuple[str, str, Attack, int]]] = {
    "kill": ("at most 200 ms are missing", "signal 9 at a random moment", attacks.kill, 60),
    "cut": (_WHOLE, "a file cut at any byte", attacks.cut, 30_000),
    "flip": (_WHOLE, "one flipped bit", attacks.flip, 3000),
    "damage": (_WHOLE, "zeroed, random, swapped, inserted, removed bytes", attacks.damage, 900),
    "nonsense": (_WORDS, "sessions with a device that sends nonsense with valid checks",
                 attacks.nonsense, 10_000),
    "liars": (f"{_WHOLE}, no hang, no traceback", "devices that lie, of ten kinds", malicious,
              2000),
    "tcp": (_WORDS, "the same over TCP, in real time, 40 at once", tcp_nonsense, 10_000),
    "signals": ("the end is written", "one to three of INT, TERM and HUP", processes.signals, 60),
    "full": ("an error, and a valid file", "the file reaches the system's limit",
             processes.full_disk, 60),
    "disk": ("an error, and a valid file", "the disk answers EIO to a write, or to fsync",
             processes.failing_disk, 60),
    "load": ("no traceback, a proper end", "twice as many busy programs as processors",
             processes.load, 20),
    "clock": ("times do not depend on it", "the computer's clock set back by hours, on by months",
              processes.clock, 20),
    "asc": (_CAN, "signal 9 on its writer of .asc", peers.python_can(".asc"), 60),
    "db": (_CAN, "signal 9 on its writer of .db", peers.python_can(".db"), 60),
    "blf": (_CAN, "signal 9 on its writer of .blf", peers.python_can(".blf"), 60),
    "xdf": (_LAB, "signal 9", peers.lab_recorder_killed, 60),
    "xdf-cut": (_LAB, "its file cut at any byte", peers.xdf_cut, 3000),
    "xdf-flip": (_LAB, "one flipped bit", peers.xdf_flipped, 3000),
}  # fmt: skip
HEAD: Final = """# Reliability

`make abuse` tries to break recordings and writes this page. Each sample of the recorded files is a
function of its counter, so a wrong one is found whatever the reader thinks of it. *Refused* are
tries that ended with a sentence instead of data; they count as survived. A peer's file is not
survived where its own reader cannot read it: then all of it is missing. What is promised to whom:
[SECURITY.md](../SECURITY.md). What is tried once each: `tests/abuse/`.

| promise | tried | n | survived | refused | worst |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Run all attacks, a share of each; print each row as it is done."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    own = dict(argument.split("=") for argument in sys.argv[2:])
    rows, failures = [], []
    with tempfile.TemporaryDirectory() as name:
        for word, (promise, tried, attack, n) in ATTACKS.items():
            count = max(1, round(float(own.get(word, scale)) * n))
            outcome = attack(Path(name), count, SEED)
            rows.append(
                f"| {promise} | {tried} | {outcome.tried} | {outcome.survived} | "
                f"{outcome.refused} | {_figure(outcome.worst)} {outcome.unit} |"
            )
            print(rows[-1], flush=True)  # noqa: T201 - it prints its table
            ours = promise not in {_CAN, _LAB}
            failures += [f"- {tried}: {text}" for text in outcome.failures[:5] if ours]
    besides = "".join(f", {word} {share}" for word, share in own.items())
    tail = f"\nSeed {SEED}, scale {scale:g}{besides}. Largest memory of the process: "
    tail += f"{attacks.memory_mb():.0f} MB.\n"
    failed = "\n## Not survived\n\n" + "\n".join(failures) + "\n" if failures else ""
    PAGE.write_text(HEAD + "\n".join(rows) + "\n" + tail + failed, encoding="utf-8")
    sys.exit(bool(failures))


def _figure(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"  # noqa: PLR2004 - three digits


if __name__ == "__main__":
    main()
