"""One recording with losses and markers, exported to every format and read by foreign readers."""

import asyncio

import pytest

from gripforce.device import open_source
from gripforce.formats.export import FORMATS, export
from gripforce.model import Marker, Samples
from gripforce.recording import Recorder, read_recording

MARKERS = (Marker(3.25, "key", "a"), Marker(7.5, "trigger", "TTL <1> & µ"))
METADATA = {"task": "lift", "mass_g": 400.0, "subject": "p01", "hand": "right", "session": "ses-01"}


def record(path, url, metadata=METADATA, markers=MARKERS):
    """Return a recording of a simulated device, with markers at their times."""
    due = list(markers)

    async def run():
        with Recorder(path, metadata) as recorder:
            async with open_source(url) as device:
                async for item in recorder.through(device.stream()):
                    while due and isinstance(item, Samples) and item.t[-1] > due[0].t:
                        recorder.write(due.pop(0))

    asyncio.run(run())
    return read_recording(path)


@pytest.fixture(scope="session")
def lossy(tmp_path_factory):
    """Two lifts with the research device over a link that loses blocks."""
    path = tmp_path_factory.mktemp("lossy") / "p01.grip"
    return record(path, "sim:lift?speed=max&trials=2&seed=4&faults=drop=0.005,no_resend")


@pytest.fixture(scope="session")
def apart(tmp_path_factory):
    """One lift with four free-running converters."""
    path = tmp_path_factory.mktemp("apart") / "p02.grip"
    return record(path, "sim:lift?speed=max&trials=1&seed=5&frontend=entry")


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """Return a recording's export, made once."""
    made = {}

    def make(recording, name, *, raw=False):
        key = (recording.path, name, raw)
        if key not in made:
            folder = tmp_path_factory.mktemp(name)
            made[key] = folder / f"p01{FORMATS[name].suffix}"
            export(recording, made[key], name, raw=raw)
        return made[key]

    return make
