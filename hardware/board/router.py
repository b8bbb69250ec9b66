"""Route two layers on a grid: each net a tree of shortest paths around all that is there already.

Strategy: nets in the order of their length; a path may change the layer at a price; a net that
finds no way goes first in the next round.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np

STEP_MM = 0.1
TRACK_MM = 0.2
CLEAR_MM = 0.2
VIA_MM = 0.6
VIA_PRICE = 25
TURN_PRICE = 0.4
ROUNDS = 14
LAYERS = 2
EDGE_MM = 0.5


@dataclass(frozen=True)
class Pad:
    """A pad of a net: middle, half its size, and the layers that it is on."""

    net: str
    x: float
    y: float
    half_x: float
    half_y: float
    layers: tuple[int, ...]


@dataclass
class Routes:
    """Tracks ``(net, layer, x0, y0, x1, y1)`` and vias ``(net, x, y)``; ``lost`` found no way."""

    tracks: list[tuple[str, int, float, float, float, float]] = field(default_factory=list)
    vias: list[tuple[str, float, float]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


Cell = tuple[int, int, int]


class Board:
    """Who owns which cell; ``holes`` are round places [mm] that nothing may come near."""

    def __init__(
        self, size: tuple[float, float], pads: list[Pad], holes: list[tuple[float, ...]]
    ) -> None:
        self.shape = tuple(round(s / STEP_MM) + 1 for s in size)
        self.pads, self.holes = pads, holes
        self.taken: dict[str, list[tuple[int, float, float, float, float, float]]] = {}

    def blocked(self, net: str, reach: float) -> np.ndarray:
        """Return cells where copper of ``reach`` around its middle is too near to others'."""
        grid = np.zeros((LAYERS, *self.shape), dtype=bool)
        rim = int(np.ceil((EDGE_MM + reach) / STEP_MM))
        grid[:, :rim], grid[:, -rim:], grid[:, :, :rim], grid[:, :, -rim:] = (True,) * 4
        far = CLEAR_MM + reach - 1e-6
        for pad in self.pads:
            if pad.net != net:
                for layer in pad.layers:
                    _rectangle(grid[layer], pad.x, pad.y, pad.half_x + far, pad.half_y + far)
        for x, y, radius in self.holes:
            for layer in range(LAYERS):
                _rectangle(grid[layer], x, y, radius + far, radius + far)
        for other, shapes in self.taken.items():
            if other != net:
                for layer, x0, y0, x1, y1, half in shapes:
                    _capsule(grid[layer], x0, y0, x1, y1, half + far)
        return grid

    def take(
        self, net: str, layer: int, line: tuple[float, float, float, float], half: float
    ) -> None:
        """Remember copper of a net."""
        self.taken.setdefault(net, []).append((layer, *line, half))


def _span(middle: float, half: float, count: int) -> slice:
    low = int(np.ceil((middle - half) / STEP_MM))
    high = int(np.floor((middle + half) / STEP_MM)) + 1
    return slice(max(low, 0), max(min(high, count), 0))


def _rectangle(layer: np.ndarray, x: float, y: float, half_x: float, half_y: float) -> None:
    layer[_span(x, half_x, layer.shape[0]), _span(y, half_y, layer.shape[1])] = True


def _capsule(  # noqa: PLR0917 - two points
    layer: np.ndarray, x0: float, y0: float, x1: float, y1: float, radius: float
) -> None:
    xs = _span((x0 + x1) / 2, abs(x1 - x0) / 2 + radius, layer.shape[0])
    ys = _span((y0 + y1) / 2, abs(y1 - y0) / 2 + radius, layer.shape[1])
    x = np.arange(xs.start, xs.stop)[:, None] * STEP_MM
    y = np.arange(ys.start, ys.stop)[None, :] * STEP_MM
    along = np.array([x1 - x0, y1 - y0])
    length = float(along @ along)
    share = ((x - x0) * along[0] + (y - y0) * along[1]) / length if length else 0.0
    share = np.clip(share, 0, 1)
    near = (x - x0 - share * along[0]) ** 2 + (y - y0 - share * along[1]) ** 2 <= radius**2
    layer[xs, ys] |= near


MOVES = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]


def shortest(
    free: np.ndarray, via_ok: np.ndarray, starts: set[Cell], goal: tuple[int, int], ends: set[Cell]
) -> list[Cell] | None:
    """Find the cheapest way from any start to any end, guided to ``goal``; None if none."""
    best: dict[Cell, float] = dict.fromkeys(starts, 0.0)
    came: dict[Cell, Cell] = {}
    queue = [(_guess(s, goal), s) for s in starts]
    heapq.heapify(queue)
    done: set[Cell] = set()
    while queue:
        _, here = heapq.heappop(queue)
        if here in done:
            continue
        done.add(here)
        if here in ends:
            return _back(came, here)
        layer, x, y = here
        before = came.get(here)
        for dx, dy in MOVES:
            there = (layer, x + dx, y + dy)
            if not free[there]:
                continue
            cost = best[here] + (1.0 if dx == 0 or dy == 0 else 1.4142)
            if before and before[0] == layer and (x - before[1], y - before[2]) != (dx, dy):
                cost += TURN_PRICE
            _offer(there, here, cost, best, came, queue, goal)
        if via_ok[x, y]:
            _offer((1 - layer, x, y), here, best[here] + VIA_PRICE, best, came, queue, goal)
    return None


def _offer(  # noqa: PLR0917 - the state of one search
    there: Cell,
    here: Cell,
    cost: float,
    best: dict[Cell, float],
    came: dict[Cell, Cell],
    queue: list[tuple[float, Cell]],
    goal: tuple[int, int],
) -> None:
    if cost < best.get(there, np.inf):
        best[there] = cost
        came[there] = here
        heapq.heappush(queue, (cost + _guess(there, goal), there))


