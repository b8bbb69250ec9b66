"""Shaded line pictures of the object as SVG: text, so that they can stand in the repository.

Strategy: every part is drawn from its rendered mesh into a fine depth buffer, so nothing shines
through; then the outline of each patch of one colour is walked and straightened into a path.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from hardware.cad.callouts import labels_beside, room
from hardware.cad.mesh import SLIVER_MM2, Floats, Mesh
from hardware.cad.openscad import HERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

PICTURES = Path(__file__).parents[1] / "pictures"
DRAWN_BY = (
    "assembly_steps.py",
    "callouts.py",
    "electronics.py",
    "fasteners.py",
    "gallery.py",
    "labels.py",
    "picture.py",
    "scenes.py",
    "wiring_steps.py",
    "../board/entry.py",
    "../board/research.py",
)
"""Sources of the pictures, beside the parts."""
LIGHT = np.array([0.35, -0.45, 0.82])
PIXEL_MM = 0.12
MARGIN_MM = 3.0
TOLERANCE_PIXELS = 0.9
CORNERS_AT_LEAST = 3
COLOURS = {
    "plate": (120, 178, 214),
    "carrier": (62, 112, 166),
    "bracket": (233, 149, 52),
    "spine": (226, 205, 120),
    "body": (206, 209, 214),
    "bay_cover": (128, 176, 138),
    "tray": (199, 167, 124),
    "base": (150, 154, 160),
    "cell": (176, 182, 190),
    "steel": (104, 108, 114),
    "jig_plate": (188, 122, 168),
    "jig_stand": (158, 128, 190),
    "jig_clamp": (188, 122, 168),
    "gauge": (188, 122, 168),
    "board": (46, 120, 80),
    "part": (70, 74, 82),
    "plug": (240, 236, 222),
    "processor": (36, 78, 140),
    "metal": (190, 194, 200),
    "battery": (92, 150, 186),
    "cables": (200, 70, 60),
    "light": (110, 200, 90),
    "screw": (140, 144, 150),
    "sheet": (226, 196, 140),
    "foam": (236, 232, 220),
    "cord": (92, 84, 76),
    "wire red": (208, 56, 48),
    "wire green": (60, 150, 72),
    "wire white": (232, 232, 232),
    "wire black": (48, 48, 48),
}


@dataclass(frozen=True, slots=True)
class View:
    """Where the onlooker stands, in degrees around z and above the table."""

    around: float
    above: float

    def matrix(self) -> Floats:
        """Rows: right, up, towards the onlooker."""
        a, b = np.radians([self.around, self.above])
        towards = np.array([np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b), np.sin(b)])
        right = np.array([np.cos(a), np.sin(a), 0.0])
        return np.array([right, np.cross(towards, right), towards])


def block(middle: tuple[float, ...], size: tuple[float, ...]) -> Mesh:
    """Make a cuboid, its twelve faces seen from outside."""
    faces = []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            u, v = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
            n = sign * np.eye(3)[axis]
            corners = [n - u - v, n + u - v, n + u + v, n - u + v][:: int(sign)]
            faces += [[corners[0], corners[1], corners[2]], [corners[0], corners[2], corners[3]]]
    return Mesh(np.array(faces) / 2 * np.array(size) + np.array(middle))


Drawn: TypeAlias = "tuple[str, str, Mesh]"
"""A body's name, its colour, its mesh."""


@dataclass(frozen=True, eq=False, slots=True)
class Painting:
    """What each pixel shows, rows are x: number of a colour and of a body, 0 is the ground."""

    colours: NDArray[np.int64]
    bodies: NDArray[np.int64]
    palette: list[str]


