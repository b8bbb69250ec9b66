"""Place, route, pour and check both boards with KiCad's Python: ``make -C hardware board``.

It runs in Debian's Python, where KiCad 6 is; the rest of the project does not.
"""

from __future__ import annotations

import csv
import re
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import TypeAlias

import pcbnew

from hardware.board import findings, orders, router
from hardware.board.circuit import HOLES_MM, SIZE_MM, Circuit, Component
from hardware.board.entry import ENTRY
from hardware.board.findings import Found
from hardware.board.research import RESEARCH

FOOTPRINTS = Path("/usr/share/kicad/footprints")
ORIGIN_MM = (50.0, 50.0)
HOLE_MM = 2.7
PLANE = "GND"
STITCH_MM = 3.0
Net: TypeAlias = pcbnew.NETINFO_ITEM
Nets: TypeAlias = dict[str, pcbnew.NETINFO_ITEM]


def mm(x: float, y: float) -> pcbnew.wxPoint:
    """Return a point of the board in KiCad's units."""
    return pcbnew.wxPointMM(ORIGIN_MM[0] + x, ORIGIN_MM[1] + y)


def build(circuit: Circuit, target: Path) -> list[str]:
    """Write a board; return the nets that found no way."""
    board = pcbnew.NewBoard(str(target))
    settings = board.GetDesignSettings()
    settings.m_TrackMinWidth = pcbnew.FromMM(router.TRACK_MM)
    settings.m_CopperEdgeClearance = pcbnew.FromMM(0.3)
    nets = _nets(board, circuit)
    for part in circuit.components:
        _place(board, part, nets)
    _outline(board)
    pads = _pads(board)
    holes = [(x, y, HOLE_MM / 2) for x, y in HOLES_MM]
    made = router.route(SIZE_MM, pads, holes, PLANE, circuit.wide_mm)
    for net, layer, x0, y0, x1, y1 in made.tracks:
        _track(
            board,
            nets[net],
            layer,
            mm(x0, y0),
            mm(x1, y1),
            _width_mm(circuit, net),
        )
    for net, x, y in made.vias:
        _via(board, nets[net], mm(x, y))
    _stitch(board, circuit, nets[PLANE], pads, made)
    _pour(board, nets[PLANE])
    pcbnew.SaveBoard(str(target), board)
    return made.lost


def _width_mm(circuit: Circuit, net: str) -> float:
    return circuit.wide_mm.get(net, 0.4 if net == PLANE else router.TRACK_MM)


def _nets(board: pcbnew.BOARD, circuit: Circuit) -> Nets:
    found = {}
    for name in sorted(circuit.netlist()):
        found[name] = pcbnew.NETINFO_ITEM(board, name)
        board.Add(found[name])
    return found


def _place(board: pcbnew.BOARD, part: Component, nets: Nets) -> None:
    library, name = part.kind.footprint.split(":")
    footprint = pcbnew.FootprintLoad(str(FOOTPRINTS / f"{library}.pretty"), name)
    footprint.SetReference(part.ref)
    footprint.SetValue(part.kind_name)
    footprint.SetPosition(mm(*part.at))
    footprint.SetOrientationDegrees(part.turn)
    footprint.Value().SetVisible(False)
    text = footprint.Reference()
    text.SetTextSize(pcbnew.wxSizeMM(0.8, 0.8))
    text.SetTextThickness(pcbnew.FromMM(0.12))
    if not part.ref.startswith("J"):
        text.SetLayer(pcbnew.F_Fab)
    for pad in footprint.Pads():
        net = part.net_of(pad.GetNumber()) if pad.GetNumber() else None
        if net is not None:
            pad.SetNet(nets[net])
    board.Add(footprint)


