"""``python -m gripforce.recorder FOLDER``: started by a session, not by a user."""

import sys

from gripforce.recorder.server import main

main(sys.argv[1])
