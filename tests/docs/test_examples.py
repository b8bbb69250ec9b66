"""The examples run in an empty folder; what they assert compares foreign libraries with ours.

One kernel runs them all, each in an empty namespace: it imports pandas and SciPy once.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient

import gripforce as gf
from tests.docs.bibliography import ROOT

EXAMPLES = ROOT / "docs" / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
PRINT = """
printf('%.9f\\n', static_n, lift_off_s, grip_n(:, 501));
fputs(stderr, about.analysis.filter_of_metrics);
read_gripforce('raw.mat');
"""


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A kernel in an empty folder; yields its client's manager and the folder."""
    folder = tmp_path_factory.mktemp("notebooks")
    environment = {
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLBACKEND": "agg",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
    }
    for name in ("TMPDIR", "IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        (folder / name).mkdir()
        environment[name] = str(folder / name)
    work = folder / "work"
    work.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(cwd=str(work), env=dict(os.environ))
        yield manager, work
        manager.shutdown_kernel(now=True)


def test_a_notebook_runs(notebook, kernel):
    manager, work = kernel
    anew = nbformat.v4.new_code_cell("%reset -f")
    executed = nbformat.from_dict({**notebook, "cells": [anew, *notebook.cells]})
    client = NotebookClient(executed, km=manager, timeout=120)
    try:
        client.execute()
    finally:
        client.kc.stop_channels()  # the kernel is the next notebook's too
    assert all(cell.execution_count for cell in code(executed))
    assert not list(work.iterdir())  # so it can be run again


def test_a_notebook_is_committed_without_outputs_and_compares(notebook):
    nbformat.validate(notebook)
    assert not any(cell.outputs or cell.execution_count for cell in code(notebook))
    source = "\n".join(cell.source for cell in code(notebook))
    assert re.search(r"^ *(assert |np\.testing\.assert_)", source, re.MULTILINE)


def test_the_index_names_every_example():
    index = (EXAMPLES / "README.md").read_text("utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.(?:ipynb|md|m))\)", index))
    assert linked == {path.name for path in EXAMPLES.iterdir() if path.is_file()} - {"README.md"}


@pytest.mark.skipif(
    shutil.which("octave-cli") is None and not os.environ.get("CI"), reason="needs Octave"
)
def test_octave_runs_the_page_for_matlab(tmp_path):
    recording = gf.simulate("lift", tmp_path / "p01.grip", trials=3, seed=2)
    gf.export(recording, tmp_path / "p01.mat")
    gf.export(recording, tmp_path / "raw.mat", raw=True)
    page = (EXAMPLES / "matlab.md").read_text("utf-8")
    (block,) = re.findall(r"^```matlab\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    script = "\n".join([f"addpath('{EXAMPLES}');", block, PRINT])
    done = subprocess.run(
        ["octave-cli", "--no-history", "--norc", "--eval", script],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr.startswith("butter4-zerophase-15Hz")
    assert "raw.mat has no forces: export it without --raw" in done.stderr
    static_n, lift_off_s, at_lift_off_n = np.reshape(np.array(done.stdout.split(), float), (3, -1))
    used = recording.trials()[1:]  # the first lift is left out
    np.testing.assert_allclose(static_n, used.gf_static_n, atol=0.01)
    np.testing.assert_allclose(lift_off_s, used.t_liftoff_s, atol=1e-6)
    np.testing.assert_allclose(at_lift_off_n, used.gf_at_liftoff_n, atol=0.1)  # not filtered
