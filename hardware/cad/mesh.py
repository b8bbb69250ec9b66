"""Triangle meshes: read STL, ask whether they are closed, what they weigh, what is inside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path

Floats: TypeAlias = NDArray[np.float64]
Matrix: TypeAlias = Any  # 4 x 4, as lists or an array

RAY_FRAME = np.array(
    [[0.7975, -0.6033, 0.0], [0.2729, 0.3607, -0.8919], [0.5381, 0.7113, 0.4523]],
)
"""Rows: two directions across the ray, and the ray; no flat face of ours is parallel to it."""
SLIVER_MM2 = 1e-9
"""STL keeps six digits: corners that fall together leave faces without area."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles, shape ``(n, 3 corners, xyz)``, in mm, corners counter-clockwise from outside."""

    triangles: Floats

    @property
    def bounds(self) -> Floats:
        """Lowest and highest corner, shape ``(2, 3)``."""
        points = self.triangles.reshape(-1, 3)
        return np.array([points.min(axis=0), points.max(axis=0)])

    @property
    def volume_mm3(self) -> float:
        """Signed volume: negative if the mesh is inside out."""
        a, b, c = self.triangles.transpose(1, 0, 2)
        return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)

    @property
    def centroid(self) -> Floats:
        """Centre of mass at even density."""
        a, b, c = self.triangles.transpose(1, 0, 2)
        six_volumes = np.einsum("ij,ij->i", a, np.cross(b, c))
        return np.asarray((six_volumes[:, None] * (a + b + c) / 4).sum(0) / six_volumes.sum())

    def normals(self) -> Floats:
        """Face normals, as long as twice the face's area."""
        a, b, c = self.triangles.transpose(1, 0, 2)
        return np.cross(b - a, c - a)

    def moved(self, matrix: Matrix) -> Mesh:
        """Return the mesh moved by a rigid 4 x 4 matrix."""
        m = np.asarray(matrix, dtype=np.float64)
        return Mesh(self.triangles @ m[:3, :3].T + m[:3, 3])

    def open_edges(self) -> int:
        """Count edges that are not shared by exactly two faces, once in each direction."""
        corners, index = np.unique(
            self.triangles.reshape(-1, 3).round(5), axis=0, return_inverse=True
        )
        faces = index.reshape(-1, 3)
        directed = Counter(
            (int(face[i]), int(face[(i + 1) % 3])) for face in faces for i in range(3)
        )
        del corners
        return sum(n != 1 or directed[(b, a)] != 1 for (a, b), n in directed.items())

    def pieces(self) -> int:
        """Count separate bodies."""
        _, index = np.unique(self.triangles.reshape(-1, 3).round(5), axis=0, return_inverse=True)
        parent = list(range(int(index.max()) + 1))

        def root(node: int) -> int:
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = parent[node]
            return node

        for a, b, c in index.reshape(-1, 3).tolist():
            parent[root(b)] = root(a)
            parent[root(c)] = root(a)
        return len({root(node) for node in range(len(parent))})

    def contains(self, points: Floats) -> NDArray[np.bool_]:
        """Tell of each point whether it is inside: a ray from it meets the skin an odd time."""
        points = np.atleast_2d(np.asarray(points, dtype=np.float64)) @ RAY_FRAME.T
        order = np.argsort(points[:, 0])
        points = points[order]
        odd = np.zeros(len(points), dtype=np.bool_)
        triangles = self.triangles @ RAY_FRAME.T
        starts = np.searchsorted(points[:, 0], triangles[:, :, 0].min(axis=1))
        ends = np.searchsorted(points[:, 0], triangles[:, :, 0].max(axis=1))
        for triangle, start, end in zip(triangles, starts, ends, strict=True):
            if start < end:
                odd[start:end] ^= _is_under(points[start:end], triangle)
        inside = np.empty_like(odd)
        inside[order] = odd
        return inside


def _is_under(points: Floats, triangle: Floats) -> NDArray[np.bool_]:
    """Whether a ray upwards (third axis) from each point passes through the triangle."""
    a, b, c = triangle
    twice_area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    if abs(twice_area) < SLIVER_MM2:
        return np.zeros(len(points), dtype=np.bool_)
    x, y, z = points.T
    v = ((c[0] - x) * (a[1] - y) - (a[0] - x) * (c[1] - y)) / twice_area
    w = ((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y)) / twice_area
    u = 1 - v - w
    above = u * a[2] + v * b[2] + w * c[2] > z
    return np.asarray((u >= 0) & (v >= 0) & (w >= 0) & above)


def read_stl(path: Path) -> Mesh:
    """Read the text form of STL, as OpenSCAD writes it."""
    rows = [line.split()[1:] for line in path.read_text().splitlines() if "vertex" in line]
    return Mesh(np.array(rows, dtype=np.float64).reshape(-1, 3, 3))


def inverse(matrix: Matrix) -> Floats:
    """Undo a rigid 4 x 4 matrix: from the print frame back to the object's."""
    return np.asarray(np.linalg.inv(np.asarray(matrix, dtype=np.float64)))
