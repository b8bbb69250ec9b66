"""Exact volumes with manifold3d: what two bodies share, a body cut by a plane, simple bodies."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import manifold3d
import numpy as np

from hardware.cad.mesh import Mesh

if TYPE_CHECKING:
    from collections.abc import Sequence

AXES = {"x": 0, "y": 1, "z": 2}
SIDES = 24
"""Flat sides of what is round."""


def solid(mesh: Mesh) -> manifold3d.Manifold:
    """Return a closed mesh as a solid; raise ValueError where it is not closed."""
    points = mesh.triangles.reshape(-1, 3).round(5)
    corners, index = np.unique(points, axis=0, return_inverse=True)
    faces = index.reshape(-1, 3).astype(np.uint32)
    whole = faces[(faces != np.roll(faces, 1, axis=1)).all(axis=1)]
    made = manifold3d.Manifold(manifold3d.Mesh(corners.astype(np.float32), whole))
    if made.status() != manifold3d.Error.NoError:
        raise ValueError(f"not a closed mesh: {made.status()}")
    return made


def as_mesh(body: manifold3d.Manifold) -> Mesh:
    """Return the triangles of a solid."""
    made = body.to_mesh()
    return Mesh(np.asarray(made.vert_properties, dtype=np.float64)[made.tri_verts])


def shared_mm3(a: Mesh, b: Mesh) -> float:
    """Return the volume that two bodies share."""
    apart = np.any(a.bounds[0] > b.bounds[1]) or np.any(b.bounds[0] > a.bounds[1])
    return 0.0 if apart else float((solid(a) ^ solid(b)).volume())


def cut(mesh: Mesh, axis: str, at: float) -> Mesh:
    """Return what lies below ``at`` on an axis, closed where it was cut."""
    normal = -np.eye(3)[AXES[axis]]
    return as_mesh(solid(mesh).trim_by_plane(tuple(normal), -at))


def union(meshes: Sequence[Mesh]) -> Mesh:
    """Return bodies as one."""
    whole = [solid(mesh) for mesh in meshes]
    return as_mesh(manifold3d.Manifold.batch_boolean(whole, manifold3d.OpType.Add))


def minus(mesh: Mesh, tools: Sequence[Mesh]) -> Mesh:
    """Return a body without what other bodies take out of it."""
    whole = [solid(mesh), *(solid(tool) for tool in tools)]
    return as_mesh(manifold3d.Manifold.batch_boolean(whole, manifold3d.OpType.Subtract))


def cuboid(x: Sequence[float], y: Sequence[float], z: Sequence[float]) -> Mesh:
    """Return a cuboid from its ranges."""
    low = np.array([min(x), min(y), min(z)])
    size = np.array([max(x), max(y), max(z)]) - low
    return as_mesh(manifold3d.Manifold.cube(tuple(size)).translate(tuple(low)))


def rod(start: Sequence[float], end: Sequence[float], d: float, d_end: float | None = None) -> Mesh:
    """Return a cylinder between two points, or a cone if its other diameter is given."""
    a, b = (np.array(point, dtype=np.float64) for point in (start, end))
    length = float(np.linalg.norm(b - a))
    towards = (b - a) / length
    helper = np.eye(3)[int(np.argmin(np.abs(towards)))]
    side = np.cross(towards, helper)
    side /= np.linalg.norm(side)
    frame = np.column_stack([side, np.cross(towards, side), towards, a])
    made = manifold3d.Manifold.cylinder(length, d / 2, (d if d_end is None else d_end) / 2, SIDES)
    return as_mesh(made.transform(frame))


def wire(points: Sequence[Sequence[float]], d: float) -> Mesh:
    """Return a wire along a line of points."""
    pieces = [rod(a, b, d) for a, b in pairwise(points)]
    balls = [_ball(point, d) for point in points[1:-1]]
    return union([*pieces, *balls])


def _ball(middle: Sequence[float], d: float) -> Mesh:
    return as_mesh(manifold3d.Manifold.sphere(d / 2, SIDES).translate(tuple(middle)))
