import pytest

from msp_siting.problem.plan import improvement_gap, is_proven, relative_gap


def test_gap_is_a_share_of_the_objective() -> None:
    assert relative_gap(200.0, 190.0) == pytest.approx(0.05)
    assert relative_gap(200.0, 200.0) == 0
    assert relative_gap(0.0, 0.0) == 0


def test_gap_without_a_value() -> None:
    assert relative_gap(200.0, None) is None
    assert relative_gap(None, 190.0) is None
    assert relative_gap(200.0, float("-inf")) is None
    assert relative_gap(0.0, -1.0) is None


def test_improvement_gap_is_a_share_of_the_achievable_gain() -> None:
    # Of a gain of 100 that might be had, 10 might still be missed.
    assert improvement_gap(200.0, 190.0, 290.0) == pytest.approx(0.1)
    assert improvement_gap(200.0, 200.0, 290.0) == 0


def test_improvement_gap_without_a_value() -> None:
    assert improvement_gap(200.0, 190.0, None) is None
    assert improvement_gap(200.0, 190.0, 190.0) is None
    assert improvement_gap(999.5, 999.2, 1000.0) is None  # a gain of 0.8 at most, of 1,000
    assert improvement_gap(999.0, 998.9, 1000.0) == pytest.approx(0.1 / 1.1)


def test_proven_needs_both_gaps() -> None:
    assert is_proven(0.01, 0.02, 0.01, 0.02, has_before=True)
    assert not is_proven(0.011, 0.02, 0.01, 0.02, has_before=True)
    assert not is_proven(0.01, 0.021, 0.01, 0.02, has_before=True)
    assert not is_proven(0.01, None, 0.01, 0.02, has_before=True)
    assert is_proven(0.01, None, 0.01, 0.02, has_before=False)
    assert not is_proven(None, None, 0.01, 0.02, has_before=False)
