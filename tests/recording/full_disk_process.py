"""A process whose files may not grow beyond so many bytes, recording until it cannot.

``python -m tests.recording.full_disk_process FILE BYTES``. Prints the counter of the samples handed
over; ends with the error's exit code and its sentence on standard error, as the command line does.
"""

import resource
import sys
import time
from pathlib import Path

from gripforce.errors import RecordingError
from gripforce.recording import Recorder
from reliability.known_samples import block, received, stream_items


def main(path, limit_bytes):
    if limit_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
    first = 0
    try:
        with Recorder(path, least_free_bytes=0) as recorder:
            for item in stream_items([])[:-1]:
                recorder.write(item)
            while first < 20_000_000:
                recorder.write(received([block(first)], begin_s=1000.0 + first / 1000)[0])
                first += 16
                if first % 1600 == 0:
                    time.sleep(0.001)  # the writer has a moment, as it would have
    except RecordingError as error:
        sys.stdout.write(f"{first}\n")
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
