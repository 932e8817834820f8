"""The instance of a scenario on a territory."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.problem.apl_goal import check_apl_goal
from msp_siting.problem.candidates import read_candidates
from msp_siting.problem.decided_sites import check_decided, excluded_formats, forced_formats, kept_posts
from msp_siting.problem.instance import Instance
from msp_siting.problem.spacing import find_near
from msp_siting.problem.terms import FormatTerms, Pairs, ProfessionTerms
from msp_siting.problem.weighing import need_weights
from msp_siting.problem.zone_limits import zone_limits
from msp_siting.problem.zone_rules import zone_terms
from msp_siting.scenario import Assumptions, Scenario
from msp_siting.territory import Territory, supply_at_horizon, within_cutoff
from msp_siting.units import whole_cents

# Beyond these a solver's tolerances, a ten-millionth of what they are held against, are no longer far below one post.
MOST_NEED = 1e8  # all of France: 7e7
# Below it the bands of a point are no wider than a solver's tolerance, a millionth: a proof can rest on them.
FEWEST_INHABITANTS = 0.01
MOST_CAPACITY = 1e6
MOST_WEIGHT = 1e4
NEED_INDEX = "need_index_"  # the beginning of the column that has a profession's


def build_instance(territory: Territory, scenario: Scenario, places: Collection[str] = ()) -> Instance:
    """Return the problem that a scenario asks on a territory, nothing of its capacity kept for its rim yet.

    The people are the territory's; the practitioners are its own and those of the rim whom some of its demand points
    reach at all.

    Parameters
    ----------
    places
        Places to which pairs lead besides those of practitioners and candidate sites.

    Raises
    ------
    DataError, ScenarioError
        Where the two do not fit together: professions, formats, sites; or where a number is out of a solver's range.
    """
    model, question = scenario.model, scenario.question
    candidates = read_candidates(territory, scenario)
    check_decided(scenario, candidates.capex_eur)
    check_apl_goal(territory, scenario)
    for problems in (list(_unknown_in_supply(territory, model)), list(_unknown_in_demand(territory, model))):
        if problems:
            raise DataError(problems)
    demand = territory.demand
    sites = dict(zip(candidates.sites["site_id"], candidates.sites["place_id"], strict=True))
    bands, is_banded = model.need.bands, model.objective.bands and not model.objective.is_of_apl
    can_open = {site: sites[site] for site, _ in candidates.capex_eur}
    near = find_near(territory, scenario, candidates)
    instance = Instance(
        professions=_professions(territory, scenario, {*sites.values(), *places}),
        formats=_formats(model),
        inhabitants=dict(zip(demand["demand_id"], demand["inhabitants"].astype(float).tolist(), strict=True)),
        sites=sites,
        capex_eur={key: whole_cents(capex) for key, capex in candidates.capex_eur.items()},
        budget_eur=question.budget_eur,
        aid_budget_eur=question.aid_budget_eur,
        site_count=(scenario.site_count.min, scenario.site_count.max),
        forced_sites=tuple(question.sites.forced_ids),
        excluded_sites=tuple(site for site in question.sites.excluded_ids if site in sites),  # others may not anyway
        band_upper_shares=tuple(bands.upper_shares.value) if is_banded else (1.0,),
        band_slopes=tuple(bands.slopes.value) if is_banded else (1.0,),
        constraints=frozenset(name for name, on in model.constraints.model_dump().items() if on),
        near_sites=near.groups,
        near_parents=near.parents,
        openings_by_commune=near.by_commune,
        zone_limits=zone_limits(territory, scenario, can_open),
        forced_formats=forced_formats(scenario),
        excluded_formats=excluded_formats(scenario, candidates.capex_eur),
        kept=kept_posts(scenario),
        zones=zone_terms(territory, scenario, can_open),
        measure=model.objective.measure,
    ).weighted(need_weights(territory, scenario))
    shares = question.targets.covered_share
    most_uncovered = {name: (1.0 - share) * instance.need(name) for name, share in shares.items()}
    instance = replace(instance, most_uncovered=most_uncovered)
    unfit = [*_points_too_small(territory, instance), *_needs_too_large(territory, instance)]
    unfit += _terms_too_large(instance)
    if unfit:
        raise DataError(unfit)
    return instance


def _professions(territory: Territory, scenario: Scenario, places: set[str]) -> dict[str, ProfessionTerms]:
    """Return the numbers of each profession; its pairs lead to some places and to those of its practitioners."""
    supply = _supply_within_reach(territory, with_retirements=scenario.question.horizon_year is not None)
    flows = scenario.model.flows
    share = 0.0 if flows is None else flows.recruits_drawn_from_installations_share.value
    professions = {}
    for name, kind in scenario.model.professions.items():
        there = supply[supply["profession"].eq(name) & supply["practitioners"].gt(0)]
        existing = dict(zip(there["place_id"], there["practitioners"].tolist(), strict=True))
        coming = _installations(territory, name)
        terms = ProfessionTerms(
            capacity=kind.capacity_inhabitants_per_post.value,
            cutoff_minutes=kind.cutoff_minutes.value,
            weight=kind.weight.value,
            installation_eur=whole_cents(kind.installation_eur.value),
            paramedical=kind.paramedical.value,
            need_index=_need_index(territory.demand, name),
            existing=existing,
            pool=scenario.recruitable[name],
            pairs=_pairs(within_cutoff(territory, kind.cutoff_minutes.value), {*existing, *places}),
            installations=coming,
            ordinary=sum(coming.values()),
            drawn_share=share,
        )
        professions[name] = replace(terms, pool=terms.most_recruits(terms.pool))
    return professions


def _installations(territory: Territory, profession: str) -> dict[str, float]:
    """Return the ordinary installations of a profession in the territory until the horizon, by ``place_id``."""
    if territory.trend is None:
        return {}
    places = territory.trend.places
    own = places[places["profession"].eq(profession) & places["installations"].gt(0) & ~places["is_around"]]
    return dict(zip(own["place_id"], own["installations"].tolist(), strict=True))


def _need_index(demand: pd.DataFrame, profession: str) -> dict[str, float]:
    """Return the standardised inhabitants per inhabitant by ``demand_id``; 1 where the table does not give them."""
    index = demand.get(NEED_INDEX + profession, pd.Series(1.0, index=demand.index))
    return dict(zip(demand["demand_id"], index.astype(float).tolist(), strict=True))


def _formats(model: Assumptions) -> dict[str, FormatTerms]:
    return {
        name: FormatTerms(
            fewest=dict(kind.staff_fewest.value),
            most=dict(kind.staff_most.value),
            paramedical_fewest=kind.paramedical_fewest.value,
            aci_eur_per_year=kind.aci_eur_per_year.value,
            action=kind.action.value,
        )
        for name, kind in model.formats.items()
    }


def _unknown_in_supply(territory: Territory, model: Assumptions) -> Iterator[Sentence]:
    """Yield professions of practitioners that the model does not have."""
    files = {"supply": territory.supply}
    if territory.rim is not None:
        files["rim_supply"] = territory.rim.supply
    for name, table in files.items():
        for profession in sorted(set(table["profession"].unique()) - set(model.professions)):
            yield problem(
                "profession {profession!r} is not one of the model's ({professions}); add it to the model or take its "
                "rows out",
                profession=profession,
                professions=", ".join(model.professions),
            ).at(territory.path_of(name))


def _unknown_in_demand(territory: Territory, model: Assumptions) -> Iterator[Sentence]:
    """Yield need indices of professions that the model does not have."""
    indexed = [name.removeprefix(NEED_INDEX) for name in territory.demand.columns if name.startswith(NEED_INDEX)]
    for profession in indexed:
        if profession not in model.professions:
            wrong = problem(
                "profession {profession!r} is not one of the model's ({professions}); rename the column or take it out",
                profession=profession,
                professions=", ".join(model.professions),
            )
            yield wrong.at(NEED_INDEX + profession).at(territory.path_of("demand"))


def _points_too_small(territory: Territory, instance: Instance) -> Iterator[Sentence]:
    """Yield demand points with so small a part of an inhabitant that a solver's tolerances could hide it."""
    for point, people in instance.inhabitants.items():
        if 0 < people < FEWEST_INHABITANTS:
            wrong = problem(
                "must be 0 or at least {least:g} (less is lost in the solver's rounding), got {value:g}",
                least=FEWEST_INHABITANTS,
                value=people,
            )
            yield wrong.at(point).at("inhabitants").at(territory.path_of("demand"))


