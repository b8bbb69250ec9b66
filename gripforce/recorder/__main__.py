"""``python -m gripforce.recorder FOLDER``: started by the session, never by hand."""

import sys

from gripforce.recorder.server import main

main(sys.argv[1])
