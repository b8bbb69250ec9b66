import math

from gripforce.calibration import certificate, checks, fit, from_block, join, to_block
from gripforce.model import Channel, Kind
from tests.calibration.bench import channels, up_and_down

DATE = "2025-11-23T10:00:00+00:00"
MATRIX = [[5e-6, 1e-7], [-2e-7, 6e-6]]


def made(matrix=MATRIX, zeros=(1000, -2000), **bench):
    points = up_and_down(matrix, zeros, **bench)
    return fit(channels(len(zeros)), points, date=DATE, gravity_m_s2=9.81)


def test_a_good_cell_passes_and_its_numbers_are_there():
    text = certificate(made())
    assert "verdict  pass\n" in text
    assert "gain 5e-06 N/count, zero 1000 counts" in text
    assert "limit 0.5 %   pass" in text
    assert "9.81 m/s²" in text
    assert "cross-talk before" in text
    loads_n = {line.split()[0] for line in text.splitlines() if line[:8].strip()[:1].isdigit()}
    assert {"0.000", "0.981", "1.961", "4.903", "9.807", "19.613"} <= loads_n
    assert "FAIL" not in text


def test_a_bent_cell_fails_by_name():
    def bow(load_n, direction, run):
        return 0.5 * math.sin(math.pi * load_n / 19.6133)

    text = certificate(made(bend=bow))
    assert "verdict  FAIL: grip_thumb non-linearity" in text
    assert "grip_index expanded uncertainty" in text


def test_what_was_not_measured_is_said():
    points = [p for p in up_and_down([[5e-6]], [0], runs=1) if p.direction == "up"]
    text = certificate(fit(channels(), points, date=DATE))
    assert "pass (not measured: hysteresis, repeatability, zero return)" in text
    assert "Standard gravity was used" in text


def test_before_and_after():
    old, new = made(zeros=(0, 0)), made([[5.05e-6, 1e-7], [-2e-7, -6e-6]])
    text = certificate(new, before=old)
    assert "before: gain 5e-06 N/count, now +1.000 %; zero +1000 counts" in text
    assert "now of the OTHER SIGN" in text
    assert "has a negative gain" in text


def test_a_calibration_from_the_device_has_no_verdict():
    calibration = from_block(to_block(made()), ("grip_thumb", "grip_index"))
    assert "verdict  none" in certificate(calibration)
    assert checks(calibration) == ()


def test_channels_calibrated_apart_are_not_checked_for_cross_talk():
    one = fit(channels(), up_and_down([[5e-6]], [0]), date=DATE)
    other = fit((Channel(Kind.LOAD),), up_and_down([[5e-6]], [0]), date=DATE)
    found = {check.name: check.passed for check in checks(join([one, other]))}
    assert found["cross-talk"] is None
    assert found["non-linearity"] is True
