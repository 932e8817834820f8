"""The proof that shares are the best: sound ones pass, every kind of tampering is named."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from msp_siting.problem.sharing import Levels, Network, Service, problems_of_sharing, serve, share_out

Proof = tuple[Network, Levels, Service]


def proof() -> Proof:
    """Return that of five demand points: a reaches x; b x and y; c z; d none; e, whom nobody needs for, z."""
    here = Network(
        ("a", "b", "c", "d", "e"),
        ("x", "y", "z"),
        np.array([0, 1, 1, 2, 4]),
        np.array([0, 0, 1, 2, 2]),
        np.array([100.0, 100.0, 100.0, 100.0, 0.0]),
        np.array([20.0, 60.0, 120.0]),
    )
    levels = share_out(here)
    return here, levels, serve(here, levels)


def with_shares(found: Proof, *shares: Fraction) -> Proof:
    return found[0], replace(found[1], served_shares=shares), found[2]


def with_levels(found: Proof, **of: list[int]) -> Proof:
    return found[0], replace(found[1], **{name: np.array(values) for name, values in of.items()}), found[2]


def with_amount(found: Proof, at: int, amount: float) -> Proof:
    amounts = found[2].amounts.copy()
    amounts[at] = amount
    return found[0], found[1], replace(found[2], amounts=amounts)


def merged(found: Proof) -> Proof:
    """Return a proof that a and b have one level, though a cannot be served as much."""
    here = found[0]
    levels = Levels((Fraction(0), Fraction(2, 5), Fraction(1)), np.array([1, 1, 2, 0, 2]), np.array([1, 1, 2]))
    return here, levels, Service(np.array([0, 1, 2]), np.array([0, 1, 2]), np.array([20.0, 40.0, 100.0]), 0.0)


def even_split(found: Proof) -> Proof:
    """Return a proof whose levels are the same, cut in two."""
    here, _, service = found
    shares = (Fraction(0), Fraction(1, 5), Fraction(3, 5), Fraction(3, 5), Fraction(1))
    return here, Levels(shares, np.array([1, 3, 4, 0, 4]), np.array([1, 3, 4])), service


def test_a_sound_proof_has_the_shares_worked_by_hand() -> None:
    here, levels, service = proof()
    assert levels.served_shares == (0, Fraction(1, 5), Fraction(3, 5), 1)
    assert levels.of_points.tolist() == [1, 2, 3, 0, 3]
    assert service.remainder < 1e-10
    assert problems_of_sharing(here, levels, service) == []


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (lambda p: with_shares(p, *map(Fraction, ("0", "1/5", "7/10", "1"))), "level 2: the share served is not"),
        (lambda p: with_shares(p, *map(Fraction, ("0", "1/5", "1/2", "1"))), "level 2: the share served is not"),
        (lambda p: with_shares(p, *map(Fraction, ("0", "1/5", "3/5", "2"))), "the shares served do not rise strictly"),
        (even_split, "the shares served do not rise strictly"),
        (lambda p: with_levels(p, of_places=[2, 2, 3]), "x: is not of the first level that reaches it"),
        (lambda p: with_levels(p, of_places=[1, 2, -1]), "z: is not of the first level that reaches it"),
        (lambda p: with_levels(p, of_points=[1, 2, 3, 0, 0]), "e: has no need: it is covered if"),
        (lambda p: with_levels(p, of_points=[1, 2, 3, 0, 4]), "the levels are not those of this network"),
        (lambda p: with_levels(p, of_points=[1, 2, 3, 0]), "the levels are not those of this network"),
        (merged, "more need than the remainder stated is left unserved"),
        (lambda p: with_amount(p, 2, 100.0 + 2.0**-40), "c: is served more than its share"),
        (lambda p: with_amount(p, 0, 20.0 + 2.0**-40), "x: serves more than its room"),
        (lambda p: with_amount(p, 1, 59.0), "more need than the remainder stated is left unserved"),
        (lambda p: with_amount(p, 1, np.nan), "an amount that is served, or the remainder, is not a number"),
        (lambda p: with_amount(p, 1, -1.0), "an amount that is served, or the remainder, is not a number"),
        (lambda p: (*p[:2], replace(p[2], places=np.array([0, 1, 0]))), "x: is beyond the cut-off of c"),
        (
            lambda p: (replace(p[0], room=np.array([20.0, 60.0, -1.0])), *p[1:]),
            "z: -1.0 is not an amount of need or room",
        ),
        (lambda p: (replace(p[0], room=np.array([20.0, 61.0, 120.0])), *p[1:]), "level 2: the share served is not"),
        (lambda p: (replace(p[0], pair_points=np.array([0, 1, 1, 2, 0])), *p[1:]), "z: is not of the first level"),
    ],
)
def test_tampering_is_named(tamper: Callable[[Proof], Proof], expected: str) -> None:
    found = problems_of_sharing(*tamper(proof()))
    assert [each for each in found if each.startswith(expected)], found
