"""``gripforce``, whose simulated devices live ``FASTER`` than this computer's clock. Alone.

It imports nothing else of the bench: the memory of its process is measured.
"""

import time
from types import SimpleNamespace

from gripforce.__main__ import main
from gripforce.transport import serve

FASTER = 40

if __name__ == "__main__":
    begin_s = time.monotonic()
    clock = SimpleNamespace(monotonic=lambda: begin_s + FASTER * (time.monotonic() - begin_s))
    serve.time = clock  # type: ignore[assignment]
    main()
