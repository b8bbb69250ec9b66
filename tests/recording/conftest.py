"""Recordings made of items."""

import pytest

from gripforce.recording import Recorder


@pytest.fixture
def record(tmp_path):
    """Record items into a new file and return its path."""

    def make(items, name="a.grip", **metadata):
        path = tmp_path / name
        with Recorder(path, metadata, least_free_bytes=0) as recorder:
            for item in items:
                recorder.write(item)
        return path

    return make
