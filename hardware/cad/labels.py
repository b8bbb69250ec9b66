"""Words in the pictures."""

from typing import Final

LABELS: Final[dict[str, dict[str, str]]] = {
    "bed": {
        part: part
        for part in (
            *("gauge", "plate", "spine", "body", "bay_cover", "tray", "base"),
            *("jig_plate", "jig_stand", "jig_clamp"),
        )
    },
    "cell": {"cell": "{cell_length:g} x {cell_width:g} x {cell_height:g} mm"},
    "sawn": {"bracket": "bracket, 20 mm of angle", "carrier": "carrier, 41 mm of flat bar"},
    "surface": {"plate": "plate", "sheet": "surface, {plate_side:g} x {plate_side:g} mm"},
    "base-switch": {"part": "switch, plunger up", "cables": "lead round the pegs", "base": "base"},
    "steel": {"tray": "tray", "steel 4": "{steel_count:g} plates of steel", "foam": "foam"},
    "numbered": {
        "grip cell thumb": "1 grip thumb",
        "grip cell index": "2 grip index",
        "load cell thumb": "3 load thumb",
        "load cell index": "4 load index",
    },
    "bracket": {"bracket": "bracket", "grip cell": "grip cell", "SCREW": "M3 x 8 countersunk"},
    "carrier": {"carrier": "carrier", "shim": "shim", "grip cell": "grip cell"},
    "load-cells": {
        "spine": "spine",
        "load cell index": "load cell, index",
        "load cell thumb": "load cell, thumb",
        "SCREW": "M3 x 12",
    },
    "brackets": {
        "bracket index": "bracket of the index finger",
        "bracket thumb": "bracket of the thumb",
        "SCREW": "M3 x 8",
    },
    "gaps": {
        "load cell index": "{load_gap:g} mm between the load cells",
        "bracket index": "bracket, index",
        "bracket thumb": "bracket, thumb",
        "grip cell index": "grip cell, index",
        "grip cell thumb": "grip cell, thumb",
    },
    "on-body": {"spine": "spine", "cables": "cables", "body": "body", "SCREW": "M3 x 10"},
    "plates": {"plate index": "plate", "carrier index": "carrier", "cord": "cord", "body": "body"},
    "processor": {"processor": "processor", "A1": "sockets", "J1": "J1 to J4: cells"},
    "cell-lead": {
        "wire red": "E+ red",
        "wire green": "S+ green",
        "wire white": "S- white",
        "wire black": "E- black",
        "shrink 0": "heat-shrink",
        "J1": "plug",
    },
    "leads": {
        "trigger jack": "trigger in",
        "TTL jack": "TTL out",
        "contact jack": "contact switch",
        "light": "light",
        "power switch": "power switch",
        "wire red 0": "red: tip, pin 1",
    },
    "front": {"trigger jack": "trigger in", "light": "light", "TTL jack": "TTL out"},
    "battery": {"battery": "battery", "cables": "cells' cables"},
    "board-in": {"board": "board", "SCREW": "M2.5 x 8"},
    "tray-on": {"tray": "tray", "SCREW": "M3 x 10", "body": "body"},
    "usb-tie": {"cables": "USB lead", "tie": "cable tie"},
    "powered": {"light": "light", "trigger jack": "trigger in", "TTL jack": "TTL out"},
    "stand": {"jig_stand": "jig_stand", "jig_plate": "jig_plate"},
    "stop": {
        "carrier index": "carrier",
        "grip cell index": "grip cell",
        "shim 0": "shim: {washer:g} mm from carrier to cell",
        "plate index": "plate",
    },
    "eye": {"cord": "cord in the eye", "base": "base"},
    "digits": {"arrow thumb": "thumb", "arrow index": "index finger"},
}
"""Words at bodies of a picture, by the beginning of the body's name; sizes are filled in."""
