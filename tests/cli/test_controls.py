"""Control tables as Excel, LibreOffice and Notepad write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gripforce.cli.results.controls import read_controls
from gripforce.errors import UsageError


@settings(max_examples=40, deadline=None)
@given(
    mean=st.floats(0.1, 9),
    separator=st.sampled_from([";", "\t", ","]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    tail=st.sampled_from(["", "\n", ";;;\n", "\n\n"]),
)
def test_any_spreadsheet(  # noqa: PLR0917 - a property has many sides
    tmp_path_factory, mean, separator, encoding, end, tail
):
    decimal = "." if separator == "," else ","
    cells = ["gf_static_n", f"{mean:.3f}", "0.5", "20"]
    lines = ["metric,mean,sd,n".replace(",", separator)]
    lines.append(separator.join(cell.replace(".", decimal) for cell in cells))
    text = "\n".join(lines) + "\n" + (tail if separator == ";" else tail.replace(";", ""))
    path = tmp_path_factory.mktemp("c") / "controls.csv"
    path.write_bytes(text.replace("\n", end).encode(encoding))
    (control,) = read_controls(path).values()
    assert control.mean == pytest.approx(mean, abs=1e-3)
    assert (control.sd, control.n) == (0.5, 20)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("grip_ratio,0.9,0.1,20", "no metric grip_ratio"),
        ("gf_static_n,many,0.1,20", "row 2 is not a metric with the numbers"),
        ("gf_static_n,3,0.1", "row 2 is not a metric with the numbers"),
        ("gf_static_n,3,0.1,1", "row 2 needs n of 2"),
        ("gf_static_n,3,0.1,nan", "row 2"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, row, what):
    (tmp_path / "c.csv").write_text(f"metric,mean,sd,n\n{row}\n")
    with pytest.raises(UsageError, match=what):
        read_controls(tmp_path / "c.csv")
