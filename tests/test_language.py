"""Every text that is translated is in every catalogue, whole; and what a screen does with it."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import gripforce
from gripforce.assembly.rate_watch import ADVICE
from gripforce.assembly.signal_watch import SignalFault
from gripforce.dashboard.fit import fit_warnings
from gripforce.dashboard.widgets.big_text import dots, is_drawable, largest
from gripforce.dashboard.widgets.cell_text import wrapped_cells
from gripforce.errors import UsageError
from gripforce.language import LANGUAGES, language, translate, use_language
from gripforce.protocol.library import shipped_protocols
from gripforce.protocol.parse import read_protocol
from tools.catalogues import messages

PACKAGE = Path(gripforce.__file__).parent
FOREIGN = [code for code in LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def asked():
    return messages()


def in_protocols():
    blocks = [block for protocol in shipped_protocols() for block in protocol.blocks]
    return {text for b in blocks for text in (b.title, b.instruction, b.word) if text}


@pytest.fixture(params=FOREIGN)
def code(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def test_each_catalogue_has_every_text(code, asked):
    with (PACKAGE / "language" / f"{code}.po").open("rb") as stream:
        catalogue = read_po(stream, locale=code)
    entries = {message.id: message for message in catalogue if message.id}
    assert set(entries) == asked, "run python tools/catalogues.py and translate what is empty"
    for text, message in entries.items():
        assert message.string, text
        assert not message.fuzzy, text
        assert sorted(re.findall("{.*?}", message.string)) == sorted(re.findall("{.*?}", text))


def test_the_extraction_reads_sentences_choices_and_tables(asked):
    """Sentences of the rooms, marked words, both sides of a choice, names, keys, protocols."""
    assert {
        "grip reached {peak_n} N only, at least {low} N are asked for",  # an f-string below screens
        "✓ Passed", "✕ Failed: it cannot be saved.",  # a choice
        "cough",  # a marked word
        "peak grip force", "the object was dropped", "{n} lifts", "cannot tell",  # tables
        "Calibrate", "Open the report",  # keys
        "Squeeze",  # a protocol
    } <= asked  # fmt: skip


def test_a_sentence_is_found_after_its_figures_were_filled_in(code):
    """Journals and recordings keep English: the screens find the sentence again."""
    whole = translate("grip reached 12.3 N only, at least 15 N are asked for")
    assert "12.3" in whole
    assert "15" in whole
    assert not re.search("grip|reached|least", whole)
    assert translate("  Safety margin: 12 N") == f"  {translate('Safety margin: 12 N')}"
    pieces = translate("Right hand, Maximal pinch: strength 3.0 N (95 %: 1 to 2, n = 6)")
    assert not re.search("hand|pinch|strength| to ", pieces)


def test_a_sentence_stays_whole_before_another_one(code, asked):
    """'The subject {text} {reason}.' took 'The subject code is missing. Give a pseudonym …'."""
    after = translate("Try again.")
    sentences = [text for text in asked if "{" not in text and text.endswith((".", "?", "!"))]
    for text in sentences:
        assert translate(f"{text} Try again.").split() == f"{translate(text)} {after}".split()


def test_what_is_filled_in_is_no_other_sentence_or_clause(code, asked):
    """German said 'r von 0.39 kann beiderseits von 0.5; ob früher Griff … ist. liegen'."""
    clause = "whether early grip depends on direction is undetermined"
    for text in (text for text in asked if "{" in text):
        filled = re.sub("{.*?}", "7", text)
        alone = translate(filled)
        if filled.endswith("."):
            assert translate(f"Try again. {filled}").endswith(alone), text
            assert translate(f"{filled} Try again.").startswith(alone.rstrip(".。")), text
        elif filled[-1] not in "?!…:)":
            assert translate(f"{clause}; {filled}").endswith(alone), text
            assert translate(f"{filled}; {clause}").startswith(alone), text


def test_what_an_error_says_may_be_sentences(code):
    """A reason stands within the sentence of who reports it, with its advice."""
    whole = "The stream ended: device lost. The link through COM3 was lost. Check the cable. "
    shown = translate(f"{whole}Nothing was saved.")
    assert translate("Check the cable.") in shown
    assert not re.search("stream|link|lost|saved", shown)


def test_what_is_filled_in_may_be_an_entry_of_several_sentences(code):
    """'Next: {instruction}': most instructions have two sentences or three."""
    for text in in_protocols():
        after = translate(f"Next: {text}")
        assert after.endswith(translate(text))
        assert not after.startswith("Next")


def test_a_figure_takes_no_words(code):
    """'lag {value} ms' took a label and what stood between two figures."""
    lag = translate("Up and down, point to point: lag of grip behind load: −4.5 ms")
    assert not re.search("grip|behind", lag)
    assert translate("lag of grip behind load") in lag
    brief = translate("(lag 8 ms, scatter 12 ms, r 0.99)")
    assert not re.search("lag|scatter", brief)


def test_what_is_longer_is_found_before_what_is_shorter(code):
    """'{n} pinch' must not take a sentence that ends in pinch, nor 'Trial {number}' one more."""
    assert translate("Right hand, Maximal pinch").count(",") <= 1
    assert "pinch" not in translate("Trial 3 of a.grip, the one nearest to the medians.")
    assert translate("unknown words pinch") == "unknown words pinch"


def test_a_long_text_is_found_from_its_first_piece_on(code):
    """Runs of pieces were cut at a joint where a text had more than thirty of them."""
    reason = "grip comes 3 ms after load (95 %: -6 to +22), sooner than any feedback (60 ms) could"
    whole = translate("; ".join([reason] * 6))
    assert not re.search("grip|feedback|sooner", whole)
    assert whole.count(translate(reason)) == 6


def test_a_name_stays_as_it_is(code):
    assert translate("sub-p01_task-lift.grip") == "sub-p01_task-lift.grip"
    assert "sub-p01" in translate("The whole of sub-p01, trials numbered.")


def test_a_text_is_translated_and_what_is_missing_stays(code):
    assert language() == code
    assert translate("Squeeze") != "Squeeze"
    assert translate("No such text.") == "No such text."
    assert translate("") == ""


def test_every_word_of_a_latin_script_is_drawn_large_at_80_columns(code):
    words = {b.word for p in shipped_protocols() for b in p.blocks} | {"One more", "Ready?"}
    for word in words - {""}:
        shown = translate(word)
        lines = largest(f"{shown} 10", 78, 3)
        assert lines
        if code == "zh":
            assert not is_drawable(shown)
            assert shown.replace(" ", "") in "".join(lines).replace(" ", "")


def test_no_instruction_of_ours_is_cut_on_the_smallest_screen(code):
    for text in in_protocols():
        lines = wrapped_cells(translate(text), 78)
        assert "".join(lines).replace(" ", "") == translate(text).replace(" ", "")
        assert len(lines) <= 3


def test_what_is_doubted_of_a_recording_is_said_whole(code):
    spike = SignalFault("spike", "grip_thumb", 3.2, 1.5, 0.05, "N")
    noise = SignalFault("noise", "load_index", 3.2, 0.12, 0.05, "N")
    rate = f"force ran at 4000.0 samples a second instead of 1000.0 at 8.0 s. {ADVICE}"
    for text in (f"{spike} This happened 8 times.", str(noise), rate):
        shown = translate(text)
        english = {"the", "and", "from", "instead", "jumped", "noisy", "happened", "ran", "second"}
        assert not english & set(re.findall("[a-z]+", shown)), shown


def test_an_unknown_language_is_refused():
    with pytest.raises(UsageError, match="no language 'xx'"):
        use_language("xx")


@pytest.mark.parametrize(
    ("text", "above", "below"),
    [("É", "..#", ""), ("Ö", "#.#", ""), ("Ç", "", ".#."), ("Ñ", "##.", ""), ("Â", ".#.", "")],
)
def test_accents_are_drawn(text, above, below):
    rows = dots(text)
    assert is_drawable(text)
    assert rows[0].strip(".") == above.strip(".") if above else len(rows) == 6
    assert rows[-1].strip(".") == below.strip(".") if below else len(rows) == 7
    assert rows != dots("E")


def test_letters_without_an_accent_are_five_rows():
    assert len(dots("Lift 10")) == 5
    assert dots("Größe") == dots("GRÖSSE")


@pytest.mark.parametrize("word", ["Soulève", "Lâcher", "Größer", "抬起", "Ελα", "ارفع", "x@y"])
def test_no_letter_is_dropped(word):
    lines = largest(word, 78, 3)
    if not is_drawable(word):
        assert word in "".join(lines).replace(" ", "")
    else:
        assert all(len(line) == len(lines[0]) for line in lines)


def test_a_protocol_names_its_language_and_check_warns_of_what_does_not_fit():
    text = """
title = "Une"
language = "fr"
[[block]]
task = "pinch"
title = "Pince"
instruction = "INSTRUCTION"
word = "抬起"
""".replace("INSTRUCTION", "Serrez aussi fort que possible. " * 12)
    protocol, problems = read_protocol("une", text)
    assert problems == []
    assert protocol.language == "fr"
    assert [w.split(": ")[1][:4] for w in fit_warnings(protocol)] == ["'抬起'", "the "]
    _, problems = read_protocol("une", text.replace('"fr"', '"fx"'))
    assert "language = 'fx': it must be one of" in problems[0].text


def test_our_own_protocols_fit():
    assert [fit_warnings(protocol) for protocol in shipped_protocols()] == [
        [] for _ in shipped_protocols()
    ]
