"""The command as tests of the command line run it."""

from tests.cli.conftest import gripforce

__all__ = ["gripforce"]