def _outline(board: pcbnew.BOARD) -> None:
    width, height = SIZE_MM
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
        line = pcbnew.PCB_SHAPE(board)
        line.SetShape(pcbnew.SHAPE_T_SEGMENT)
        line.SetLayer(pcbnew.Edge_Cuts)
        line.SetStart(mm(*a))
        line.SetEnd(mm(*b))
        line.SetWidth(pcbnew.FromMM(0.1))
        board.Add(line)
    for x, y in HOLES_MM:
        hole = pcbnew.FootprintLoad(
            str(FOOTPRINTS / "MountingHole.pretty"), "MountingHole_2.7mm_M2.5"
        )
        hole.SetPosition(mm(x, y))
        hole.Reference().SetVisible(False)
        hole.Value().SetVisible(False)
        hole.SetReference(f"H{x:g}{y:g}")
        board.Add(hole)


def _pads(board: pcbnew.BOARD) -> list[router.Pad]:
    found = []
    for footprint in board.GetFootprints():
        for pad in footprint.Pads():
            box = pad.GetBoundingBox()
            x, y = (pcbnew.ToMM(v) for v in (pad.GetPosition().x, pad.GetPosition().y))
            through = pad.GetAttribute() in (pcbnew.PAD_ATTRIB_PTH, pcbnew.PAD_ATTRIB_NPTH)
            found.append(
                router.Pad(
                    pad.GetNetname() or f"open {footprint.GetReference()}{pad.GetNumber()}",
                    x - ORIGIN_MM[0],
                    y - ORIGIN_MM[1],
                    pcbnew.ToMM(box.GetWidth()) / 2,
                    pcbnew.ToMM(box.GetHeight()) / 2,
                    (0, 1) if through else (0,),
                )
            )
    return found


def _track(  # noqa: PLR0917 - as KiCad sets a track
    board: pcbnew.BOARD,
    net: Net,
    layer: int,
    start: pcbnew.wxPoint,
    end: pcbnew.wxPoint,
    width_mm: float,
) -> None:
    track = pcbnew.PCB_TRACK(board)
    track.SetNet(net)
    track.SetLayer(pcbnew.F_Cu if layer == 0 else pcbnew.B_Cu)
    track.SetStart(start)
    track.SetEnd(end)
    track.SetWidth(pcbnew.FromMM(width_mm))
    board.Add(track)


def _via(board: pcbnew.BOARD, net: Net, at: pcbnew.wxPoint) -> None:
    via = pcbnew.PCB_VIA(board)
    via.SetNet(net)
    via.SetPosition(at)
    via.SetDrill(pcbnew.FromMM(0.3))
    via.SetWidth(pcbnew.FromMM(router.VIA_MM))
    board.Add(via)


