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
def printed(tmp_path_factory, need, worker_id):
    """Meshes as they lie on the bed, each rendered once a run by the process that comes first."""
    need("openscad")
    shared = tmp_path_factory.getbasetemp()
    shared = (shared if worker_id == "master" else shared.parent) / "stl"
    shared.mkdir(exist_ok=True)
    own = tmp_path_factory.mktemp("stl")
    parts = openscad.PARTS[:: -1 if worker_id.endswith("1") else 1]
    for part in parts:
        if not (shared / f"{part.name}.stl").exists():
            openscad.render_stl(part.name, own).replace(shared / f"{part.name}.stl")
    return {part.name: mesh.read_stl(shared / f"{part.name}.stl") for part in openscad.PARTS}


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
