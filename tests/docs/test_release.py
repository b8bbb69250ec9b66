"""What the release script makes of changelog and files; the whole of it is `make release`."""

import importlib.util
import re
import subprocess

import pytest

from gripforce.cli.develop.firmware_images import FRONTENDS
from gripforce.cli.develop.flash import TARGETS
from tests.docs.bibliography import ROOT


@pytest.fixture(scope="module")
def release():
    spec = importlib.util.spec_from_file_location("release", ROOT / "tools/release/__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_notes_are_the_section_of_the_version(release):
    sections = (
        "## Unreleased\nnew",
        "## 1.2.0 (2027-01-02)\nolder\n\n### Fixed\n- this",
        "## 1.1.0\nold",
    )
    text = "\n\n".join(("# Changelog", *sections)) + "\n"
    assert release.notes(text, "1.2.0") == "# gripforce 1.2.0\n\nolder\n\n### Fixed\n- this\n"
    assert "new" in release.notes(text, "1.3.0")
    assert "old" not in release.notes(text, "1.3.0")


def test_notes_of_this_changelog(release):
    assert len(release.notes(release.changelog(), release.project_version())) > 1000


def test_sha256sum_accepts_the_checksums(release, tmp_path):
    (tmp_path / "firmware").mkdir()
    (tmp_path / "firmware" / "a.hex").write_bytes(b":00000001FF\n")
    (tmp_path / "b.whl").write_bytes(bytes(range(256)))
    (tmp_path / "SHA256SUMS").write_text(release.checksums(tmp_path), encoding="utf-8")
    command = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "b.whl").write_bytes(b"other")
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 1


def test_the_release_has_every_image_that_make_can_link(release):
    made = {name for name, target in TARGETS.items() if target.tool == "avrdude"}
    assert set(release.BOARDS) == made
    assert set(release.FRONTENDS) == set(FRONTENDS)


def test_a_builder_downloads_everything_that_the_manifest_names(release, tmp_path):
    made = tmp_path / "made"
    for name in ("stl/body.stl", "3mf/body.3mf", "board/entry/entry-gerbers.zip", "png/body.png"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(name, encoding="utf-8")
    release.gather_object(made, tmp_path / "object")
    assert (tmp_path / "object/stl/body.stl").read_text(encoding="utf-8") == "stl/body.stl"
    assert (tmp_path / "object/board/entry/entry-gerbers.zip").exists()
    assert not (tmp_path / "object/png").exists()
    manifest = (tmp_path / "object/okh.yml").read_text(encoding="utf-8")
    keys = "path|bom|image|documentation-home|health-safety-notice"
    named = re.findall(rf"(?:{keys}): (\S+)", manifest)
    assert len(named) > 15
    assert [path for path in named if not (tmp_path / "object" / path).exists()] == []
