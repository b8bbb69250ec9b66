"""Draw both harnesses: ``python -m hardware.wiring.harness FOLDER``."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

from hardware.wiring.plan import CIRCUITS, firmware_pins, harness

PICTURES = Path(__file__).parents[1] / "pictures"


def main(folder: Path) -> None:
    """Write SVG, PNG and parts lists, slim SVGs for the README, and the pin tables."""
    folder.mkdir(parents=True, exist_ok=True)
    for build in CIRCUITS:
        drawn = draw(build, folder)
        (PICTURES / f"wiring-{build}.svg").write_text(slim(drawn.read_text(), build))
    (folder / "pins.md").write_text(pin_tables())


def draw(build: str, folder: Path) -> Path:
    """Run WireViz on one harness and return its SVG."""
    tool = Path(sys.executable).parent / "wireviz"
    source = folder / f"{build}.yml"
    source.write_text(yaml.safe_dump(harness(build), sort_keys=False, allow_unicode=True))
    command = [str(tool), "-f", "spt", "-o", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"wireviz on {build}.yml: {done.stderr.strip()[-500:]}")
    return folder / f"{build}.svg"


def slim(svg: str, build: str) -> str:
    """Drop comments, tooltips and what repeats: what is left can stand in the repository."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<title>.*?</title>", "", svg)
    svg = re.sub(r' text-anchor="start"| font-family="sans-serif" font-size="14.00"', "", svg)
    svg = re.sub(r'<g id="[^"]*" class="(?:node|edge)">', "<g>", svg)
    svg = re.sub(r' (?:d|points)="[^"]*"', lambda m: _rounded(m[0]), svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    svg = svg.replace('class="graph"', 'font-family="sans-serif" font-size="14"')
    return svg.replace("</svg>", f"<desc>sources {digest(build)}</desc>\n</svg>")


def _rounded(path: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.0f}", path)


def digest(build: str) -> str:
    """Fingerprint of the harness that a picture was drawn from."""
    return hashlib.sha256(json.dumps(harness(build)).encode()).hexdigest()[:16]


def pin_tables() -> str:
    """Return the firmware's pins of both boards as Markdown."""
    lines = ["| pin | entry | research |", "|---|---|---|"]
    tables = {build: firmware_pins(build) for build in CIRCUITS}
    names = sorted({name for table in tables.values() for name in table})
    lines += [f"| {n} | " + " | ".join(t.get(n, "") for t in tables.values()) + " |" for n in names]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
