"""Reference figures: no norm without a source."""

import pytest

from gripforce.analysis.assessment.reference import REFERENCES, RELIABILITY, ReferenceTag, reference


def test_remembered_figures_are_no_norms():
    for entry in REFERENCES:
        assert entry.may_be_a_norm == (entry.tag in {ReferenceTag.CALC, ReferenceTag.PUBLISHED})
        assert entry.source
        assert entry.grade in {"A", "B", "C"}
        assert (entry.grade == "C") == (entry.tag in {ReferenceTag.MEM, ReferenceTag.REC})
    assert len({entry.metric for entry in RELIABILITY}) == len(RELIABILITY)
    with pytest.raises(KeyError):
        reference("no such metric")
