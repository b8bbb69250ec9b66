"""What comes from outside cannot become markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.report.markup import Markup, css_text, element, joined, number


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


def read(markup):
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


PRINTABLE = st.text(st.characters(exclude_categories=["C"]), max_size=40)


@given(PRINTABLE)
def test_text_is_read_back_as_it_was(text):
    reader = read(element("p", text, title=text))
    assert reader.tags == ["p"]
    assert "".join(reader.texts) == text
    assert reader.attributes == [("title", text)]


def test_markup_is_taken_as_it_is_and_text_is_not():
    inner = element("b", "1 < 2")
    assert element("p", inner, "<i>") == "<p><b>1 &lt; 2</b>&lt;i&gt;</p>"
    assert "&lt;b&gt;" in element("p", "" + inner), "joined as plain strings: escaped once more"


def test_children_may_be_nested_and_missing():
    assert joined(["a", [None, Markup("<br/>")]], None) == "a<br/>"


def test_attributes_are_named_as_in_html():
    made = element("td", class_="n", data_column="gf", colspan=2, title=None)
    assert made == '<td class="n" data-column="gf" colspan="2"></td>'


def test_what_cannot_be_seen_is_shown():
    assert element("p", "a\x00b\u202ec") == "<p>a\ufffdb\ufffdc</p>"


@given(PRINTABLE)
def test_css_text_holds_nothing_that_css_or_html_understands(text):
    inner = css_text(text)[1:-1]
    assert all(c.isascii() and (c.isalnum() or c == "\\") for c in inner)


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (3.0, "3"), (3.14, "3.1"), (-0.01, "0"), (-2.5, "-2.5")]
)
def test_numbers_are_short(value, text):
    assert number(value) == text
