"""Marks from outside go through every format as text: no control character, no broken file."""

from dataclasses import replace

import pytest

from gripforce.formats.export import export
from gripforce.model import Marker
from tests.interop import readers
from tests.interop.test_same_numbers import ROWS, label

EVIL = "\x1b]0;x\x07 </info> & \x14\x00 =cmd() \u202e \U0001f600"
MARKED = [row for row in ROWS if row[0] not in {"csv", "parquet"}]


@pytest.mark.parametrize(("name", "reader"), MARKED, ids=map(label, MARKED))
def test_a_hostile_mark_is_text_for_foreign_readers(lossy, tmp_path, name, reader):
    path = tmp_path / f"a.{'mat' if name == 'mat73' else name}"
    marks = (Marker(1.0, "key", EVIL), Marker(2.0, "key", ""))
    export(replace(lossy, markers=marks), path, name)
    found = reader(path)
    assert len(found.markers) == 2
    text = found.markers[0][1]
    assert "</info> &" in text
    assert "cmd()" in text
    assert not any(ord(c) < 32 for c in text)


def test_a_hostile_header_leaves_xdf_readable(lossy, tmp_path):
    metadata = dict(lossy.metadata) | {"subject": EVIL, "surface": EVIL}
    export(replace(lossy, metadata=metadata), tmp_path / "a.xdf", "xdf")
    found = readers.read_pyxdf(tmp_path / "a.xdf")
    assert len(found.t) > 1000
