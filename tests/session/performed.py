"""Trials as simulated hands perform them, good ones and such as an operator must have repeated."""

from dataclasses import replace

import numpy as np

from gripforce.model import Kind
from gripforce.protocol.schema import Block, Validity
from gripforce.session import judge_trial
from gripforce.sim import make_scene
from tests.analysis.analytic_lifts import noise, recording, stream

FORCES = [Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX]
ACCELS = [Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z]
MASS_G = 250.0
RATE_HZ = 1000.0


def asked(task, trial_s, **options):
    """Return a block of one trial."""
    valid = Validity(**options.pop("valid", {}))
    return Block(task, task, "Do it.", mass_g=MASS_G, trial_s=trial_s, valid=valid, **options)


PINCH = asked("pinch", 4.0, valid={"grip_n": (0.5, 150.0)})
SLIP = asked("slip", 15.0)
P2P = asked("p2p", 25.0, beat_s=2.5, valid={"movement_n": 0.5})
CYCLIC = asked("cyclic", 30.0, beat_s=1.0, valid={"movement_n": 0.5})
DROP = asked("drop", 8.0)
STEP = asked("step", 9.0)
BLOCKS = {block.task: block for block in (PINCH, SLIP, P2P, CYCLIC, DROP, STEP)}
TRIALS = {"p2p": 12}


def scene_of(task, **options):
    """Return a scene at the device's rate."""
    given = {"profile": "healthy", "seed": 21, "trials": TRIALS.get(task, 1), "mass_g": MASS_G}
    return make_scene(task, rate_hz=RATE_HZ, **given | options)


def touch_s(scene):
    """Return when the hand comes, as the screen would see it."""
    return float(scene.t[np.argmax(scene.forces[:, 0] > 0.2)]) + 0.1


def window(scene, stop_s, hole=None):
    """Return what the device sent up to a time, except for a hole."""
    t = scene.t
    kept = t < stop_s + 0.2
    if hole is not None:
        kept &= (t < hole[0]) | (t >= hole[1])
    forces = [scene.forces[kept, k] + noise(t, k)[kept] for k in range(4)]
    accel = [scene.accel[kept, k] + noise(t, 9 + k, 0.03)[kept] for k in range(3)]
    return recording(
        stream(FORCES, t[kept], forces, rate_hz=RATE_HZ),
        stream(ACCELS, t[kept], accel, stream_id=1, rate_hz=RATE_HZ),
        task="",
        mass_g=MASS_G,
    )


def judged(scene, block, *, hole=None, earlier=()):
    """Return the verdict on the trial that begins when the hand comes."""
    start_s = touch_s(scene)
    stop_s = min(start_s + block.trial_s, float(scene.t[-1]))
    return judge_trial(window(scene, stop_s, hole), (start_s, stop_s), block, earlier)


def let_go(scene, at_s, again_s=float("inf")):
    """Return the scene with the hand off from one time to another, and the object at rest."""
    off = (scene.t >= at_s) & (scene.t < again_s)
    forces, accel = scene.forces.copy(), scene.accel.copy()
    forces[off] = 0.0
    accel[off] = (0.0, 0.0, 9.80665)
    return replace(scene, forces=forces, accel=accel)


def squeezed(scene, factor):
    """Return the scene with grip times a factor of time since the hand came."""
    forces = scene.forces.copy()
    forces[:, :2] *= factor(scene.t - touch_s(scene))[:, None]
    return replace(scene, forces=forces)


def turned(scene, numbers):
    """Return the scene with some movements the other way: what was added to the load is taken."""
    forces, accel = scene.forces.copy(), scene.accel.copy()
    for truth in scene.trials:
        if truth["trial"] in numbers:
            moving = (scene.t >= truth["t_onset_s"]) & (scene.t < truth["t_end_s"])
            held_n = truth["mass_g"] * 9.80665e-3
            forces[moving, 2:] = held_n - forces[moving, 2:]
            accel[moving, 2] = 2 * 9.80665 - accel[moving, 2]
    return replace(scene, forces=forces, accel=accel)


def fallen(scene, at_s):
    """Return the scene with the object slipping out of the fingers and falling for 0.15 s."""
    scene = let_go(scene, at_s)
    accel = scene.accel.copy()
    accel[(scene.t >= at_s) & (scene.t < at_s + 0.15), 2] = 0.0
    return replace(scene, accel=accel)


def slowed(scene, factor):
    """Return the scene at another pace, its forces as they were."""
    t = np.arange(round(float(scene.t[-1]) * factor * RATE_HZ)) / RATE_HZ
    forces = np.column_stack([np.interp(t, scene.t * factor, v) for v in scene.forces.T])
    accel = np.column_stack([np.interp(t, scene.t * factor, v) for v in scene.accel.T])
    return replace(scene, t=t, forces=forces, accel=accel)
