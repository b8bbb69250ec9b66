"""Electrical rules, checked by SKiDL on the circuit."""

from __future__ import annotations

import logging
import os
from contextlib import chdir
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hardware.board.circuit import Circuit


def violations(board: Circuit) -> list[str]:
    """Return what SKiDL finds wrong in a circuit."""
    with TemporaryDirectory() as folder, chdir(folder):
        for version in ("", "6", "7", "8", "9", "10"):
            os.environ.setdefault(f"KICAD{version}_SYMBOL_DIR", folder)
        return _checked(_skidl(), board)


def _skidl() -> Any:
    """Import SKiDL, which makes its own logger the class of every logger made after it."""
    usual = logging.getLoggerClass()
    try:
        import skidl  # noqa: PLC0415 - it reads the environment and writes into the folder
    finally:
        logging.setLoggerClass(usual)
    return skidl


def _checked(skidl: Any, board: Circuit) -> list[str]:
    circuit = skidl.Circuit()
    nets: dict[str, Any] = {}
    open_end = skidl.net.NCNet(circuit=circuit)
    for part in board.components:
        made = skidl.Part(
            name=part.kind_name,
            tool=skidl.SKIDL,
            dest=skidl.TEMPLATE,
            pins=[
                skidl.Pin(num=number, name=name, func=getattr(skidl.Pin.types, role))
                for number, name, role in part.kind.pins
            ],
        )(ref=part.ref, circuit=circuit, footprint=part.kind.footprint)
        for number, name, role in part.kind.pins:
            net = part.net_of(number)
            if net is not None:
                if net not in nets:
                    nets[net] = skidl.Net(net, circuit=circuit)
                nets[net] += made[number]
            elif part.is_open(name, role):
                made[number] += open_end
    for net in (*board.driven, *board.fed):
        if net in nets:
            nets[net].drive = skidl.POWER
    found: list[str] = []
    log = skidl.logger.erc_logger if hasattr(skidl.logger, "erc_logger") else skidl.erc_logger
    return _run(circuit, log, found)


def _run(circuit: Any, log: Any, found: list[str]) -> list[str]:
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
