"""Compare stresses with what a print bears, along its layers and between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hardware.cad.mesh import Floats


@dataclass(frozen=True, slots=True)
class Material:
    """What a material bears [MPa]; ``layer_mpa`` is what it bears between its layers."""

    name: str
    modulus_mpa: float
    poisson: float
    strength_mpa: float
    layer_mpa: float | None
    """None for a material without layers."""


def von_mises(stress: Floats) -> Floats:
    """Return the equivalent stress of ``(n, 6)`` components xx yy zz xy yz zx."""
    xx, yy, zz, xy, yz, zx = stress.T
    normal = ((xx - yy) ** 2 + (yy - zz) ** 2 + (zz - xx) ** 2) / 2
    return np.asarray(np.sqrt(normal + 3 * (xy**2 + yz**2 + zx**2)))


def across_layers(stress: Floats, layer_normal: Floats) -> tuple[Floats, Floats]:
    """Return the normal stress on the layers' planes (tension positive) and the shear in them."""
    xx, yy, zz, xy, yz, zx = stress.T
    tensor = np.stack([xx, xy, zx, xy, yy, yz, zx, yz, zz], axis=-1).reshape(-1, 3, 3)
    traction = tensor @ layer_normal
    normal = traction @ layer_normal
    shear = np.linalg.norm(traction - normal[:, None] * layer_normal, axis=1)
    return normal, shear


def safety_factor(stress: Floats, material: Material, layer_normal: Floats) -> Floats:
    """Return at each node how many times the stress may grow before the material fails.

    In the layers by von Mises; between them by tension and shear together, where the layers' bond
    bears in shear 1/sqrt(3) of what it bears in tension, and compression does not count.
    """
    used = von_mises(stress) / material.strength_mpa
    if material.layer_mpa is not None:
        normal, shear = across_layers(stress, layer_normal)
        bond = np.hypot(np.maximum(normal, 0), np.sqrt(3) * shear) / material.layer_mpa
        used = np.maximum(used, bond)
    return np.asarray(1 / np.maximum(used, 1e-9))


def far_from(nodes: Floats, clamped: NDArray[np.int64], distance_mm: float) -> NDArray[np.bool_]:
    """Tell which nodes are farther from every clamped node than a distance.

    Where a rigid clamp ends, an elastic model has a singularity that grows with a finer mesh.
    """
    near, _ = cKDTree(nodes[clamped]).query(nodes, distance_upper_bound=distance_mm)
    return np.asarray(np.isinf(near))