def _needs_too_large(territory: Territory, instance: Instance) -> Iterator[Sentence]:
    """Yield professions whose need is so large that a solver's tolerances could hide what a site does."""
    for name in instance.professions:
        need = instance.need(name)
        if not need <= MOST_NEED:
            index = instance.professions[name].need_index
            by_point = {point: index[point] * instance.inhabitants[point] for point in index}
            largest = max(by_point, key=by_point.__getitem__)
            yield problem(
                "a need of {need:.0f} standardised inhabitants in all ({profession}; most at {point}: {there:.0f}), at "
                "most {most:.0f} can be reckoned with; are the inhabitants and need indices right? Else take a smaller "
                "territory",
                need=need,
                profession=name,
                point=largest,
                there=by_point[largest],
                most=MOST_NEED,
            ).at(territory.path_of("demand"))


def _terms_too_large(instance: Instance) -> Iterator[Sentence]:
    """Yield what one post serves, and what one inhabitant weighs, where it is too large for a solver's tolerances."""
    steepest = max(instance.band_slopes)
    for name, terms in instance.professions.items():
        limits = (
            ("capacity_inhabitants_per_post", terms.capacity, MOST_CAPACITY),
            (problem("weight x the steepest slope of the bands"), terms.weight * steepest, MOST_WEIGHT),
        )
        for what, value, most in limits:
            if not value <= most:
                yield problem("must be at most {most:.0f}, got {value:.12g}", most=most, value=value).at(what).at(name)


def _supply_within_reach(territory: Territory, *, with_retirements: bool) -> pd.DataFrame:
    """Return the territory's supply at the horizon, and the rim's at places that some demand point reaches."""
    supply = supply_at_horizon(territory.with_rim, with_retirements=with_retirements)
    if territory.rim is None:
        return supply
    reached = set(territory.times_from_home["place_id"].unique())
    return supply[~supply["place_id"].isin(territory.rim.place_ids) | supply["place_id"].isin(reached)]


def _pairs(times: pd.DataFrame, places: set[str]) -> Pairs:
    kept = times[times["place_id"].isin(places)].sort_values(["demand_id", "place_id"])
    return Pairs(tuple(kept["demand_id"].tolist()), tuple(kept["place_id"].tolist()), kept["minutes"].to_numpy(float))
