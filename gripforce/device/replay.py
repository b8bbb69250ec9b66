"""A recording as a source: the same stream again."""

from __future__ import annotations
