"""The recorder in a process of its own: it owns the device and the file, and serves the stream.

::

    Device ─> Recorder (.grip)            the station's process: goes on when the dashboard dies
        └──> Server ──TCP, loopback, token──> StationClient ─> dashboard

See ``docs/session.md``.
"""

from gripforce.station.client import StationClient
from gripforce.station.order import Desk, Order
from gripforce.station.station import Station

__all__ = ["Desk", "Order", "Station", "StationClient"]
