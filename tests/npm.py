"""Packages of other people from npm: installed below ``build/``, once."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[1] / "build" / "npm"


def installed(package):
    """Return the folder of ``name@version``; skips where npm cannot install it, but never in CI."""
    name = package.rsplit("@", 1)[0]
    folder = BUILD / name.strip("@").replace("/", "-")
    module = folder / "node_modules" / name
    if shutil.which("npm") is None:
        _give_up("npm is missing")
    if not module.exists():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", package],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            _give_up(f"npm cannot install {package}: {done.stderr}")
    return module


def _give_up(reason):
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
