"""The commands as tests of the command line run them."""

from tests.cli.conftest import gripforce

__all__ = ["gripforce"]
