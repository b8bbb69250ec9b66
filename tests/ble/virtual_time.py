"""An event loop whose time jumps to the next thing due: ten minutes of radio in seconds."""

import asyncio
import selectors


class _Jumping(selectors.DefaultSelector):
    """Never waits: what the loop would have waited for is added to its time."""

    def __init__(self):
        super().__init__()
        self.now_s = 1000.0

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("everybody waits for somebody else")
        self.now_s += max(timeout, 0.0)
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """For tasks that wait for each other and for time, never for the world outside."""

    def __init__(self):
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self):
        return self._jumping.now_s


def run_virtual(coroutine):
    """Run to the end, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(coroutine)