def paint(bodies: Sequence[Drawn], view: View) -> Painting:
    """Find which body and which colour each pixel shows."""
    flats, fills, owners = [], [], []
    for number, (_, colour, mesh) in enumerate(bodies, 1):
        normals = mesh.normals()
        area = np.linalg.norm(normals, axis=1)
        facing = (normals @ view.matrix()[2] > 0.01 * area) & (area > SLIVER_MM2)
        flats.append(mesh.triangles[facing] @ view.matrix().T)
        owners += [number] * int(facing.sum())
        shade = 0.62 + 0.38 * np.clip(normals[facing] @ LIGHT / area[facing], 0, 1)
        fills += [tuple(int(k * s) for k in COLOURS[colour]) for s in (shade * 24).round() / 24]
    flat = np.concatenate(flats)
    flat[:, :, :2] -= flat[:, :, :2].reshape(-1, 2).min(axis=0) - MARGIN_MM
    flat[:, :, :2] /= PIXEL_MM
    palette = sorted(set(fills))
    numbers = {colour: i + 1 for i, colour in enumerate(palette)}
    both = len(palette) + 1
    found = np.array([numbers[colour] for colour in fills]) + both * np.array(owners)
    shown = _nearest(flat, found)
    named = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in palette]
    return Painting(shown % both, shown // both, named)


def _nearest(flat: Floats, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Depth buffer: the value of the triangle (pixels, towards the onlooker) nearest at a pixel."""
    shape = np.ceil(flat[:, :, :2].reshape(-1, 2).max(axis=0) + MARGIN_MM / PIXEL_MM).astype(int)
    depth, shown = np.full(shape, -np.inf), np.zeros(shape, dtype=np.int64)
    for (a, b, c), value in zip(flat, values, strict=True):
        low = np.floor(np.minimum(np.minimum(a, b), c)).astype(int)
        high = np.ceil(np.maximum(np.maximum(a, b), c)).astype(int) + 1
        x, y = np.ogrid[low[0] : high[0], low[1] : high[1]]
        twice = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        v = ((c[0] - x) * (a[1] - y) - (a[0] - x) * (c[1] - y)) / twice
        w = ((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y)) / twice
        near = (1 - v - w) * a[2] + v * b[2] + w * c[2]
        window = np.s_[low[0] : high[0], low[1] : high[1]]
        wins = (v >= 0) & (w >= 0) & (v + w <= 1) & (near > depth[window])
        depth[window][wins] = near[wins]
        shown[window][wins] = value
    return shown


def outlines(mask: NDArray[np.bool_]) -> list[Floats]:
    """Walk around every patch of a mask and return its corners, straightened."""
    padded = np.pad(mask, 1)
    steps: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (dx, dy), start, end in (
        ((0, -1), (0, 0), (1, 0)),
        ((1, 0), (1, 0), (1, 1)),
        ((0, 1), (1, 1), (0, 1)),
        ((-1, 0), (0, 1), (0, 0)),
    ):
        outside = ~np.roll(padded, (-dx, -dy), axis=(0, 1))
        for x, y in np.argwhere(padded & outside).tolist():
            here = (x + start[0], y + start[1])
            steps.setdefault(here, []).append((x + end[0], y + end[1]))
    loops = []
    while steps:
        first = here = next(iter(steps))
        loop = []
        while here in steps:
            loop.append(here)
            onward = steps[here]
            following = onward.pop()
            if not onward:
                del steps[here]
            here = following
            if here == first:
                break
        loops.append(_straightened(np.array(loop, dtype=np.float64) - 1))
    return [loop for loop in loops if len(loop) >= CORNERS_AT_LEAST]


def _straightened(loop: Floats) -> Floats:
    """Drop corners that lie within a tolerance of the line through their neighbours."""
    far = int(np.argmax(((loop - loop[0]) ** 2).sum(axis=1)))
    closed = np.vstack([loop, loop[:1]])
    keep = {0, far}
    spans = [(0, far), (far, len(loop))]
    while spans:
        start, end = spans.pop()
        if end - start == 1:
            continue
        along = closed[end] - closed[start]
        offset = closed[start + 1 : end] - closed[start]
        distance = np.abs(along[0] * offset[:, 1] - along[1] * offset[:, 0])
        distance /= max(float(np.hypot(*along)), 1e-9)
        worst = int(np.argmax(distance))
        if distance[worst] > TOLERANCE_PIXELS:
            middle = start + 1 + worst
            keep.add(middle)
            spans += [(start, middle), (middle, end)]
    return loop[sorted(keep)]


def draw(
    bodies: Sequence[Drawn], view: View, title: str, words: Mapping[str, str] | None = None
) -> str:
    """Paint the bodies as one SVG; ``words`` stand beside it, each with a line to its body.

    Keys of ``words`` are beginnings of names; the first body of such a name that is seen is meant.
    """
    painting = paint(bodies, view)
    width, height = painting.colours.shape
    labels = labels_beside(painting.bodies, [name for name, _, _ in bodies], words or {})
    left, right = (room(label for label in labels if label.left is side) for side in (True, False))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{-left} 0 {left + width + right} {height}" '
        f'width="{(left + width + right) // 2}" stroke-width="1.5" stroke-linejoin="round" '
        'fill-rule="evenodd">',
        f"<title>{title}</title>",
        f"<desc>sources {source_digest()}</desc>",
        f'<rect x="{-left}" width="{left + width + right}" height="{height}" fill="#ffffff"/>',
    ]
    for number, colour in enumerate(painting.palette, start=1):
        loops = outlines(painting.colours == number)
        path = "".join(
            "M" + " ".join(f"{x} {height - y}" for x, y in loop.astype(int).tolist()) + "Z"
            for loop in loops
        )
        if path:
            lines.append(f'<path fill="{colour}" stroke="{colour}" d="{path}"/>')
    lines += [label.svg(width) for label in labels]
    return "\n".join([*lines, "</svg>", ""])


def source_digest() -> str:
    """Fingerprint of everything that the pictures are drawn from."""
    digest = hashlib.sha256()
    for path in [*sorted(HERE.glob("*.scad")), *(HERE / name for name in DRAWN_BY)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
