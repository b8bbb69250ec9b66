"""Before a session: devices, their answers, the form, and what it refuses."""

import json
import tomllib
from datetime import UTC, datetime, timedelta

import pytest
from textual.app import App
from textual.widgets import Input, OptionList, Static

from gripforce.dashboard.screens.devices import DeviceDetails, Devices, device_lines, signal_text
from gripforce.dashboard.screens.dialogs import Choose
from gripforce.dashboard.screens.form import Form, InvalidEntryError, parse_entries
from gripforce.dashboard.screens.start import StartScreen
from gripforce.dashboard.screens.subject import subject_checks, subject_form
from gripforce.dashboard.session.setup import ask_device_and_subject, ask_to_resume
from gripforce.dashboard.settings import (
    Settings,
    load_settings,
    remembered_protocol,
    save_settings,
    screen_language,
    settings_path,
)
from gripforce.device import DeviceSummary, open_device
from gripforce.errors import TransportError
from gripforce.language import translate, use_language
from gripforce.protocol.library import find_protocol
from gripforce.protocol.parse import require_protocol
from gripforce.recorder.sources import source_of
from gripforce.session import Event, EventKind, Journal
from gripforce.session.folder import visit_of
from gripforce.session.storage import create_session, restore_session
from gripforce.transport import DiscoveredSource
from gripforce.transport.discover import SIMULATORS
from tests.dashboard.pilot import until, until_shown

QUICK = find_protocol("quick-lift")
BOARD = DiscoveredSource("serial:/dev/ttyACM0", "serial", "Arduino Uno")
RADIO = DiscoveredSource("ble:AA:BB:CC:DD:EE:FF", "ble", "grip-1, gripforce", -72)


class QuestionApp(App):
    """One question and nothing else; ``result`` is its answer."""

    result = None

    def __init__(self, ask):
        super().__init__()
        self._ask = ask

    def on_mount(self):
        self.run_worker(self._run())

    async def _run(self):
        self.result = await self._ask(self)
        self.exit()


def text_of(app, name):
    return str(app.screen.query_one(name, Static).content)


def bluetooth_text(app):
    return text_of(app, "#radio") if isinstance(app.screen, Devices) else ""


def listed(app):
    return app.screen.query_one(OptionList).option_count if app.screen.query(OptionList) else 0


def devices(ports=(), radios=(), error=None):
    async def hear():
        if error is not None:
            raise error
        return list(radios)

    return Devices(lambda: [*ports, *SIMULATORS], hear)


async def test_nothing_found_is_told_plainly_and_a_simulated_hand_offered():
    error = TransportError("There is no Bluetooth adapter.", "Plug one in.")
    app = QuestionApp(lambda app: app.push_screen_wait(devices(error=error)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bluetooth_text(app).startswith("Bluetooth"))
        assert "No device found: plug it in" in text_of(app, "#nothing-found")
        assert text_of(app, "#radio") == "Bluetooth: There is no Bluetooth adapter. Plug one in."
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, DeviceDetails) and "✓" in text_of(app, "#lines")
        )
        assert "✓ calibrated" in text_of(app, "#lines")
        await pilot.press("enter")
        await until(pilot, lambda: app.result)
    assert app.result == "sim:lift"


async def test_real_devices_come_first_with_their_signal():
    app = QuestionApp(lambda app: app.push_screen_wait(devices([BOARD], [RADIO])))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(
            pilot,
            lambda: (
                app.screen.query("OptionList")
                and app.screen.query_one(OptionList).option_count == 4
            ),
        )
        options = app.screen.query_one(OptionList)
        shown = [str(options.get_option_at_index(k).prompt) for k in range(4)]
        assert [text.split()[0] for text in shown] == [
            "cable",
            "Bluetooth",
            "simulated",
            "simulated",
        ]
        assert "▂▄▆  good (-72 dBm)" in shown[1]
        assert text_of(app, "#nothing-found") == ""
        await pilot.press("escape")
        await until(pilot, lambda: not app.is_running)
    assert app.result is None


