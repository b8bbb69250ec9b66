"""The errors that gripforce raises on purpose.

::

    GripforceError            one sentence for the user, and a hint what to try       exit code
    ├── UsageError            a request that cannot be met: bad option, missing column         1
    ├── TransportError        a port or radio that is missing, in use or lost                  3
    ├── DeviceError           a device that does not answer, or answers wrongly                3
    │   └── RefusedError      a command that the device refused                                3
    ├── CalibrationError      loads that do not determine a calibration                        1
    └── RecordingError        a file that cannot be written, or is not a recording             1

Loss, corruption and saturation are not errors: they are counted, located and stored.
"""


class GripforceError(Exception):
    """The base of all errors: one sentence, and a ``hint`` what to try next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.args[0]} {self.hint}".strip()


class UsageError(GripforceError):
    """A request that cannot be met: a bad option, a missing column."""


class TransportError(GripforceError):
    """A port or radio that is missing, in use or lost."""

    exit_code = 3


class DeviceError(GripforceError):
    """A device that refuses, does not answer, or answers wrongly."""

    exit_code = 3


class RefusedError(DeviceError):
    """A command that the device refused; ``reason`` is its number in the protocol."""

    def __init__(self, message: str, hint: str = "", *, reason: int) -> None:
        super().__init__(message, hint)
        self.reason = reason


class CalibrationError(GripforceError):
    """Loads that do not determine a calibration."""


class RecordingError(GripforceError):
    """A file that cannot be written, or is not a recording."""
