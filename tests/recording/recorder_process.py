"""A process that records at 1 kHz × 4 in real time and says what it has handed over, until killed.

``python -m tests.recording.recorder_process FILE``: for each block a line ``counter seconds`` goes
to standard output right after the recorder has it, the seconds on this machine's monotonic clock.
"""

import os
import sys
import time

from gripforce.recording import Recorder
from tests.recording.recorded import block, received, status, stream_items


def main(path):
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in stream_items([])[:-1]:
            recorder.write(item)
        begin, first = time.monotonic(), 0
        while True:
            message = block(first)
            first += message.n
            time.sleep(max(0.0, begin + first / 1000 - time.monotonic()))
            recorder.write(received([message], begin_s=time.monotonic())[0])
            os.write(1, f"{first} {time.monotonic():.6f}\n".encode())
            if first % 1008 == 0:
                recorder.write(received([status({0: first})], begin_s=time.monotonic())[0])


if __name__ == "__main__":
    main(sys.argv[1])
