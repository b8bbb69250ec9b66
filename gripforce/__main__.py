"""``python -m gripforce``."""

from gripforce.cli.main import main

main()
