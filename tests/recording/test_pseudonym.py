"""A pseudonym passes; a name, a date or a record number does not."""

import pytest

from gripforce.errors import UsageError
from gripforce.recording import check_pseudonym


@pytest.mark.parametrize(
    "text",
    ["p01", "P7", "als-07", "ALS_12", "control3", "HC12", "s1-visit2", "sub-0042", "x", "17",
     "patient12", "pilot", "G2P14", " p03 "],
)  # fmt: skip
def test_pseudonyms_pass(text):
    assert check_pseudonym(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["Smith", "jane", "Jane Doe", "doe_jane", "JD", "jane01", "Max3", "Müller", "Ann-2",
     "1985-03-12", "12-03-85", "12.03.1985", "19850312", "120385", "3mar1985", "mar-85", "p1985-03",
     "4711042", "MRN123456", "a@b.org", "", " ", "-", "p" * 40, "p01\nname", "../p01"],
)  # fmt: skip
def test_what_could_tell_who_it_is_is_refused(text):
    with pytest.raises(UsageError, match="Use a pseudonym such as"):
        check_pseudonym(text)
