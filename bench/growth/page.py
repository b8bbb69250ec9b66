"""The tables of growth in ``docs/performance.md``, and their plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench import report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bench.growth.growth import Growth

PLOT: Final = report.PAGE.parent / "images" / "growth.svg"


def write_growth(found: Sequence[Growth], where: str, page: Path = report.PAGE) -> None:
    """Write tables and plot to the end of the page; the rest of it stays."""
    _draw(found)
    before = page.read_text("utf-8").partition(report.GROWTH[0])[0]
    page.write_text(before.rstrip("\n") + "\n\n" + section(found, where), encoding="utf-8")


def section(found: Iterable[Growth], where: str) -> str:
    """Return the section of the page, between its marks."""
    lines = [
        "## Growth",
        "",
        f"Written by `python -m bench growth --write` ({where}). An exponent of 1 is growth",
        "in proportion to the input; it is taken over the larger half, where fixed costs fade.",
        "",
        "![Processor time against the size of the input, both logarithmic](images/growth.svg)",
        "",
    ]
    for growth in found:
        verdict = growth.figure.verdict
        lines += [
            f"| {growth.what}: {growth.by} | {' | '.join(f'{size:g}' for size in growth.sizes)} "
            "| exponent | in proportion |",
            "|---" * (len(growth.sizes) + 3) + "|",
            f"| processor time [s] | {' | '.join(f'{cost:.3g}' for cost in growth.costs_s)} "
            f"| {growth.exponent:.2f} | {verdict if verdict != 'NO' else '**no**'} |",
            "",
        ]
    begin, end = report.GROWTH
    return begin + "\n".join(lines) + end


def _draw(found: Sequence[Growth]) -> None:
    """Draw each growth as a line over its smallest size, beside one in proportion."""
    import matplotlib as mpl  # noqa: PLC0415 - only this page draws
    from matplotlib.figure import Figure as Drawing  # noqa: PLC0415 - as above

    mpl.rcParams["svg.hashsalt"] = "gripforce"  # the same picture for the same numbers
    drawing = Drawing(figsize=(7, 5), layout="constrained")
    axes = drawing.subplots()
    widest = max(growth.sizes[-1] / growth.sizes[0] for growth in found)
    axes.loglog([1, widest], [1, widest], "k:", label="in proportion")
    for growth in found:
        sizes = [size / growth.sizes[0] for size in growth.sizes]
        costs = [cost / growth.costs_s[0] for cost in growth.costs_s]
        axes.loglog(sizes, costs, "o-", label=f"{growth.what}: {growth.by}")
    axes.set_xlabel("size of the input, over the smallest")
    axes.set_ylabel("processor time, over that of the smallest")
    axes.legend(fontsize="small")
    drawing.savefig(PLOT, format="svg", metadata={"Date": None})
