"""A foreign client: pull all streams of a device by pylsl or mne-lsl, and save what came.

usage: python lsl_listener.py pylsl|mne_lsl OUT.npz SECONDS
"""

import sys
import time

import numpy as np


def by_pylsl(seconds):
    import pylsl  # noqa: PLC0415 - each client is a process of its own

    infos = {}
    until_s = time.monotonic() + 30
    while len(infos) < 3 and time.monotonic() < until_s:
        infos = {i.name(): i for i in pylsl.resolve_streams(1.5) if "gripforce" in i.name()}
    inlets = {name: pylsl.StreamInlet(info, max_buflen=360) for name, info in infos.items()}
    full = {name: inlet.info() for name, inlet in inlets.items()}
    for inlet in inlets.values():
        inlet.open_stream(10)
    pulled = {name: ([], []) for name in inlets}
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        for name, inlet in inlets.items():
            values, stamps = inlet.pull_chunk(0.02, 4096)
            pulled[name][0].extend(values)
            pulled[name][1].extend(stamps)
    labels = {}
    for name, info in full.items():
        channel = info.desc().child("channels").child("channel")
        labels[name] = []
        while not channel.empty():
            labels[name].append(channel.child_value("label") + "|" + channel.child_value("unit"))
            channel = channel.next_sibling()
    return (
        pulled,
        labels,
        {n: (i.source_id(), i.type(), i.nominal_srate()) for n, i in full.items()},
    )


def by_mne_lsl(seconds):
    from mne_lsl.lsl import StreamInlet, resolve_streams  # noqa: PLC0415 - as above

    infos = {}
    until_s = time.monotonic() + 30
    while len(infos) < 3 and time.monotonic() < until_s:
        infos = {i.name: i for i in resolve_streams(1.5) if "gripforce" in i.name}
    inlets = {name: StreamInlet(info) for name, info in infos.items()}
    for inlet in inlets.values():
        inlet.open_stream(10)
    full = {name: inlet.get_sinfo() for name, inlet in inlets.items()}
    pulled = {name: ([], []) for name in inlets}
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        for name, inlet in inlets.items():
            values, stamps = inlet.pull_chunk(0.02)
            pulled[name][0].extend(np.array(values).tolist())  # its buffer is used again
            pulled[name][1].extend(np.array(stamps).tolist())
    labels = {}
    for name, info in full.items():
        units = info.get_channel_units() or []
        labels[name] = [
            f"{a}|{u}" for a, u in zip(info.get_channel_names() or [], units, strict=True)
        ]
    return pulled, labels, {n: (i.source_id, i.stype, i.sfreq) for n, i in full.items()}


if __name__ == "__main__":
    client, path, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    found, labels, about = {"pylsl": by_pylsl, "mne_lsl": by_mne_lsl}[client](seconds)
    saved = {}
    for name, (values, stamps) in found.items():
        key = name.replace("gripforce ", "")
        saved[f"{key} values"] = np.array(values, dtype=str if key == "markers" else np.float64)
        saved[f"{key} stamps"] = np.array(stamps, np.float64)
        saved[f"{key} labels"] = np.array(labels[name], dtype=str)
        saved[f"{key} about"] = np.array(about[name], dtype=str)
    np.savez(path, **saved)
