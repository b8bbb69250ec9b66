"""Settings for all tests: no deadlines on a shared machine, the same examples each time in CI."""

import gc
import itertools
import os
import sys

import pytest
from hypothesis import settings

_NUMBERS = itertools.count()

# Many images forbid Python to store compiled modules. Each of the hundreds of processes that tests
# start would then compile the package anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Tests run beside each other: threads that multiply a vector would wait for cores that others use.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_finish():
    """Let later garbage collections pass over the thousands of tests, which all stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, tmp_path_factory):
    """Give each test settings of its own: those of this computer are neither read nor changed."""
    folder = tmp_path_factory.getbasetemp() / f"config-{next(_NUMBERS)}"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
