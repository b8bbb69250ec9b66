"""Turn the repository's pages into those of the documentation site, for MkDocs.

Pages stand where developers look for them: in ``docs/``, ``hardware/``, ``firmware/`` and at the
top. The site has all of them; links between them are rewritten, and links to other files become
plain text.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from command_line import command_line_page
from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = (
    "README.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "SECURITY.md", "firmware/README.md",
    "hardware/**/*.md",
)  # fmt: skip
PICTURES = ("*.svg", "*.png", "*.gif")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
HOME = "index.md"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages outside ``docs/``, their pictures, and those that are generated."""
    for path in _outside():
        files.append(File.generated(config, site_path(path), abs_src_path=str(ROOT / path)))
    files.append(File.generated(config, "command-line.md", content=command_line_page()))
    files.append(File.generated(config, "decisions/README.md", content=_decisions()))
    return files


def on_page_markdown(markdown: str, *, page: Page, files: Files, **_: object) -> str:
    """Rewrite the links of a page from the repository's paths to the site's."""
    source = repository_path(page.file.src_uri)
    return LINK.sub(lambda found: _link(found, source, page.file.src_uri, files), markdown)


def site_path(path: str) -> str:
    """Return the path on the site of a file of the repository."""
    if path == "README.md":
        return HOME
    return path.removeprefix("docs/")


def repository_path(path: str) -> str:
    """Return the path in the repository of a page of the site."""
    if path == HOME:
        return "README.md"
    return path if (ROOT / path).is_file() else f"docs/{path}"


def _outside() -> list[str]:
    found = [path for pattern in OUTSIDE for path in ROOT.glob(pattern)]
    found += [path for pattern in PICTURES for path in (ROOT / "hardware").rglob(pattern)]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def _link(found: re.Match[str], source: str, page: str, files: Files) -> str:
    picture, text, target, anchor = found.groups()
    if not target or ":" in target:
        return found.group()
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    for candidate in (site_path(path), site_path(f"{path}/README.md")):
        if files.get_file_from_path(candidate):
            relative = posixpath.relpath(candidate, posixpath.dirname(page))
            return f"{picture}[{text}]({relative}{anchor or ''})"
    if (ROOT / path).exists():
        return text  # a file to be read in the repository
    return found.group()  # MkDocs names it, and fails


def _decisions() -> str:
    lines = [
        "# Decisions",
        "",
        "Hard choices, half a page each: what was asked, what was chosen, and why.",
        "",
    ]
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        lines.append(f"- [{title}]({path.name})")
    return "\n".join(lines) + "\n"
