"""A PsychoPy script that marks 1000 stimuli, and what became of them; see ``tools/psychopy``.

usage: python psychopy_marks.py PAGE FOLDER   in PsychoPy's environment, beside a recorder
       python psychopy_marks.py FOLDER        in ours: are all in the file, and at their time?
"""

import json
import re
import sys
import time
from pathlib import Path

MARKS = 1000
MOST_LATE_S = 1e-3


def show_stimuli(page, folder):
    """Flip a window 1000 times and mark each flip, by the client that the page documents."""
    from psychopy import core, visual  # noqa: PLC0415 - a module of the other environment

    source = re.findall(r"^```python\n(.*?)^```$", Path(page).read_text("utf-8"), re.M | re.S)[0]
    names = {}
    exec(compile(source, page, "exec"), names)
    recorder = names["Recorder"](folder)
    recorder.ask("begin", url="sim:lift?seed=2", file=f"{folder}/a.grip", metadata={})
    while recorder.ask("status")["t_s"] < 1:
        core.wait(0.1)
    window = visual.Window((200, 200), allowGUI=False, waitBlanking=False, checkTiming=False)
    circle, clock, trips_s, flips = visual.Circle(window, radius=0.5), core.Clock(), [], {}
    for k in range(MARKS):
        circle.draw()
        window.flip()
        flips[f"m{k}"] = flip_s = time.monotonic()
        asked_s = clock.getTime()
        recorder.ask("mark", kind="mark", text=f"m{k}", at_host_s=flip_s)
        trips_s.append(clock.getTime() - asked_s)
    recorder.ask("stop")
    recorder.ask("quit")
    window.close()
    answer = {"flips": flips, "trips_s": trips_s}
    (Path(folder) / "answer.json").write_text(json.dumps(answer))


def check(folder):
    """Compare the file with what PsychoPy did; print the round trips."""
    import numpy as np  # noqa: PLC0415 - as above

    import gripforce as gf  # noqa: PLC0415

    answer = json.loads((Path(folder) / "answer.json").read_text())
    recording = gf.read_recording(Path(folder) / "a.grip")
    marks = {marker.text: marker.t for marker in recording.markers if marker.kind == "mark"}
    assert set(marks) == set(answer["flips"])
    host_s = recording.clock.to_host_s(np.array([marks[text] for text in answer["flips"]]))
    late_s = host_s - np.array(list(answer["flips"].values()))
    trips_ms = 1e3 * np.array(answer["trips_s"])
    p50, p99 = np.percentile(trips_ms, (50, 99))
    print(f"{len(marks)} marks of PsychoPy: round trip {p50:.1f} ms, {p99:.1f} ms (99 %);")  # noqa: T201
    print(f"late in the file by {1e3 * np.percentile(np.abs(late_s), 99):.2f} ms (99 %)")  # noqa: T201
    assert np.percentile(np.abs(late_s), 99) < MOST_LATE_S


if __name__ == "__main__":
    check(sys.argv[1]) if len(sys.argv) == 2 else show_stimuli(*sys.argv[1:])
