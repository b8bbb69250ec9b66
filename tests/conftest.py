"""Settings for all tests: no deadlines on a shared machine, the same examples each time in CI."""

import itertools
import os

import pytest
from hypothesis import settings

_NUMBERS = itertools.count()

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, tmp_path_factory):
    """Give each test settings of its own: those of this computer are neither read nor changed."""
    folder = tmp_path_factory.getbasetemp() / f"config-{next(_NUMBERS)}"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