def _stitch(
    board: pcbnew.BOARD,
    circuit: Circuit,
    net: Net,
    pads: list[router.Pad],
    made: router.Routes,
) -> None:
    """Join both layers' ground wherever there is room."""
    again = router.Board(SIZE_MM, pads, [(x, y, HOLE_MM / 2 + 0.3) for x, y in HOLES_MM])
    for name, layer, *line in made.tracks:
        again.take(name, layer, tuple(line), _width_mm(circuit, name) / 2)
    for name, x, y in made.vias:
        for layer in (0, 1):
            again.take(name, layer, (x, y, x, y), router.VIA_MM / 2)
    room = ~again.blocked("nobody", router.VIA_MM / 2).any(axis=0)
    step = int(STITCH_MM / router.STEP_MM)
    for x in range(step // 2, room.shape[0], step):
        for y in range(step // 2, room.shape[1], step):
            if room[x, y]:
                _via(board, net, mm(x * router.STEP_MM, y * router.STEP_MM))


def _pour(board: pcbnew.BOARD, net: Net) -> None:
    width, height = SIZE_MM
    for layer in (pcbnew.F_Cu, pcbnew.B_Cu):
        zone = pcbnew.ZONE(board)
        zone.SetLayer(layer)
        zone.SetNet(net)
        outline = zone.Outline()
        outline.NewOutline()
        for x, y in (
            (0.5, 0.5),
            (width - 0.5, 0.5),
            (width - 0.5, height - 0.5),
            (0.5, height - 0.5),
        ):
            point = mm(x, y)
            outline.Append(point.x, point.y)
        zone.SetLocalClearance(pcbnew.FromMM(0.25))
        zone.SetMinThickness(pcbnew.FromMM(0.25))
        zone.SetThermalReliefGap(pcbnew.FromMM(0.25))
        zone.SetThermalReliefSpokeWidth(pcbnew.FromMM(0.4))
        zone.SetIslandRemovalMode(pcbnew.ISLAND_REMOVAL_MODE_ALWAYS)
        board.Add(zone)
    filler = pcbnew.ZONE_FILLER(board)
    filler.Fill(board.Zones())
    for via in [t for t in board.GetTracks() if t.Type() == pcbnew.PCB_VIA_T]:
        met = [z.HitTestFilledArea(z.GetLayer(), via.GetPosition()) for z in board.Zones()]
        if via.GetNetname() == PLANE and not all(met) and _is_stitch(board, via):
            board.Remove(via)
    filler.Fill(board.Zones())


def _is_stitch(board: pcbnew.BOARD, via: pcbnew.PCB_VIA) -> bool:
    """Whether no track ends at a via."""
    at = via.GetPosition()
    tracks = [t for t in board.GetTracks() if t.Type() == pcbnew.PCB_TRACE_T]
    return all(at not in (t.GetStart(), t.GetEnd()) for t in tracks)


def check(path: Path, report: Path) -> str:
    """Run KiCad's design rules on a board and return the report."""
    board = pcbnew.LoadBoard(str(path))
    pcbnew.WriteDRCReport(board, str(report), pcbnew.EDA_UNITS_MILLIMETRES, True)
    return report.read_text()


PLOTTED = ("F.Cu", "B.Cu", "F.Mask", "B.Mask", "F.Paste", "F.SilkS", "B.SilkS", "Edge.Cuts")


def fabricate(circuit: Circuit, path: Path, folder: Path) -> None:
    """Write gerbers and drill files as one archive, parts to order, and where each is placed."""
    board = pcbnew.LoadBoard(str(path))
    plotter = pcbnew.PLOT_CONTROLLER(board)
    options = plotter.GetPlotOptions()
    options.SetOutputDirectory(str(folder))
    options.SetUseGerberProtelExtensions(True)
    options.SetSubtractMaskFromSilk(True)
    for name in PLOTTED:
        plotter.SetLayer(board.GetLayerID(name))
        plotter.OpenPlotfile(name.replace(".", "_"), pcbnew.PLOT_FORMAT_GERBER, name)
        plotter.PlotLayer()
    plotter.ClosePlot()
    drill = pcbnew.EXCELLON_WRITER(board)
    drill.SetOptions(False, False, pcbnew.wxPoint(0, 0), False)
    drill.SetFormat(True)
    drill.CreateDrillandMapFilesSet(str(folder), True, False)
    with zipfile.ZipFile(folder / f"{circuit.name}-gerbers.zip", "w") as archive:
        for file in sorted(folder.glob("*.g??")) + sorted(folder.glob("*.drl")):
            archive.write(file, file.name)
    write_table(folder / f"{circuit.name}-parts.csv", *orders.parts_table(circuit))
    write_table(folder / f"{circuit.name}-places.csv", *orders.places_table(circuit))


def write_table(path: Path, head: list[str], rows: list[list[str]]) -> None:
    """Write a table as CSV."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def make(circuit: Circuit, folder: Path) -> Found:
    """Make the files of one board; return what KiCad finds."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{circuit.name}.kicad_pcb"
    lost = build(circuit, file)
    report = check(file, folder / "rules.txt")
    fabricate(circuit, file, folder)
    kinds = Counter(re.findall(r"^\[(\w+)\]", report, re.MULTILINE))
    board = pcbnew.LoadBoard(str(file))
    tracks = Counter(type(track).__name__ for track in board.GetTracks())
    return Found(circuit, lost, dict(kinds), tracks["PCB_TRACK"], tracks["PCB_VIA"])


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    results = [make(circuit, target / circuit.name) for circuit in (RESEARCH, ENTRY)]
    findings.write(results, pcbnew.GetBuildVersion())
    sys.exit(not all(found.is_clean for found in results))
