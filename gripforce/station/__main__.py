"""``python -m gripforce.station FOLDER``: started by the session, never by hand."""

import sys

from gripforce.station.server import main

main(sys.argv[1])
