"""The C++ core on this computer: its own tests under sanitizers, and a bounded fuzz."""

import pytest

from tests.firmware.conftest import make

pytestmark = pytest.mark.usefixtures("toolchain")


def test_core_tests_and_fuzz():
    told = make("test", "FUZZ_SECONDS=2")
    assert "all checks hold" in told
    assert ", 0 failed" in told
