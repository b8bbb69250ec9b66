"""Series of weights and surfaces by formulas that use nothing of the simulator."""

from dataclasses import replace

import numpy as np

from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording

WEIGHTS_G = (330, 330, 660, 165, 165, 330, 660, 165, 330, 165,
             165, 660, 660, 660, 330, 165, 660, 330, 330)  # fmt: skip
"""Each of three weights twice after each."""
RATE_N_PER_S_PER_KG = 30.0


def planted_weights(
    memory, seed, *, scaling=RATE_N_PER_S_PER_KG, spread=0.1, masses=WEIGHTS_G, prepared=None
):
    """Return a recording whose load and grip rates follow the previous mass to a share ``memory``.

    The rate of loading is ``5 N/s + scaling · (memory · previous + (1 - memory) · present)`` times
    a factor of SD ``spread``; grip is a multiple of load, so that its rate follows as well.
    ``memory`` may be a share for each word of ``prepared``.
    """
    rng = np.random.default_rng([seed, 77])
    lifts, at, previous = [], 1.0, masses[0]
    for k, mass in enumerate(masses):
        share = memory[prepared[k]] if prepared else memory
        expected_kg = 1e-3 * (share * previous + (1 - share) * mass)
        rate = (5.0 + scaling * expected_kg) * np.exp(rng.normal(0.0, spread))
        one = AnalyticLift(contact_s=at, mass_g=mass, hold_s=1.5, rise_s=0.8, rise_m=0.02)
        lifts.append(replace(one, loading_s=2 * one.weight_n / rate))  # the rise is a square
        at = lifts[-1].release_s + 1.0
        previous = mass
    labels = {} if prepared is None else {"prepared": list(prepared)}
    return lifts_recording(lifts, task="weights", **labels)
