"""``gripforce session``."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli import candidates
from gripforce.cli.options import Language, one_of, print_line, say
from gripforce.constants import HANDS
from gripforce.errors import UsageError
from gripforce.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.session import SessionFolder


_Source = Annotated[
    str | None,
    typer.Argument(
        metavar="[SOURCE]",
        help="Device (default: choose it on the screen).",
        autocompletion=candidates.sources,
    ),
]
_Directory = Annotated[
    Path | None,
    typer.Option("-d", "--directory", help="Folder of all sessions (default: the last one)."),
]
_Protocol = Annotated[
    str | None,
    typer.Option(
        help="Name (`gripforce protocols list`) or .toml file (default: the last one).",
        autocompletion=candidates.protocols,
    ),
]
_Subject = Annotated[str | None, typer.Option(help="Subject code, never a name.")]
_Hand = Annotated[
    str | None,
    typer.Option(help="Hand to begin with: left or right.", autocompletion=candidates.hands),
]
_Serve = Annotated[
    int | None, typer.Option(help="Show it in a browser of this computer, on this port.")
]
_New = Annotated[bool, typer.Option("--new", help="Start a new session even if one is unfinished.")]
_Lsl = Annotated[
    bool, typer.Option("--lsl", help="Offer forces and markers to the Lab Streaming Layer.")
]


def session(
    source: _Source = None,
    directory: _Directory = None,
    protocol: _Protocol = None,
    subject: _Subject = None,
    hand: _Hand = None,
    lang: Language = None,
    *,
    serve: _Serve = None,
    new: _New = False,
    lsl: _Lsl = False,
) -> None:
    """Run a patient session from a protocol.

    An unfinished session of the same subject can be resumed where it stopped. Folder, device,
    protocol and object are remembered.
    """
    from gripforce.dashboard.session.run import SessionOptions, run_session
    from gripforce.dashboard.settings import load_settings, remembered_protocol

    one_of("hand", hand, HANDS)
    one_of("language", lang, LANGUAGES)
    if serve is not None:
        _serve(serve)
        return
    settings = load_settings()
    root, name = directory or settings.root, protocol or remembered_protocol(settings)
    options = SessionOptions(root, source, name, subject, first_hand=hand, language=lang, new=new)
    with _offered(root) if lsl else contextlib.nullcontext():
        folder = run_session(options)
    print_location(folder)


@contextlib.contextmanager
def _offered(root: Path) -> Iterator[None]:
    """Offer the session to the Lab Streaming Layer from a process that only watches its recorder.

    Raises ``UsageError`` where pylsl is missing.
    """
    import subprocess
    import sys

    from gripforce.bridge.library import lsl_library

    lsl_library()
    root.mkdir(parents=True, exist_ok=True)
    watcher = subprocess.Popen(
        [sys.executable, "-m", "gripforce", "lsl", str(root.absolute())],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        watcher.terminate()
        watcher.wait()


def print_location(folder: SessionFolder) -> None:
    """Print the paths of a session and its reports."""
    print_line(f"{folder.path}: session and recordings")
    for report in sorted(folder.path.glob("report*.html")):
        print_line(f"{report}: report")


def _serve(port: int) -> None:
    """Serve the same command to a browser on this computer."""
    import shlex
    import sys

    try:
        from gripforce.dashboard.session.browser import SessionServer
    except ImportError:
        raise UsageError(
            "A session in the browser needs textual-serve.", "Run pip install 'gripforce[serve]'."
        ) from None
    words = [word for word in sys.argv[1:] if not word.startswith("--serve")]
    typed = sys.argv[1:]
    if "--serve" in typed and f"{port}" in words:  # --serve 8000, in two words
        words.pop(words.index(f"{port}"))
    command = shlex.join([sys.executable, "-m", "gripforce", *words])
    server = SessionServer(command, port)
    say(f"gripforce: the session is at {server.address} · Ctrl-C: end it")
    server.serve()