async def test_a_port_that_is_no_usb_device_comes_after_the_simulated_hands():
    """A computer's own port stood first, so that Enter led to a device that never answers."""
    bare = DiscoveredSource("serial:/dev/ttyS0", "serial", "a serial port", likely=False)
    app = QuestionApp(lambda app: app.push_screen_wait(devices([bare])))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, Devices)
        options = app.screen.query_one(OptionList)
        shown = [str(options.get_option_at_index(k).prompt).split()[0] for k in range(3)]
        assert shown == ["simulated", "simulated", "cable"]
        assert "plug it in" in text_of(app, "#nothing-found")


async def test_a_device_that_does_not_answer_is_not_taken(tmp_path):
    gone = DiscoveredSource(f"serial:{tmp_path / 'gone'}", "serial", "gone")
    app = QuestionApp(lambda app: app.push_screen_wait(devices([gone])))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, Devices)
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, DeviceDetails) and "✕" in text_of(app, "#lines")
        )
        assert text_of(app, "#what-to-press") == "Enter: try again · Escape: back"
        await pilot.press("c", "enter")
        assert isinstance(app.screen, DeviceDetails)
        await until(pilot, lambda: "✕" in text_of(app, "#lines"))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: not app.is_running)
    assert app.result is None


@pytest.mark.parametrize(
    ("rssi_dbm", "word"),
    [(-40, "strong"), (-60, "strong"), (-61, "good"), (-80, "weak"), (-95, "too weak")],
)
def test_a_radio_has_a_sign_a_word_and_a_figure(rssi_dbm, word):
    assert f"{word}" in signal_text(rssi_dbm)
    assert f"({rssi_dbm} dBm)" in signal_text(rssi_dbm)


async def test_a_device_is_told_in_words():
    async with open_device("sim:lift?speed=max") as device:
        info, calibration = device.info, device.calibration
    words = device_lines(DeviceSummary(info, calibration, battery_v=3.74, answer_s=0.011))
    assert words[0].startswith(f"✓ {info.board}, {info.uid}")
    assert words[2:] == ["  answers in 11 ms; battery 3.7 V", "✓ calibrated 2025-01-01"]
    words = device_lines(DeviceSummary(info, None, battery_v=None, answer_s=0.4))
    assert words[2].startswith("  answers in 400 ms   ! slow")
    assert words[3].startswith("! NOT CALIBRATED: press c")


async def test_the_form_is_filled_by_keys_alone():
    def ask(app):
        return ask_device_and_subject(app, QUICK, "sim:lift", {"first_hand": "right"})

    app = QuestionApp(ask)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, Form)
        await pilot.press(*"Anna", "ctrl+s")
        assert "looks like a name" in text_of(app, "#error")
        await pilot.press("ctrl+u", *"p07")
        assert text_of(app, "#error") == ""
        await pilot.press("enter", "right", "enter", *"right", "enter", *"5", "ctrl+s")
        assert text_of(app, "#error") == "! 5 must lie between 20 and 2000."
        assert app.screen.query_one("#mass_g", Input).has_focus
        await pilot.press("ctrl+u", *"165", "enter", *"silk", "enter", *"dry", "enter", *"2,5")
        await pilot.press("enter", *"60", "enter")
        await until(pilot, lambda: app.result)
    assert app.result == {
        "source": "sim:lift", "subject": "p07", "first_hand": "left", "dominant_hand": "right",
        "mass_g": 165.0, "surface": "silk", "skin": "dry", "medication_h": 2.5, "age_decade": 60.0,
    }  # fmt: skip


BAD = [
    ({}, "subject", "missing"),
    ({"subject": "Mueller"}, "subject", "looks like a name"),
    ({"subject": "1956-03-04"}, "subject", "looks like a date"),
    ({"subject": "p01", "mass_g": "heavy"}, "mass_g", "not a number"),
    ({"subject": "p01", "surface": "Mr Smith"}, "surface", "is not a surface"),
    ({"subject": "p01", "medication_h": "-1"}, "medication_h", "between 0 and 1000"),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case[1]} {case[2]}")
