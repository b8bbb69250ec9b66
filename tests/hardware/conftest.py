"""Parts are rendered once a session, by OpenSCAD itself."""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from hardware.cad import mesh, openscad  # noqa: E402  the repository's root is not installed


@pytest.fixture(scope="session")
def need():
    """Skip where a tool is absent, except where everything has to be there."""

    def check(tool):
        if shutil.which(tool) is None:
            reason = f"{tool} is not installed: `make -C hardware tools` installs it"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def dimensions(tmp_path_factory, need):
    need("openscad")
    return openscad.dimensions(tmp_path_factory.mktemp("dimensions"))


@pytest.fixture(scope="session")
def printed(tmp_path_factory, need):
    """Meshes as they lie on the bed."""
    need("openscad")
    folder = tmp_path_factory.mktemp("stl")
    return {p.name: mesh.read_stl(openscad.render_stl(p.name, folder)) for p in openscad.PARTS}


@pytest.fixture(scope="session")
def placed(printed, dimensions):
    """Meshes where they sit on the object; a part of both digits stands there twice."""
    parts = {}
    for part in openscad.PARTS:
        if part.name == "gauge":  # belongs nowhere
            continue
        index = printed[part.name].moved(mesh.inverse(dimensions[f"print_{part.name}"]))
        if part.per_digit:
            parts[f"{part.name} index"] = index
            parts[f"{part.name} thumb"] = index.moved(dimensions["other_digit"])
        else:
            parts[part.name] = index
    return parts
