"""Recordings of every kind that a report must take, and a reader of the page."""

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.assessment.visits import visit_of
from gripforce.analysis.tasks.registry import analyze_session
from gripforce.model import Kind
from gripforce.report import render_report
from tests.analysis.analytic_lifts import AnalyticLift, G, lifts_recording, noise, recording, stream
from tests.analysis.analytic_tasks import Held, held_recording, movements

EVIL = '<script>alert("&1")</script>'
MU = 0.9
VOID = {"br", "circle", "line", "meta", "path", "polygon", "rect"}


def lifts(count=6, **metadata):
    made = [
        AnalyticLift(contact_s=1 + 6 * k, hold_s=3.0, lag_s=0.004 * (k % 4)) for k in range(count)
    ]
    found = lifts_recording(made, task="lift", **({"mass_g": 400.0} | metadata))
    return replace(found, path="a/lift.grip")


def untouched():
    t = np.arange(3000) / 1000
    made = recording(
        stream([Kind.GRIP, Kind.LOAD], t, [noise(t, 1), noise(t, 2)]), task="lift", mass_g=400.0
    )
    return replace(made, path="nothing.grip")


def slips():
    held, begin_s = [], 1.0
    for _ in range(3):
        slips_s = begin_s + 2 + (5 - 0.4 * G / 2 / MU)
        grip_n = opening(begin_s)
        held.append(Held(begin_s=begin_s, duration_s=6.0, grip_n=grip_n, slips_s=slips_s))
        begin_s += 9
    return replace(held_recording(held, task="slip"), path="slip.grip")


def opening(begin_s):
    return lambda t: np.maximum(5 - np.maximum(t - begin_s - 2, 0), 0.2)


def up_and_down():
    extra = movements([3 + 1.5 * k for k in range(6)], [1, -1] * 3)
    held = Held(duration_s=12, extra_load_n=extra, grip_n=lambda t: 4 + 0.9 * extra(t - 0.01))
    return replace(held_recording(held, task="p2p"), path="p2p.grip")


def cyclic():
    def extra(t):
        return 2.0 * np.sin(2 * np.pi * 1.2 * (t - 2)) * ((t > 2) & (t < 14))

    held = Held(duration_s=15, extra_load_n=extra, grip_n=lambda t: 6 + 0.6 * extra(t - 0.015))
    return replace(held_recording(held, task="cyclic"), path="cyclic.grip")


def pinch():
    t = np.arange(8000) / 1000
    grip = 30 * ((t > 2) & (t < 5)) + noise(t, 3)
    return replace(recording(stream([Kind.GRIP], t, [grip]), task="pinch"), path="pinch.grip")


def analysis(*recordings):
    return summarize_person(analyze_session(list(recordings)))


def rendered(found):
    return render_report(visit_of(found))


class Page(HTMLParser):
    """A page read back: nesting checked, texts by the section that they stand in."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.links, self.sections = [], [], [], {}
        self.data = []
        self.feed(html)
        self.close()
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self.open.append((tag, attributes.get("id")))
        self.links += [
            v for k, v in attrs if k in {"href", "src", "srcset", "xlink:href", "action"}
        ]
        if tag == "data":
            self.data.append(
                [attributes["data-column"], float(attributes["value"]), "", self.where()]
            )

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, text):
        self.sections.setdefault(self.where(), []).append(text)
        if self.open and self.open[-1][0] == "data":
            self.data[-1][2] += text

    def where(self):
        return next((i for tag, i in reversed(self.open) if tag == "section"), None)

    def text(self, section):
        return " ".join(self.sections.get(section, []))
