"""Solve a linear static case with CalculiX and read displacements and stresses."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hardware.cad.mesh import Floats
    from hardware.strength.judge import Material
    from hardware.strength.solid import Solid


@dataclass(frozen=True, eq=False)
class Push:
    """A force [N] that acts at a point [mm] and is handed to nodes that move as one rigid body."""

    nodes: NDArray[np.int64]
    force: tuple[float, float, float]
    point: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Answer:
    """At each node: displacement [mm] ``(n, 3)``, stress [MPa] ``(n, 6)`` as xx yy zz xy yz zx.

    ``pushed`` and ``turned`` are the displacement [mm] of each push's point and its rotation [rad].
    """

    displacement: Floats
    stress: Floats
    pushed: Floats
    turned: Floats


def solve(
    solid: Solid,
    fixed: NDArray[np.int64],
    pushes: Sequence[Push],
    material: Material,
    folder: Path,
) -> Answer:
    """Solve one case; raise ``RuntimeError`` where CalculiX gives no answer."""
    (folder / "case.inp").write_text(_deck(solid, fixed, pushes, material))
    done = subprocess.run(
        ["ccx", "-i", "case"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    result = folder / "case.frd"
    if done.returncode or "Job finished" not in done.stdout or not result.exists():
        raise RuntimeError(f"ccx: {(done.stdout + done.stderr).strip()[-500:]}")
    blocks = _read_frd(result.read_text())
    count = len(solid.nodes)
    moved = blocks["DISP"]
    rows = _read_dat((folder / "case.dat").read_text()).reshape(-1, 2, 3)
    return Answer(
        displacement=np.array([moved[n + 1][:3] for n in range(count)]),
        stress=np.array([blocks["STRESS"][n + 1] for n in range(count)]),
        pushed=rows[:, 0],
        turned=rows[:, 1],
    )


def _deck(
    solid: Solid,
    fixed: NDArray[np.int64],
    pushes: Sequence[Push],
    material: Material,
) -> str:
    count = len(solid.nodes)
    lines = ["*NODE, NSET=ALL"]
    lines += [f"{i},{x:.6f},{y:.6f},{z:.6f}" for i, (x, y, z) in enumerate(solid.nodes, 1)]
    lines.append("*ELEMENT, TYPE=C3D10, ELSET=SOLID")
    lines += [f"{i},{','.join(map(str, row + 1))}" for i, row in enumerate(solid.elements, 1)]
    lines += _node_set("FIXED", fixed)
    for k, push in enumerate(pushes):
        reference = count + 1 + 2 * k
        x, y, z = push.point
        lines += [
            f"*NODE, NSET=PUSH{k}",
            f"{reference},{x},{y},{z}",
            f"{reference + 1},{x},{y},{z}",
        ]
        lines += _node_set(f"FACE{k}", push.nodes)
        lines.append(f"*RIGID BODY, NSET=FACE{k}, REF NODE={reference}, ROT NODE={reference + 1}")
    lines += ["*MATERIAL, NAME=PRINTED", "*ELASTIC", f"{material.modulus_mpa},{material.poisson}"]
    lines += ["*SOLID SECTION, ELSET=SOLID, MATERIAL=PRINTED"]
    lines += ["*BOUNDARY", "FIXED,1,3", "*STEP", "*STATIC", "*CLOAD"]
    for k, push in enumerate(pushes):
        lines += [f"{count + 1 + 2 * k},{axis},{f}" for axis, f in enumerate(push.force, 1) if f]
    for k in range(len(pushes)):
        lines += [f"*NODE PRINT, NSET=PUSH{k}", "U"]
    return "\n".join([*lines, "*NODE FILE", "U", "*EL FILE", "S", "*END STEP", ""])


def _node_set(name: str, nodes: NDArray[np.int64]) -> list[str]:
    if not len(nodes):
        raise RuntimeError(f"no node of the part lies where {name} should be")
    return [f"*NSET, NSET={name}", *(f"{n + 1}," for n in nodes)]


def _read_dat(text: str) -> Floats:
    """Read the displacements that were asked for by name, in the order of the pushes."""
    rows = [line.split() for line in text.splitlines() if line.strip()[:1].isdigit()]
    return np.array([[float(word) for word in row[1:4]] for row in rows])


def _read_frd(text: str) -> dict[str, dict[int, list[float]]]:
    """Read the result blocks of an ASCII .frd file: block name -> node -> components."""
    blocks: dict[str, dict[int, list[float]]] = {}
    current: dict[int, list[float]] | None = None
    for line in text.splitlines():
        if line.startswith(" -4"):
            current = blocks.setdefault(line.split()[1], {})
        elif line.startswith(" -3"):
            current = None
        elif line.startswith(" -1") and current is not None:
            values = [float(line[i : i + 12]) for i in range(13, len(line.rstrip()), 12)]
            current[int(line[3:13])] = values
    return blocks
