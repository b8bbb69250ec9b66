"""``python -m reliability [SCALE]``: run the attacks and write ``docs/reliability.md``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reliability import attacks

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE: Final = Path(__file__).parents[1] / "docs" / "reliability.md"
SEED: Final = 20_000
"""Sessions that the tests did not run."""
ATTACKS: Final[dict[str, tuple[str, Callable[[Path, int, int], attacks.Outcome], int]]] = {
    "signal 9 at a random moment": ("at most 200 ms are missing", attacks.kill, 60),
    "a file cut at any byte": ("no sample is wrong", attacks.cut, 30_000),
    "one flipped bit": ("no sample is wrong", attacks.flip, 3000),
    "zeroed, random, swapped, inserted, removed bytes": ("no sample is wrong", attacks.damage, 900),
    "sessions with a device that sends nonsense with valid checks": (
        "no hang, no traceback, a file that opens", attacks.nonsense, 10_000,
    ),
}  # fmt: skip
HEAD: Final = """# Reliability

`make abuse` tries to break recordings and writes this page. Each sample of the recorded files is a
function of its counter, so a wrong one is found whatever the reader thinks of it. *Refused* are
tries that ended with a sentence instead of data; they count as survived. What is promised to whom:
[SECURITY.md](../SECURITY.md). What is tried once each: `tests/abuse/`.

| promise | tried | n | survived | refused | worst |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Run all attacks, a share of each; print each row as it is done."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rows, failures = [], []
    with tempfile.TemporaryDirectory() as name:
        for tried, (promise, attack, n) in ATTACKS.items():
            outcome = attack(Path(name), max(1, round(scale * n)), SEED)
            rows.append(
                f"| {promise} | {tried} | {outcome.tried} | {outcome.survived} | "
                f"{outcome.refused} | {outcome.worst:.3g} {outcome.unit} |"
            )
            print(rows[-1], flush=True)  # noqa: T201 - it prints its table
            failures += [f"- {tried}: {text}" for text in outcome.failures[:5]]
    tail = f"\nSeed {SEED}, scale {scale:g}. Largest memory of the process: "
    tail += f"{attacks.memory_mb():.0f} MB.\n"
    failed = "\n## Not survived\n\n" + "\n".join(failures) + "\n" if failures else ""
    PAGE.write_text(HEAD + "\n".join(rows) + "\n" + tail + failed, encoding="utf-8")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
