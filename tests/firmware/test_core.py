"""The C++ core on this computer: its own tests under sanitizers, and a bounded fuzz."""

import os

import pytest

from tests.firmware.conftest import make

pytestmark = pytest.mark.usefixtures("toolchain")


def test_core_tests_and_fuzz():
    seconds = 10 if os.environ.get("CI") else 3
    told = make("test", f"FUZZ_SECONDS={seconds}")
    assert "all checks hold" in told
    assert ", 0 failed" in told
