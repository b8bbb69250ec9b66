"""The errors that gripforce raises on purpose.

::

    GripforceError            one sentence for a person, and what to try              exit
    ├── UsageError            the request cannot be met: bad option, missing column, mass of -5 1
    ├── TransportError        the port or radio: missing, in use, gone                         3
    ├── DeviceError           the device answers, but not as it must: protocol, nak, no answer 3
    ├── CalibrationError      loads that cannot make a calibration                             1
    └── RecordingError        a file that cannot be written, or that is no recording           1
        └── DamagedError      data damaged or lost beyond the limit that was asked for         4

Loss, corruption and saturation are not errors: they are counted, located and stored.
"""


class GripforceError(Exception):
    """Whatever gripforce refuses; ``hint`` says what to try next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.args[0]} {self.hint}".strip()


class UsageError(GripforceError):
    """The request cannot be met as it stands."""


class TransportError(GripforceError):
    """The way to the device is missing, in use, or gone."""

    exit_code = 3


class DeviceError(GripforceError):
    """The device answers, but not as it must."""

    exit_code = 3


class CalibrationError(GripforceError):
    """Loads that cannot make a calibration."""


class RecordingError(GripforceError):
    """A file that cannot be written, or that is no recording."""


class DamagedError(RecordingError):
    """Data damaged or lost beyond the limit that was asked for."""

    exit_code = 4
