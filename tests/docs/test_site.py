"""The documentation site builds strictly, loads nothing from elsewhere, and has every command."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
import typer.main

import gripforce
from gripforce.cli.main import app
from tests.docs.bibliography import ROOT

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
"""What a browser fetches by itself, as against a link that a reader follows."""
HARMLESS = {"canonical", "next", "prev"}


class Page(HTMLParser):
    """What a page loads, and where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.anchors = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.anchors.add(given.get("id"))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        wanted = LOADED.get(tag)
        if wanted and given.get(wanted) and given.get("rel") not in HARMLESS:
            self.loads.append(given[wanted])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    found = sorted(set(site.rglob("*.html")) - {site / "404.html"})  # its links are absolute
    return {path.relative_to(site).as_posix(): Page(path.read_text("utf-8")) for path in found}


def test_no_page_loads_anything_from_elsewhere(pages):
    assert len(pages) > 40
    foreign = {(name, url) for name, page in pages.items() for url in page.loads if "//" in url}
    assert not foreign


def test_no_style_sheet_loads_anything_from_elsewhere(site):
    sheets = list(site.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        assert not re.search(r"(@import|url\()\s*[\"']?https?:", sheet.read_text("utf-8")), sheet


def test_links_lead_somewhere(site, pages):
    for name, page in pages.items():
        for link in page.links:
            url = urlsplit(link)
            if url.scheme or not url.path:
                continue
            target = (site / name).parent / unquote(url.path)
            assert target.exists(), f"{name} links to {link}"


def test_every_command_has_its_section_and_every_option_its_line(site):
    text = (site / "command-line.html").read_text("utf-8")
    commands = typer.main.get_command(app).commands
    for name, command in commands.items():
        assert f'id="gripforce-{name}"' in text, name
        for parameter in command.params:
            longest = max(parameter.opts, key=len)
            assert longest in text or parameter.name.upper() in text, f"{name} {longest}"


def test_the_public_names_are_documented(site):
    text = (site / "api.html").read_text("utf-8")
    for name in gripforce.__all__:
        names = [f"plot.{one}" for one in gripforce.plot.__all__] if name == "plot" else [name]
        assert all(f'id="gripforce.{one}"' in text for one in names), names
