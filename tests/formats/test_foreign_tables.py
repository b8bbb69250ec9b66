"""Files that other people's libraries wrote: MATLAB 5 and 7.3, C3D, TDMS, Parquet, XDF."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from gripforce.errors import UsageError
from gripforce.formats.tables.table import open_table, read_table
from gripforce.formats.tables.table_map import parse_table_map
from reliability.lsl_alone import lab_recorder, lsl_environment

RATE_HZ = 250.0
COUNT = 400


@pytest.fixture
def forces():
    return np.random.default_rng(5).uniform(0, 9, (COUNT, 2))


def check(path, forces, *, time, grip, load, extra=""):
    wanted = parse_table_map(
        f'[table]\ntime_column = "{time}"\n{extra}\n[channels]\n'
        f'grip_n = {{ mean = ["{grip}"] }}\nload_n = {{ sum = ["{load}"] }}\n'
    )
    found = read_table(path, wanted)
    assert found.rate_hz == pytest.approx(RATE_HZ)
    assert np.allclose(found.columns["grip_n"], forces[:, 0], atol=1e-5)
    assert np.allclose(found.columns["load_n"], forces[:, 1], atol=1e-5)


def test_matlab_5_with_nested_structures_and_names(tmp_path, forces):
    path = tmp_path / "a.mat"
    t = np.arange(COUNT) / RATE_HZ
    kin = {"t": t, "sig": forces, "names": np.array(["Grip", "Load"], dtype=object)}
    savemat(path, {"hs": {"kin": kin, "subject": "p01"}})
    check(path, forces, time="hs.kin.t", grip="Grip", load="Load")


def test_the_documented_map_reads_the_structure_of_way_eeg_gal(tmp_path, forces):
    """Field and channel names as in the data set's description and its authors' scripts."""
    text = Path("docs/import.md").read_text(encoding="utf-8")
    (block,) = [part for part in text.split("```toml")[1:] if "FZ1 - force z plate 1" in part]
    path = tmp_path / "HS_P1_S1.mat"
    plates = [f"F{axis}{k} - force {axis.lower()} plate {k}" for axis in "XYZ" for k in (1, 2)]
    x, z = forces[:, 1], forces[:, 0]
    kin = np.column_stack([x / 2, x / 2, 0 * x, 0 * x, -z, -z])
    emg = np.zeros((8 * COUNT, 5))
    parts = {
        "emg": {"names": objects([f"EMG{k}" for k in range(5)]), "sig": emg, "samplingrate": 4e3},
        "eeg": {"names": objects(["Fp1", "Fp2"]), "sig": np.zeros((COUNT, 2))},
        "kin": {"names": objects(plates), "sig": kin, "samplingrate": 500.0},
    }
    savemat(path, {"hs": {"name": "AB", "participant": 1, **parts}})
    found = read_table(path, parse_table_map(block.split("```")[0]))
    assert found.rate_hz == pytest.approx(500)
    assert np.allclose(found.columns["grip_n"], z)
    assert np.allclose(found.columns["load_n"], x)


def objects(names):
    return np.array(names, dtype=object)


def test_matlab_73(tmp_path, forces):
    path = tmp_path / "a.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in (("t", np.arange(COUNT) / RATE_HZ), ("F", forces)):
            data = file.create_dataset(name, data=np.atleast_2d(values.T))
            data.attrs["MATLAB_class"] = np.bytes_("double")
    header = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124, b" ") + b"\x00\x02IM"
    with path.open("r+b") as file:
        file.write(header)
    check(path, forces, time="t", grip="F[1]", load="F[2]")


def test_c3d_analogue_channels(tmp_path, forces):
    import ezc3d  # noqa: PLC0415 - an extra

    made = ezc3d.c3d()
    made["parameters"]["POINT"]["RATE"]["value"] = [50.0]
    made["parameters"]["ANALOG"]["RATE"]["value"] = [RATE_HZ]
    made["parameters"]["ANALOG"]["LABELS"]["value"] = ["Grip", "Load"]
    made["parameters"]["ANALOG"]["UNITS"]["value"] = ["N", "N"]
    made["data"]["points"] = np.zeros((4, 0, COUNT // 5))
    made["data"]["analogs"] = forces.T[np.newaxis]
    made.write(str(tmp_path / "a.c3d"))
    check(tmp_path / "a.c3d", forces, time="Time (s)", grip="Grip (N)", load="Load (N)")


def test_tdms(tmp_path, forces):
    from nptdms import ChannelObject, TdmsWriter  # noqa: PLC0415 - an extra

    properties = {"wf_increment": 1 / RATE_HZ, "unit_string": "N"}
    channels = [
        ChannelObject("Forces", name, forces[:, k].copy(), properties)
        for k, name in enumerate(("Grip", "Load"))
    ]
    with TdmsWriter(str(tmp_path / "a.tdms")) as writer:
        writer.write_segment(channels)
    check(tmp_path / "a.tdms", forces, time="Time (s)", grip="Grip (N)", load="Load (N)")


def test_parquet_with_dates(tmp_path, forces):
    t = pd.Timestamp("2024-03-01 10:00") + pd.to_timedelta(np.arange(COUNT) / RATE_HZ, unit="s")
    frame = pd.DataFrame({"when": t, "Grip": forces[:, 0], "Load": forces[:, 1], "who": "p01"})
    frame.to_parquet(tmp_path / "a.parquet")
    check(tmp_path / "a.parquet", forces, time="when", grip="Grip", load="Load")


OUTLET = """
import sys, time, numpy, pylsl
info = pylsl.StreamInfo("Forces", "Force", 2, 250, "double64", "made")
channels = info.desc().append_child("channels")
for name in ("Grip", "Load"):
    channel = channels.append_child("channel")
    channel.append_child_value("label", name)
    channel.append_child_value("unit", "N")
