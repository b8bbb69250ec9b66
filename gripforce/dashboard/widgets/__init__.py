"""The widgets of the screens; each is drawn from a ``Snapshot``."""
