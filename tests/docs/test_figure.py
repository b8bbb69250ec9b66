"""The figure of the methods shows what the analysis finds in the simulated lift."""

import importlib.util
import re
from xml.etree import ElementTree as ET

from tests.docs.bibliography import ROOT

IMAGES = ROOT / "docs" / "images"


def words(svg):
    return [node.text for node in ET.fromstring(svg).iter() if node.tag.endswith("text")]


def made():
    spec = importlib.util.spec_from_file_location("lift_picture", IMAGES / "lift.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.picture()


def test_the_figure_is_that_of_the_code():
    svg = (IMAGES / "lift.svg").read_text(encoding="utf-8")
    assert words(made()) == words(svg)
    named = {word for word in words(svg) if word}
    events = {"contact", "load onset", "lift-off", "hold start", "hold end", "replacement"}
    assert events | {"release", "preload", "loading", "transition", "hold", "unloading"} <= named
    assert not re.search(r"https?://(?!www\.w3\.org)", svg), "a picture needs nothing but itself"