outlet = pylsl.StreamOutlet(info)
assert outlet.wait_for_consumers(30)
begin = pylsl.local_clock()
for k, row in enumerate(numpy.load(sys.argv[1])):
    outlet.push_sample(list(row), begin + k / 250)
time.sleep(0.5)  # a recorder has no word for having all
"""


def test_xdf_of_the_lab_recorder(tmp_path, forces):
    """The stream is pylsl's, and the file LabRecorder's own."""
    pytest.importorskip("labrecorder")
    np.save(tmp_path / "forces.npy", forces)
    started = {"env": lsl_environment(tmp_path)}
    sends = [sys.executable, "-c", OUTLET, tmp_path / "forces.npy"]
    records = lab_recorder(tmp_path / "a.xdf", "name='Forces'")
    with (
        subprocess.Popen(sends, **started) as outlet,
        subprocess.Popen(records, stdin=subprocess.PIPE, **started) as recorder,
    ):
        assert outlet.wait(60) == 0
        recorder.communicate(b"", timeout=60)
    check(tmp_path / "a.xdf", forces, time="Time (s)", grip="Grip (N)", load="Load (N)")


def test_several_lengths_are_several_tables(tmp_path, forces):
    savemat(tmp_path / "a.mat", {"emg": np.zeros((900, 3)), "f": forces})
    with pytest.raises(UsageError, match=r"holds 2 tables \(1: 900 rows of emg"):
        open_table(tmp_path / "a.mat")


@pytest.mark.parametrize("ending", ["mat", "c3d", "tdms", "xdf", "parquet"])
def test_a_damaged_file_is_one_sentence(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_bytes(np.random.default_rng(0).bytes(3000))
    with pytest.raises(UsageError, match=r"is damaged, or is no|holds no table"):
        open_table(path)
    with pytest.raises(UsageError, match="no such file"):
        open_table(tmp_path / f"none.{ending}")
