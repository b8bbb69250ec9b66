"""The event algorithm of WAY-EEG-GAL written anew from its description, as a yardstick.

At 500 Hz: derivatives are first differences smoothed by a Savitzky-Golay filter (order 3, 31
samples). Touch: the rate of grip exceeds its baseline's mean + 4 SD in a run that ends where
grip passes a quarter of its maximum. Start of load: backward from the peak of load to the last
value above 0.2 N, then back to the zero crossing of the second derivative. Lift-off: height
rises faster than 1 cm/s, backward from half of its way.
"""

import numpy as np
from scipy.signal import savgol_filter

RATE_HZ = 500.0


def rate(values):
    return savgol_filter(np.gradient(values) * RATE_HZ, 31, 3)


def run_start(mask, index):
    """Return the first sample of the run of true samples that ends at an index."""
    before = np.flatnonzero(~mask[: index + 1])
    return int(before[-1]) + 1 if len(before) else 0


def touch(grip, baseline):
    speed = rate(grip)
    rest = speed[slice(*baseline)]
    peak = int(np.argmax(grip))
    quarter = int(np.flatnonzero(grip[:peak] < 0.25 * grip[peak])[-1])
    return run_start(speed > rest.mean() + 4 * rest.std(), quarter)


def load_start(load, touched):
    peak = int(np.argmax(load))
    low = np.flatnonzero(load[touched:peak] <= 0.2)
    at = touched + int(low[-1]) + 1 if len(low) else touched
    bend = rate(rate(load))
    rising = np.flatnonzero(bend[:at] <= 0)
    return int(rising[-1]) + 1 if len(rising) else at


def lift_off(height_m):
    speed = rate(height_m * 100)
    top = int(np.argmax(height_m))
    half = int(np.flatnonzero(height_m[:top] < 0.5 * height_m[top])[-1])
    return run_start(speed > 1.0, half)
