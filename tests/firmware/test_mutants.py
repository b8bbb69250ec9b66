"""A driver made wrong fails in the emulator; the whole table: ``make -C firmware mutants``."""

import pytest

from tests.firmware.bench import BUILD
from tests.firmware.mutant_table import MUTANTS
from tests.firmware.mutants import FIRMWARE, Workshop, examine, judge

pytestmark = pytest.mark.usefixtures("images")
SAMPLE = ("data read at the other edge of SCLK", "words of 32 bits", "CRC not checked")


@pytest.mark.parametrize("frontend", ["ads131m04", "hx711"])
def test_nothing_is_found_wrong_with_the_driver(tmp_path, frontend):
    examine(BUILD, frontend, tmp_path)


def test_wrong_drivers_are_noticed(tmp_path):
    workshop = Workshop(tmp_path)
    for mutant in MUTANTS:
        if mutant.error in SAMPLE:
            assert judge(workshop, mutant), mutant.error


def test_each_mutant_is_still_an_error_in_the_driver():
    """An expression that the driver lost would be compiled as the driver itself."""
    for mutant in MUTANTS:
        unit = FIRMWARE / "gripforce" / "src" / "board" / f"{mutant.frontend}.cpp"
        assert unit.read_text().count(mutant.right) == mutant.times, mutant.error
