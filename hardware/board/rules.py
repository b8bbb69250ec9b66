"""Electrical rules, checked by SKiDL on the circuit."""

from __future__ import annotations

import os
from contextlib import chdir
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hardware.board.circuit import components

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hardware.board.circuit import Component

DRIVEN = ("3V3", "5V", "GND", "BAT")
"""Nets that a plug feeds: processor and battery are not parts of this board."""
FED = {"AVDD": "through FB1"}


def violations(parts: Iterable[Component] | None = None) -> list[str]:
    """Return what SKiDL finds wrong in the circuit; a part may be replaced to see a fault found."""
    with TemporaryDirectory() as folder, chdir(folder):
        for version in ("", "6", "7", "8", "9", "10"):
            os.environ.setdefault(f"KICAD{version}_SYMBOL_DIR", folder)
        import skidl  # noqa: PLC0415 - it reads the environment and writes into the folder

        return _checked(skidl, list(components() if parts is None else parts))


def _checked(skidl: Any, parts: list[Component]) -> list[str]:
    circuit = skidl.Circuit()
    nets: dict[str, Any] = {}
    open_end = skidl.net.NCNet(circuit=circuit)
    for part in parts:
        made = skidl.Part(
            name=part.kind_name,
            tool=skidl.SKIDL,
            dest=skidl.TEMPLATE,
            pins=[
                skidl.Pin(num=number, name=name, func=getattr(skidl.Pin.types, role))
                for number, name, role in part.kind.pins
            ],
        )(ref=part.ref, circuit=circuit, footprint=part.kind.footprint)
        for number, _, role in part.kind.pins:
            net = part.net_of(number)
            if net is not None:
                if net not in nets:
                    nets[net] = skidl.Net(net, circuit=circuit)
                nets[net] += made[number]
            elif role == "NOCONNECT":
                made[number] += open_end
    for name in (*DRIVEN, *FED):
        if name in nets:
            nets[name].drive = skidl.POWER
    found: list[str] = []
    log = skidl.logger.erc_logger if hasattr(skidl.logger, "erc_logger") else skidl.erc_logger
    return _run(circuit, log, found)


def _run(circuit: Any, log: Any, found: list[str]) -> list[str]:
    import logging  # noqa: PLC0415

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.WARNING:
                found.append(record.getMessage())

    listener = Listener()
    log.addHandler(listener)
    try:
        circuit.ERC()
    finally:
        log.removeHandler(listener)
    return found