def test_what_cannot_be_is_refused_at_its_field(case):
    typed, key, says = case
    with pytest.raises(InvalidEntryError, match=says) as refused:
        parse_entries(typed, subject_checks())
    assert refused.value.key == key


def test_a_simulated_hand_knows_its_surfaces_only():
    with pytest.raises(InvalidEntryError, match="Use one of sandpaper"):
        parse_entries({"subject": "p01", "surface": "paper"}, subject_checks(("sandpaper", "silk")))


def keys_of(name):
    form = subject_form(find_protocol(name), "serial:/dev/ttyACM0", {})
    return {field.key for field in form.fields}


def test_only_what_a_protocol_leaves_open_is_asked():
    assert {"mass_g", "surface"} <= keys_of("als-battery")
    assert "mass_g" not in keys_of("weight-series")  # each lift has its own
    assert "surface" not in keys_of("friction-series")


OWN = """
title = "Own"
[defaults]
mass_g = 250
surface = "sandpaper"
[[block]]
task = "slip"
title = "Slip"
instruction = "Let go."
[[block]]
task = "lift"
title = "Its own mass"
instruction = "Lift."
mass_g = 500
[[block]]
task = "weights"
title = "Series"
instruction = "Lift."
trials = 9
masses_g = [100, 200, 200, 100, 100, 200, 100, 200, 200]
"""


def test_the_object_overrides_defaults_and_nothing_else(tmp_path):
    protocol = require_protocol("own", OWN, "own")
    answers = {"subject": "p01", "first_hand": "right", "source": "sim:lift", "skin": "dry",
               "mass_g": 330.0, "surface": "silk"}  # fmt: skip
    folder = create_session(tmp_path, protocol, answers)
    session, progress = restore_session(folder)
    assert [b.mass_g for b in session.protocol.blocks] == [330.0, 500.0, 250.0]
    assert [b.mass_of(1) for b in session.protocol.blocks] == [330.0, 500.0, 200.0]
    assert {b.surface for b in session.protocol.blocks} == {"silk"}
    assert (folder.path / "protocol.toml").read_text() == OWN
    assert progress.about["condition"] == {"skin": "dry"}
    assert "mass_g=330&surface=silk" in source_of("sim:lift", session.protocol.blocks[0], 0)
    assert [b.mass_g for b in protocol.blocks] == [250.0, 500.0, 250.0]


async def asked_of(tmp_path, subject, *keys):
    protocol = require_protocol("own", OWN, "own")
    app = QuestionApp(lambda app: ask_to_resume(app, tmp_path, subject, protocol))
    async with app.run_test(size=(80, 24)) as pilot:
        if keys:
            await until_shown(pilot, Choose)
            await pilot.press(*keys)
        await until(pilot, lambda: not app.is_running)
    return app.result


def unfinished_session(tmp_path, *, days_ago=0):
    answers = {"subject": "p01", "first_hand": "right", "source": "sim:lift"}
    folder = create_session(tmp_path, require_protocol("own", OWN, "own"), answers)
    if days_ago:
        line = json.loads(folder.journal.read_text())
        then = datetime.now(UTC) - timedelta(days=days_ago)
        folder.journal.write_text(json.dumps(line | {"utc": then.isoformat()}) + "\n")
    return folder


async def test_an_unfinished_session_of_the_same_pseudonym_is_asked_about(tmp_path):
    folder = unfinished_session(tmp_path)
    assert await asked_of(tmp_path, "p01", "enter") == folder, "today's goes on by default"
    assert await asked_of(tmp_path, "p01", "2") is None
    assert await asked_of(tmp_path, "p02") is None
    with Journal(folder.journal) as journal:
        journal.write(Event(EventKind.FINISHED))
    assert await asked_of(tmp_path, "p01") is None


