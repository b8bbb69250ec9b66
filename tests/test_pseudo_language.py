"""Nothing that an operator reads stays in English: screens and errors in a made-up language."""

from dataclasses import replace

import pytest

from gripforce.calibration import Guide, cell_groups, read_masses
from gripforce.constants import STANDARD_GRAVITY
from gripforce.dashboard.screens.devices import DeviceDetails
from gripforce.dashboard.screens.patient import PatientView
from gripforce.dashboard.screens.results import CheckResult
from gripforce.dashboard.screens.start import StartScreen
from gripforce.dashboard.screens.subject import subject_form
from gripforce.device import open_device
from gripforce.errors import GripforceError
from gripforce.files import new_text_file
from gripforce.language import translate
from gripforce.model import Samples
from gripforce.protocol.library import find_protocol
from gripforce.recording import Recorder, check_note, check_pseudonym, read_recording
from gripforce.recording.records import MAGIC
from gripforce.session.check_text import check_outcome
from gripforce.transport import make_transport
from gripforce.transport.ble_errors import HINTS, Trouble, trouble
from gripforce.transport.gatt import PROFILES
from gripforce.wire.hello_limits import hello_fault
from gripforce.wire.messages import Nak, NakReason
from reliability.known_samples import DEVICE, session, stream_items
from tests.dashboard.reading import PSEUDO, lines_in_english, pseudo_language, shown_on
from tests.dashboard.screens import dashboard, settle
from tests.dashboard.session_screens import app_of, items, scene
from tests.dashboard.test_setup import devices, text_of, until

SIZE = (80, 24)


@pytest.fixture(autouse=True)
def made_up():
    with pseudo_language():
        yield


def require_translated(texts, *names):
    """Require that no English is left but for names, which are the same in every language."""
    for name in names:
        texts = [text.replace(name, "") for text in texts]
    english = lines_in_english(texts, PSEUDO)
    assert not english, "\n".join(f"{sorted(w)}: {line}" for line, w in english.items())


async def seen_after(pilot, *keys):
    """Return what each key leads to; what it opened is closed again."""
    texts = []
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
        texts.append(shown_on(pilot.app.screen))
        await pilot.press("escape")
        await pilot.pause()
    return texts


@pytest.mark.parametrize("name", ["ready", "live", "gap", "lost", "saturated", "disk", "rest"])
async def test_the_screens_of_a_session(tmp_path, name):
    app = app_of(await scene(name, tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.screen.paint()
        await pilot.pause()
        texts = [shown_on(app.screen)]
        if name in {"ready", "live"}:
            texts += await seen_after(pilot, *"sakqvbmnp", "question_mark", "ctrl+p")
    require_translated(texts)


@pytest.mark.parametrize("name", ["live", "gap", "lost", "saturated", "uncalibrated"])
async def test_the_screens_of_the_monitor(name):
    clipped = "gripforce calibra…"
    app = dashboard(name)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        texts = [shown_on(app.screen)]
        if name == "live":
            texts += await seen_after(pilot, *"xchf", "question_mark", "ctrl+p")
            await app.push_screen(PatientView(app.next_frame))
            await pilot.pause()
            texts.append(shown_on(app.screen))
    require_translated(texts, "grip_thumb", clipped)


async def test_the_screens_before_a_session(tmp_path):
    protocol = find_protocol("als-battery")
    radio = trouble(Trouble.NO_SERVICE, "")
    app = app_of(await scene("ready", tmp_path))
    texts = []
    async with app.run_test(size=SIZE) as pilot:
        form = subject_form(protocol, "sim:lift", {"mass_g": "0"})
        gone = DeviceDetails(f"serial:{tmp_path / 'gone'}")
        for screen in (StartScreen(tmp_path, protocol, ""), devices(error=radio), gone, form):
            await app.push_screen(screen)
            await pilot.pause()
            texts.append(shown_on(screen))
            if screen is gone:
                await until(pilot, lambda: "✕" in text_of(app, "#lines"))
                texts.append(shown_on(screen))
        for entry in ("", "marie", "p01"):
            form.query_one("#subject").value = entry
            await pilot.press("ctrl+s")
            await pilot.pause()
            texts.append(shown_on(form))
        await app.push_screen(CheckResult("Sensor check", stuck_cell()))
        await pilot.press("d")
        await pilot.pause()
        texts.append(shown_on(app.screen))
    require_translated(texts, "marie", "sudo", "systemctl start bluetooth", "system│")


def stuck_cell():
    """Return the outcome of a sensor check of a cell with a broken wire."""
    found = [item for item in items("live") if isinstance(item, Samples)]
    for item in found:
        item.counts[:, 0] = item.stream.channels[0].full_scale_counts
    return check_outcome({found[0].stream.name: found}, dashboard("live").next_frame().status, None)


@pytest.mark.parametrize("platform", HINTS)
@pytest.mark.parametrize("kind", Trouble)
def test_troubles_of_a_radio(kind, platform):
    require_translated([translate(str(trouble(kind, "1-2", "0x0e", platform)))])


def test_what_a_firmware_can_do_wrong():
    first = DEVICE.streams[0]
    channel = first.channels[0]
    wrong = [
        replace(DEVICE, streams=()),
        replace(DEVICE, streams=(first,) * 17),
        replace(DEVICE, board="a\nb"),
        *(
            replace(DEVICE, streams=(replace(first, **one),))
            for one in (
                {"rate_hz": 0.0},
                {"block_samples": 0},
                {"block_samples": 255},
                {"latency_us": 10**8},
                {"channels": (replace(channel, scale=0.0),)},
                {"channels": (replace(channel, full_scale_counts=0),)},
                {"channels": (replace(channel, skew_us=10**8),)},
            )
        ),
    ]
    faults = [hello_fault(device) for device in wrong]
    assert all(faults)
    refusals = [Nak(1, 1, reason) for reason in NakReason]
    require_translated(
        [translate(f"The device's hello is not possible: {fault}.") for fault in faults]
        + [translate(f"The device refused '0': {nak.sentence}. {nak.hint}") for nak in refusals]
    )


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("nothing", ("nothing",)),
        ("replay:1", ("replay:",)),
        ("tcp:nowhere", ("nowhere",)),
        ("serial:1?baud=none", ("none",)),
        ("serial:1?speed=1", ("serial:", "speed", "baud")),
        ("ble:1?profile=none", ("none", *(profile.name for profile in PROFILES))),
    ],
)
def test_an_address_that_is_none(url, names):
    with pytest.raises(GripforceError) as refused:
        make_transport(url)
    require_translated([translate(str(refused.value))], *names)


