"""A printed part as tetrahedra: its rendered mesh filled by gmsh."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians
from typing import TYPE_CHECKING

import gmsh
import numpy as np

from hardware.cad.mesh import SLIVER_MM2, Floats, Mesh

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TETRAHEDRON = 11
"""gmsh's number of the quadratic tetrahedron."""
EDGE_DEG = 35
"""Faces of the rendered mesh that meet at less than this belong to one smooth surface."""

SIZES_TRIED = (1.0, 0.93, 0.86, 0.8, 0.75)


@dataclass(frozen=True, eq=False)
class Solid:
    """Quadratic tetrahedra: nodes ``(n, 3)`` in mm, elements ``(m, 10)`` as rows of nodes."""

    nodes: Floats
    elements: NDArray[np.int64]

    @property
    def volume_mm3(self) -> float:
        """Volume of the tetrahedra."""
        a, b, c, d = (self.nodes[self.elements[:, i]] for i in range(4))
        return float(np.abs(np.einsum("ij,ij->i", b - a, np.cross(c - a, d - a))).sum() / 6)


def fill(part: Mesh, folder: Path, size_mm: float) -> Solid:
    """Fill a closed mesh with tetrahedra of about ``size_mm``; holes get smaller ones.

    Where gmsh's faces cross each other, a slightly smaller size is tried; raise ``RuntimeError``
    where none gives a volume.
    """
    stl = folder / "part.stl"
    _write_stl(part, stl)
    said: Exception | None = None
    for share in SIZES_TRIED:
        gmsh.initialize(interruptible=False)
        try:
            return _filled(stl, size_mm * share)
        except Exception as error:  # noqa: BLE001  gmsh raises bare Exception
            said = error
        finally:
            gmsh.finalize()
    raise RuntimeError(f"gmsh cannot fill the part: {said}")


def _filled(stl: Path, size_mm: float) -> Solid:
    for option, value in (
        ("General.Verbosity", 0),
        ("Mesh.MeshSizeMax", size_mm),
        ("Mesh.MeshSizeMin", size_mm / 2),
        ("Mesh.MeshSizeFromCurvature", 8),
        ("Mesh.SecondOrderLinear", 1),
    ):
        gmsh.option.setNumber(option, value)
    _make_volume(stl)
    gmsh.model.mesh.generate(3)
    gmsh.model.mesh.setOrder(2)
    return _solid()


def _make_volume(stl: Path) -> None:
    gmsh.merge(str(stl))
    gmsh.model.mesh.removeDuplicateNodes()
    gmsh.model.mesh.classifySurfaces(radians(EDGE_DEG), True, True, radians(EDGE_DEG))
    gmsh.model.mesh.createGeometry()
    skin = gmsh.model.geo.addSurfaceLoop([tag for _, tag in gmsh.model.getEntities(2)])
    gmsh.model.geo.addVolume([skin])
    gmsh.model.geo.synchronize()


def _solid() -> Solid:
    tags, places, _ = gmsh.model.mesh.getNodes()
    _, corners = gmsh.model.mesh.getElementsByType(TETRAHEDRON)
    used, elements = np.unique(corners, return_inverse=True)
    order = {int(tag): i for i, tag in enumerate(tags)}
    rows = np.array([order[int(tag)] for tag in used], dtype=np.int64)
    nodes = np.asarray(places, dtype=np.float64).reshape(-1, 3)[rows]
    rows10 = np.asarray(elements, dtype=np.int64).reshape(-1, 10)
    return Solid(nodes, rows10[:, [0, 1, 2, 3, 4, 5, 6, 7, 9, 8]])  # as CalculiX counts edges


def _write_stl(part: Mesh, path: Path) -> None:
    """Write a mesh as text, without the slivers that six digits left.

    OpenSCAD writes the same triangles in another order each time, and gmsh's mesh depends on it.
    """
    lines = ["solid part"]
    sound = np.linalg.norm(part.normals(), axis=1) > SLIVER_MM2
    for corners in _in_order(np.round(part.triangles[sound], 6)):
        lines.append("facet normal 0 0 0\nouter loop")
        lines += [f"vertex {x:.6f} {y:.6f} {z:.6f}" for x, y, z in corners]
        lines.append("endloop\nendfacet")
    path.write_text("\n".join([*lines, "endsolid part", ""]))


def _in_order(triangles: Floats) -> Floats:
    """Return triangles that begin with their least corner, sorted; shape ``(n, 3, 3)``."""
    turned = [
        np.roll(one, -min(range(3), key=lambda k, one=one: tuple(one[k])), axis=0)
        for one in triangles
    ]
    rows = np.array(turned).reshape(-1, 9)
    return np.asarray(rows[np.lexsort(rows.T[::-1])].reshape(-1, 3, 3))
