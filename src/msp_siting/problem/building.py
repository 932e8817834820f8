"""The instance of a scenario on a territory."""

import math
from collections.abc import Collection, Iterator

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.problem.candidates import read_candidates
from msp_siting.problem.demand import read_demand
from msp_siting.problem.instance import FormatTerms, Instance, Pairs, ProfessionTerms
from msp_siting.scenario import Assumptions, Scenario
from msp_siting.territory import Territory, join_rim, supply_at_horizon, times_from_home, within_cutoff


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
        Where the two do not fit together: professions, formats, sites.
    """
    model = scenario.model
    demand = read_demand(territory, model.professions)
    candidates = read_candidates(territory, scenario)
    unknown = list(_unknown_professions(territory, model))
    if unknown:
        raise DataError(unknown)
    supply = _supply_within_reach(territory, with_retirements=scenario.question.horizon_year is not None)
    indexed = [name.removeprefix("need_index_") for name in territory.demand.columns if name.startswith("need_index_")]
    unknown = [name for name in indexed if name not in model.professions]
    if unknown:
        raise DataError(
            problem(
                "profession {profession!r} is not one of the model's ({professions}); rename the column or take it out",
                profession=name,
                professions=", ".join(model.professions),
            )
            .at(f"need_index_{name}")
            .at(territory.folder / "demand.csv")
            for name in unknown
        )
    sites = dict(zip(candidates.sites["site_id"], candidates.sites["place_id"], strict=True))
    professions = {}
    for name, kind in model.professions.items():
        existing = supply[supply["profession"].eq(name) & supply["practitioners"].gt(0)]
        professions[name] = ProfessionTerms(
            capacity=kind.capacity_inhabitants_per_post.value,
            cutoff_minutes=kind.cutoff_minutes.value,
            weight=kind.weight.value,
            installation_eur=kind.installation_eur.value,
            paramedical=kind.paramedical.value,
            need_index=dict(zip(demand.demand_ids, demand.need_index[name].tolist(), strict=True)),
            existing=dict(zip(existing["place_id"], existing["practitioners"].tolist(), strict=True)),
            pool=scenario.recruitable[name],
            pairs=_pairs(
                within_cutoff(territory, kind.cutoff_minutes.value),
                {*existing["place_id"], *sites.values(), *places},
            ),
        )
    bands = model.need.bands
    banded = model.objective.bands
    return Instance(
        professions=professions,
        formats={
            name: FormatTerms(
                fewest=dict(kind.staff_fewest.value),
                most=dict(kind.staff_most.value),
                paramedical_fewest=kind.paramedical_fewest.value,
                running_eur_per_year=kind.running_eur_per_year.value,
            )
            for name, kind in model.formats.items()
        },
        inhabitants=dict(zip(demand.demand_ids, demand.inhabitants.tolist(), strict=True)),
        sites=sites,
        capex_eur=candidates.capex_eur,
        budget_eur=scenario.question.budget_eur,
        site_count=(scenario.site_count.min, scenario.site_count.max),
        forced_sites=tuple(scenario.question.sites.force_open),
        excluded_sites=tuple(scenario.question.sites.exclude),
        band_upper_shares=tuple(bands.upper_shares.value) if banded else (1.0,),
        band_slopes=tuple(bands.slopes.value) if banded else (1.0,),
        evenness_steps=math.ceil(1 / model.need.evenness_step_share.value),
        constraints=frozenset(name for name, on in model.constraints.model_dump().items() if on),
    )


def _unknown_professions(territory: Territory, model: Assumptions) -> Iterator[Sentence]:
    files = {"supply.csv": territory.supply}
    if territory.rim is not None:
        files["rim_supply.csv"] = territory.rim.supply
    for name, table in files.items():
        for profession in sorted(set(table["profession"]) - set(model.professions)):
            yield problem(
                "profession {profession!r} is not one of the model's ({professions}); add it to the model or take its "
                "rows out",
                profession=profession,
                professions=", ".join(model.professions),
            ).at(territory.folder / name)


def _supply_within_reach(territory: Territory, *, with_retirements: bool) -> pd.DataFrame:
    """Return the territory's supply at the horizon, and the rim's at places that some demand point reaches."""
    supply = supply_at_horizon(join_rim(territory), with_retirements=with_retirements)
    if territory.rim is None:
        return supply
    reached = set(times_from_home(territory)["place_id"])
    return supply[~supply["place_id"].isin(territory.rim.place_ids) | supply["place_id"].isin(reached)]


def _pairs(times: pd.DataFrame, places: set[str]) -> Pairs:
    kept = times[times["place_id"].isin(places)].sort_values(["demand_id", "place_id"])
    return Pairs(tuple(kept["demand_id"]), tuple(kept["place_id"]), kept["minutes"].to_numpy(float))
