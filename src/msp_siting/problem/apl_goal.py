"""Whether a territory has what a measure of the APL, or a mean of it, is asked of."""

from msp_siting.errors import DataError, ScenarioError, problem
from msp_siting.files import near_name
from msp_siting.problem.apl_terms import COMMUNE
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory

UNDER_65 = "apl_under_65_official"


def check_apl_goal(territory: Territory, scenario: Scenario) -> None:
    """Refuse a level that the territory does not have, and GPs under 65 where their APL is not known everywhere.

    Raises
    ------
    ScenarioError
        For a kind of zone that is none.
    DataError
        For an APL of GPs under 65 that is missing.
    """
    objective = scenario.model.objective
    level = COMMUNE if objective.level is None else objective.level.value
    if level != COMMUNE and level not in territory.zone_kinds:
        kinds = ", ".join([COMMUNE, *territory.zone_kinds])
        unknown = problem("the territory has no such kind of zone; it has {kinds}", kinds=kinds)
        hint = near_name(level, [COMMUNE, *territory.zone_kinds])
        place = problem("scenario {name}", name=scenario.name)
        raise ScenarioError((unknown + hint).at("objective.level").at(place))
    if objective.gps is None or objective.gps.value == "all":
        return
    known = territory.demand.get(UNDER_65)
    missing = len(territory.demand) if known is None else int(known.isna().sum())
    if missing:
        raise DataError(
            problem(
                "{column} is not known of {count} demand points; the data have no ages of practitioners, so that the "
                "official APL to GPs under 65 is all there is to begin with: fill it in, or count all GPs "
                "(objective.gps)",
                column=UNDER_65,
                count=missing,
            ).at(territory.path_of("demand"))
        )
