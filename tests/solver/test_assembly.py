"""The assembled problem is the compiled formulation: column by column, row by row, number by number."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest

from compiled import compile_model, ordered
from drawn import (
    drawn,
    drawn_with_aid,
    drawn_with_installations,
    drawn_with_moves,
    drawn_with_openings,
    drawn_with_satellites,
    drawn_with_spacing,
    drawn_with_targets,
    drawn_with_zone_limits,
    drawn_with_zones,
)
from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.solver.assembly import assemble


def differences(instance: Instance, light: Iterable[str] = ()) -> list[str]:
    """Return the parts in which the assembled problem differs from the compiled model, names put in one order."""
    assembled = ordered(assemble(instance, light))
    compiled = ordered(compile_model(build(instance.without_need_of(light), "siting")))
    vectors = ("costs", "row_lower", "row_upper", "lower", "upper", "integer")
    found = [part for part in vectors if not np.array_equal(getattr(assembled, part), getattr(compiled, part))]
    found += [part for part in ("names", "row_names") if getattr(assembled, part) != getattr(compiled, part)]
    return found if np.array_equal(assembled.a.toarray(), compiled.a.toarray()) else [*found, "a"]


@pytest.mark.parametrize("seed", range(100))
def test_it_is_the_compiled_formulation(seed: int) -> None:
    assert differences(drawn(seed)) == []
    assert differences(drawn_with_moves(seed)) == []


@pytest.mark.parametrize("seed", range(50))
def test_it_is_so_where_sites_are_too_near_to_one_another(seed: int) -> None:
    instance = drawn_with_spacing(seed)
    rows = [name for name, _ in assemble(instance).row_names]
    assert rows.count("spacing") == len(instance.near_sites) > 0
    assert differences(instance) == []
    assert differences(instance, list(instance.professions)[1:]) == []


@pytest.mark.parametrize("seed", range(30))
def test_it_is_so_where_recruits_take_ordinary_installations_away(seed: int) -> None:
    instance = drawn_with_installations(seed, 0.5)
    drawn_on = [name for name, terms in instance.professions.items() if terms.ordinary > 0]
    assert [name for name, _ in assemble(instance).names].count("recruited") == len(drawn_on)
    assert differences(instance) == []
    assert differences(instance, list(instance.professions)[1:]) == []


@pytest.mark.parametrize("seed", range(30))
def test_it_is_so_where_few_of_the_sites_of_a_commune_open(seed: int) -> None:
    instance = drawn_with_openings(seed)
    rows = [name for name, _ in assemble(instance).row_names]
    assert rows.count("spacing_by_commune") == len(instance.openings_by_commune) > 0
    assert differences(instance) == []
    assert differences(instance, list(instance.professions)[1:]) == []


@pytest.mark.parametrize("seed", range(50))
def test_it_is_so_where_posts_are_limited_by_zone(seed: int) -> None:
    instance = drawn_with_zone_limits(seed)
    assert instance.zone_limits.one_for_one
    assert differences(instance) == []
    assert differences(instance, list(instance.professions)[1:]) == []


@pytest.mark.parametrize("seed", range(50))
def test_it_is_so_where_zones_have_fewest_and_most(seed: int) -> None:
    instance = drawn_with_zones(seed, in_cents=seed % 2 == 1)
    rows = {name for name, _ in assemble(instance).row_names}
    assert rows > {"zone_sites_max", "zone_budget", "kept_sites", "excluded_sites_format"}
    assert differences(instance) == []
    assert differences(instance, list(instance.professions)[1:]) == []


def test_money_of_a_zone_is_counted_in_digits() -> None:
    rows = {name for name, _ in assemble(drawn_with_zones(0, in_cents=True)).row_names}
    assert "zone_budget_lower_digits" in rows


@pytest.mark.parametrize("seed", range(50))
def test_it_is_so_where_a_share_of_the_need_is_to_be_served(seed: int) -> None:
    instance = drawn_with_targets(seed, by_zone=False)
    rows = [name for name, _ in assemble(instance).row_names]
    assert rows.count("coverage_target") == len(instance.most_uncovered) > 0
    assert differences(instance) == []
    assert differences(instance, list(instance.professions)[1:]) == []
    by_zone = drawn_with_targets(seed, by_zone=True)
    assert [name for name, _ in assemble(by_zone).row_names].count("zone_coverage") > 0
    assert differences(by_zone) == []
    assert differences(by_zone, list(by_zone.professions)[1:]) == []


@pytest.mark.parametrize("seed", range(30))
def test_it_is_so_where_satellites_are_exempt_and_where_aid_is_limited(seed: int) -> None:
    instance = drawn_with_satellites(seed)
    rows = [name for name, _ in assemble(instance).row_names]
    assert rows.count("spacing_parents") == len(instance.near_parents)
    assert differences(instance) == []
    aided = drawn_with_aid(seed)
    assert "aid_budget" in [name for name, _ in assemble(aided).row_names] or not any(
        terms.installation_eur for terms in aided.professions.values()
    )
    assert differences(aided) == []


@pytest.mark.parametrize("seed", range(20))
def test_it_is_so_whichever_professions_are_left_out(seed: int) -> None:
    instance = drawn(seed)
    for name in instance.professions:
        assert differences(instance, [name]) == []
    assert differences(instance, list(instance.professions)) == []


def test_money_in_cents_is_among_its_decisions(toy_instance: Callable[..., Instance]) -> None:
    instance = toy_instance(budget_eur=2_000_000.01)
    capex = {key: 900_000.01 + 0.07 * number for number, key in enumerate(instance.capex_eur)}
    in_cents = replace(instance, capex_eur=capex)
    assert any(name == "carried" for name, _ in assemble(in_cents).names)
    assert differences(in_cents) == []


def test_rules_that_are_off_are_in_neither(toy_instance: Callable[..., Instance]) -> None:
    for rule in ("composition", "budget", "recruitment_pool", "spacing"):
        instance = toy_instance(spacing__minutes=11)
        assert differences(replace(instance, constraints=instance.constraints - {rule})) == []
