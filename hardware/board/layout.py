"""Place, route, pour and check the board with KiCad's Python: ``make -C hardware board``.

It runs in Debian's Python, where KiCad 6 is; the rest of the project does not.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TypeAlias

import pcbnew

from hardware.board import router
from hardware.board.circuit import HOLES_MM, SIZE_MM, Component, components

FOOTPRINTS = Path("/usr/share/kicad/footprints")
ORIGIN_MM = (50.0, 50.0)
HOLE_MM = 2.7
PLANE = "GND"
WIDE_MM = {"3V3": 0.4, "BAT": 0.6, "BAT_ON": 0.6, "EXC": 0.4, "AVDD": 0.3}
STITCH_MM = 4.0
Net: TypeAlias = pcbnew.NETINFO_ITEM
Nets: TypeAlias = dict[str, pcbnew.NETINFO_ITEM]


def mm(x: float, y: float) -> pcbnew.wxPoint:
    """Return a point of the board in KiCad's units."""
    return pcbnew.wxPointMM(ORIGIN_MM[0] + x, ORIGIN_MM[1] + y)


def build(target: Path) -> list[str]:
    """Write the board; return the nets that found no way."""
    board = pcbnew.NewBoard(str(target))
    settings = board.GetDesignSettings()
    settings.m_TrackMinWidth = pcbnew.FromMM(router.TRACK_MM)
    settings.m_CopperEdgeClearance = pcbnew.FromMM(0.3)
    nets = _nets(board)
    for part in components():
        _place(board, part, nets)
    _outline(board)
    pads = _pads(board)
    holes = [(x, y, HOLE_MM / 2) for x, y in HOLES_MM]
    made = router.route(SIZE_MM, pads, holes, PLANE, WIDE_MM)
    for net, layer, x0, y0, x1, y1 in made.tracks:
        _track(
            board,
            nets[net],
            layer,
            mm(x0, y0),
            mm(x1, y1),
            WIDE_MM.get(net, 0.4 if net == PLANE else router.TRACK_MM),
        )
    for net, x, y in made.vias:
        _via(board, nets[net], mm(x, y))
    _stitch(board, nets[PLANE], pads, made)
    _pour(board, nets[PLANE])
    pcbnew.SaveBoard(str(target), board)
    return made.lost


def _nets(board: pcbnew.BOARD) -> Nets:
    found = {}
    for name in sorted({net for part in components() for net in part.nets.values()}):
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


def _stitch(board: pcbnew.BOARD, net: Net, pads: list[router.Pad], made: router.Routes) -> None:
    """Join both layers' ground wherever there is room."""
    again = router.Board(SIZE_MM, pads, [(x, y, HOLE_MM / 2 + 0.3) for x, y in HOLES_MM])
    for name, layer, *line in made.tracks:
        again.take(
            name,
            layer,
            tuple(line),
            WIDE_MM.get(name, 0.4 if name == PLANE else router.TRACK_MM) / 2,
        )
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
    pcbnew.ZONE_FILLER(board).Fill(board.Zones())


def check(path: Path, report: Path) -> str:
    """Run KiCad's design rules on a board and return the report."""
    board = pcbnew.LoadBoard(str(path))
    pcbnew.WriteDRCReport(board, str(report), pcbnew.EDA_UNITS_MILLIMETRES, True)
    return report.read_text()


PLOTTED = ("F.Cu", "B.Cu", "F.Mask", "B.Mask", "F.Paste", "F.SilkS", "B.SilkS", "Edge.Cuts")


def fabricate(path: Path, folder: Path) -> None:
    """Write gerbers, drill file, and where each part is placed."""
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
    rows = ["ref,part,maker,number,alternative,x_mm,y_mm,turn_deg"]
    for part in components():
        kind = part.kind
        words = (part.ref, part.kind_name, kind.maker, kind.number, kind.alternative)
        place = f"{part.at[0]:g},{-part.at[1]:g},{part.turn:g}"
        rows.append(",".join(f'"{word}"' for word in words) + "," + place)
    (folder / "parts.csv").write_text("\n".join([*rows, ""]))


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "carrier.kicad_pcb"
    lost = build(file)
    report = check(file, folder / "rules.txt")
    fabricate(file, folder)
    kinds = sorted(set(re.findall(r"^\[(\w+)\]", report, re.MULTILINE)))
    unjoined = re.search(r"Found (\d+) unconnected pads", report)
    sys.stdout.write(
        f"nets without a way: {lost}; KiCad names: {kinds}; {unjoined and unjoined[0]}\n"
    )
    sys.exit(bool(lost) or any(not kind.startswith("silk") for kind in kinds))