def _guess(cell: Cell, goal: tuple[int, int]) -> float:
    dx, dy = abs(cell[1] - goal[0]), abs(cell[2] - goal[1])
    return max(dx, dy) + 0.4142 * min(dx, dy)


def _back(came: dict[Cell, Cell], here: Cell) -> list[Cell]:
    way = [here]
    while here in came:
        here = came[here]
        way.append(here)
    return way[::-1]


def route(
    size: tuple[float, float],
    pads: list[Pad],
    holes: list[tuple[float, ...]],
    plane: str,
    wide: dict[str, float],
) -> Routes:
    """Route every net; the pads of ``plane`` get a via each, its copper is poured later."""
    nets: dict[str, list[Pad]] = {}
    for pad in pads:
        nets.setdefault(pad.net, []).append(pad)
    order = sorted((n for n in nets if n not in {plane, ""}), key=lambda n: _length(nets[n]))
    order = [plane, *order]
    made = Routes()
    for _ in range(ROUNDS):
        made, board = Routes(), Board(size, pads, holes)
        for net in order:
            ok = (_plane_vias if net == plane else _tree)(board, net, nets[net], made, wide)
            if not ok:
                made.lost.append(net)
        if not made.lost:
            _join_plane(board, plane, nets[plane], made, wide)
            break
        order = [*made.lost, *(n for n in order if n not in made.lost)]
    return made


def _join_plane(
    board: Board, plane: str, pads: list[Pad], made: Routes, wide: dict[str, float]
) -> None:
    """Join with tracks what the pour may leave apart; the vias of the plane lead down already."""
    stitches = [Pad(plane, x, y, 0, 0, (0, 1)) for net, x, y in made.vias if net == plane]
    _tree(board, plane, [*pads, *stitches], made, {**wide, plane: 2 * TRACK_MM})


def _length(pads: list[Pad]) -> float:
    xs, ys = [p.x for p in pads], [p.y for p in pads]
    return max(xs) - min(xs) + max(ys) - min(ys)


def _cells(pad: Pad) -> set[Cell]:
    x, y = round(pad.x / STEP_MM), round(pad.y / STEP_MM)
    return {(layer, x, y) for layer in pad.layers}


def _tree(board: Board, net: str, pads: list[Pad], made: Routes, wide: dict[str, float]) -> bool:
    half = wide.get(net, TRACK_MM) / 2
    free = ~board.blocked(net, half)
    via_ok = ~board.blocked(net, VIA_MM / 2).any(axis=0)
    for _, x, y in [via for via in made.vias if via[0] == net]:
        via_ok[_span(x, 0.9, via_ok.shape[0]), _span(y, 0.9, via_ok.shape[1])] = False
    ok = True
    reached = _cells(pads[0])
    left = list(pads[1:])
    while left:
        left.sort(
            key=lambda p: min(
                _guess(c, (round(p.x / STEP_MM), round(p.y / STEP_MM))) for c in reached
            )
        )
        pad = left.pop(0)
        for cell in _cells(pad) | reached:
            free[cell] = True
        goal = round(pad.x / STEP_MM), round(pad.y / STEP_MM)
        way = shortest(free, via_ok, set(reached), goal, _cells(pad))
        if way is None:
            ok = False
            continue
        _lay(board, net, way, made, half)
        reached |= set(way) | _cells(pad)
    return ok


def _plane_vias(
    board: Board, net: str, pads: list[Pad], made: Routes, _wide: dict[str, float]
) -> bool:
    ok, free = True, ~board.blocked(net, TRACK_MM)
    via_ok = ~board.blocked(net, VIA_MM / 2).any(axis=0)
    for pad in pads:
        if len(pad.layers) == LAYERS:
            continue
        x, y = round(pad.x / STEP_MM), round(pad.y / STEP_MM)
        apart = via_ok.copy()
        for other in pads:  # not within a pad
            apart[
                _span(other.x, other.half_x + 0.35, apart.shape[0]),
                _span(other.y, other.half_y + 0.35, apart.shape[1]),
            ] = False
        for _, vx, vy in made.vias:
            apart[_span(vx, 0.9, apart.shape[0]), _span(vy, 0.9, apart.shape[1])] = False
        corner = np.array([max(x - 40, 0), max(y - 40, 0)])
        near = corner + np.argwhere(apart[corner[0] : x + 41, corner[1] : y + 41])
        ends = {(0, int(i), int(j)) for i, j in near}
        free[0, x, y] = True
        way = shortest(free, np.zeros_like(via_ok), _cells(pad), (x, y), ends) if ends else None
        if way is None:
            ok = False
            continue
        _lay(board, net, way, made, TRACK_MM)
        _via(board, net, way[-1], made)
    return ok


def _lay(board: Board, net: str, way: list[Cell], made: Routes, half: float) -> None:
    start = way[0]
    for before, here, after in zip(way, way[1:], [*way[2:], None], strict=False):
        if here[0] != before[0]:
            _via(board, net, here, made)
            start = here
            continue
        goes_on = (
            after is not None
            and after[0] == here[0]
            and (after[1] - here[1], after[2] - here[2])
            == (here[1] - before[1], here[2] - before[2])
        )
        if not goes_on:
            line = tuple(v * STEP_MM for v in (*start[1:], *here[1:]))
            made.tracks.append((net, here[0], *line))
            board.take(net, here[0], line, half)
            start = here


def _via(board: Board, net: str, cell: Cell, made: Routes) -> None:
    x, y = cell[1] * STEP_MM, cell[2] * STEP_MM
    made.vias.append((net, x, y))
    for layer in range(LAYERS):
        board.take(net, layer, (x, y, x, y), VIA_MM / 2)
