"""The public Python interface: recordings, analyses and devices without asyncio."""
