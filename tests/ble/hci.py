"""A host in another process or machine, on a virtual controller in this one."""

import asyncio
import contextlib
import socket

from bumble.transport.common import StreamPacketSource


class Hci(asyncio.Protocol):
    """The H4 stream of one host; bumble's own servers leave their sockets open at the end."""

    def __init__(self):
        self.source = StreamPacketSource()
        self._transport = None

    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self.source.data_received(data)

    def on_packet(self, packet):
        if self._transport is not None:
            self._transport.write(packet)

    def close(self):
        if self._transport is not None:
            self._transport.close()


@contextlib.asynccontextmanager
async def listening(controller, *, path=None, port=None):
    """Wait for a host at a path or port; ``controller(source, sink)`` is what it finds."""
    hci = Hci()
    controller(hci.source, hci)
    loop = asyncio.get_running_loop()
    server = await (
        loop.create_unix_server(lambda: hci, path)
        if path is not None
        else loop.create_server(lambda: hci, "127.0.0.1", port)
    )
    async with server:
        try:
            yield
        finally:
            hci.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