@pytest.mark.parametrize("url", ["tcp:127.0.0.1:1", "serial:/dev/gone"])
async def test_a_device_that_is_not_there(url):
    with pytest.raises(GripforceError) as refused:
        async with open_device(url):
            pass
    require_translated([translate(str(refused.value))])


def damaged(content):
    def read(folder):
        path = folder / "a.grip"
        path.write_bytes(content)
        read_recording(path)

    return read


def recorded_over(folder):
    (folder / "a.grip").touch()
    with Recorder(folder / "a.grip", least_free_bytes=0) as recorder:
        recorder.write(stream_items(session(0.1))[0])


def written_twice(folder):
    for _ in range(2):
        with new_text_file(folder / "a.csv"):
            pass


def calibrated(masses):
    def make(_):
        Guide(cell_groups(DEVICE, ""), read_masses(masses), STANDARD_GRAVITY, None)

    return make


WRONG = {
    "no file": lambda folder: read_recording(folder / "a.grip"),
    "an empty file": damaged(b""),
    "a foreign file": damaged(b"time,force\n1,2\n" * 99),
    "a header that is destroyed": damaged(MAGIC + bytes(200)),
    "line ends": damaged(MAGIC.replace(b"\n", b"\r\n") + b"\r\n" * 99),
    "a folder": read_recording,
    "a recording that exists": recorded_over,
    "no folder": lambda folder: Recorder(folder / "none" / "a.grip"),
    "no room": lambda folder: Recorder(folder / "a.grip", least_free_bytes=1 << 60),
    "no mass": lambda folder: Recorder(folder / "a.grip", {"mass_g": -1}),
    "a table that exists": written_twice,
    "a table without a folder": lambda folder: new_text_file(folder / "a" / "b.csv").__enter__(),
    "no protocol": lambda _: find_protocol("none"),
    "no protocol file": lambda folder: find_protocol(str(folder / "none.toml")),
    "a name": lambda _: check_pseudonym("Marie"),
    "a note on somebody": lambda _: check_note("Marie Dupont is tired"),
    "no masses": calibrated("a,b"),
    "few masses": calibrated("0"),
    "a mass twice": calibrated("0,100,100"),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_files_protocols_names_and_loads(tmp_path, make):
    with pytest.raises(GripforceError) as refused:
        make(tmp_path)
    require_translated([translate(str(refused.value))], str(tmp_path), "Marie", "none")
