"""The progress of work in steps: a bar with the time left on a terminal, nothing in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from gripforce.cli.output import OUTPUT

if TYPE_CHECKING:
    import rich.progress


class Work:
    """Shows how far work is: ``with Work("analyzing") as work: work(done, total)``."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` steps are done."""
        if not OUTPUT.shows_progress:
            return
        if self._bar is None or self._task is None:
            self._bar = _bar()
            self._task = self._bar.add_task(self._what, total=total)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total, refresh=True)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def _bar() -> rich.progress.Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("left:"),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        auto_refresh=False,  # that is a thread, beside which a process cannot be forked
    )  # fmt: skip