async def test_a_new_day_is_a_new_visit(tmp_path):
    """A session of eight weeks ago swallowed the new visit, with its protocol and condition."""
    folder = unfinished_session(tmp_path, days_ago=56)
    assert await asked_of(tmp_path, "p01", "enter") is None
    assert await asked_of(tmp_path, "p01", "2") == folder
    visit = visit_of(folder)
    then = datetime.now().astimezone() - timedelta(days=56)
    assert visit.date == f"{then:%Y-%m-%d}"
    assert visit.place == "block 1 of 3, Slip"
    assert not visit.is_open_today


async def test_the_first_screen_lists_people_and_what_is_unfinished(tmp_path):
    unfinished_session(tmp_path, days_ago=56)
    protocol = find_protocol("quick-lift")
    app = QuestionApp(
        lambda app: app.push_screen_wait(StartScreen(tmp_path, protocol, "serial:grip"))
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: listed(app) == 2)
        options = app.screen.query_one(OptionList)
        words = str(options.get_option_at_index(1).prompt)
        assert "p01" in words
        assert "UNFINISHED, block 1 of 3" in words
        assert "serial:grip" in text_of(app, "#holds")
        await pilot.press("p")
        await until_shown(pilot, Choose)
        first = app.screen.query_one(OptionList).get_option_at_index(1)
        assert "min (als-battery-light)" in str(first.prompt)
        await pilot.press("2", "enter")
        await until_shown(pilot, StartScreen)
        await pilot.press("down", "enter")
        await until(pilot, lambda: not app.is_running)
    assert (app.result.subject, app.result.device) == ("p01", "serial:grip")
    assert app.result.protocol.name == "als-battery-light"


def test_settings_are_remembered_and_survive_nonsense(tmp_path):
    assert load_settings() == Settings()
    save_settings(directory=str(tmp_path), device='ble:"grip"', mass_g=330.0, surface="silk")
    found = load_settings()
    assert (found.device, found.mass_g, found.root) == ('ble:"grip"', 330.0, tmp_path)
    assert tomllib.loads(settings_path().read_text())["surface"] == "silk"
    settings_path().write_text('mass_g = "heavy"\ncolour = 3\nsurface = "silk"\n')
    assert (load_settings().mass_g, load_settings().surface) == (None, "silk")
    settings_path().write_bytes(b"\xff not toml")
    assert load_settings() == Settings()


def test_the_language_is_the_wanted_one_the_protocols_or_the_last_one():
    assert screen_language(None) == "en"
    save_settings(language="fr")
    assert screen_language(None) == "fr"
    assert screen_language(None, "es") == "es"
    assert screen_language("de", "es") == "de"
    save_settings(language="xx")
    assert screen_language(None) == "en", "a file that was edited raises nothing"


def test_a_protocol_that_is_gone_is_not_asked_for_again():
    assert remembered_protocol(Settings(protocol="/nowhere/mine.toml")) == "als-battery"
    assert remembered_protocol(Settings(protocol="quick-lift")) == "quick-lift"


async def test_choices_are_shown_in_the_language_and_recorded_in_english():
    """The form offered the hands in Chinese, and showed the chosen one in English."""
    use_language("zh")
    try:
        form = subject_form(QUICK, "sim:lift", {"subject": "p01"})
        app = QuestionApp(lambda app: app.push_screen_wait(form))
        async with app.run_test(size=(80, 24)) as pilot:
            await until_shown(pilot, Form)
            field = app.screen.query_one("#first_hand", Input)
            assert field.value == translate("right") != "right"
            field.focus()
            await pilot.press("right")
            assert field.value == translate("left")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: not app.is_running)
    finally:
        use_language("en")
    assert app.result["first_hand"] == "left"
    assert "skin" not in app.result, "what nobody said is not recorded"


async def test_letters_of_a_name_change_no_choice():
    """A name typed into the field of the first hand turned it to left."""
    form = subject_form(QUICK, "sim:lift", {})
    app = QuestionApp(lambda app: app.push_screen_wait(form))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, Form)
        field = app.screen.query_one("#first_hand", Input)
        field.focus()
        await pilot.press(*"MarieDupont")
        assert field.value == "right"
        await pilot.press(*"left")
        assert field.value == "left"
        await pilot.press("escape")
        await until(pilot, lambda: not app.is_running)
