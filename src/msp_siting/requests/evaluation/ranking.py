"""Ranks: by effect, by effect per euro, and by criteria that the user weighs."""

import math
from collections.abc import Mapping

from msp_siting.requests.evaluation.parameters import CRITERIA, CriterionName
from msp_siting.requests.request import FundingRequest

SAME_SHARE = 1e-6  # of the largest value: values as close as that share a rank
PROJECT_STATUS = {"validated": 1.0, "filed": 0.5, "letter": 0.25}
OPINION = {"favourable": 1.0, "reserved": 0.5, "unfavourable": 0.0}


def ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Return 1 for the largest value, and so on; equal values share the better rank (1, 2, 2, 4)."""
    width = SAME_SHARE * max((abs(value) for value in values.values()), default=0.0)
    return {name: 1 + sum(other > value + width for other in values.values()) for name, value in values.items()}


def criteria_scores(
    request: FundingRequest, need: float, eur_per_inhabitant: float | None, cheapest_eur: float | None
) -> dict[CriterionName, float]:
    """Return the score (0-1) of a request by criterion; what is not stated scores 0.

    - ``need``: uncovered share within the cut-off of its place, beside the largest of all requests.
    - ``team``: half for the health project (validated 1, filed 0.5, letter 0.25), half for the share of its GPs who
      are not announced as leaving.
    - ``access``: a third each for unscheduled care, sector 1, clinical training.
    - ``coherence``: a third each for the CPTS's opinion (reserved counts half), a CLS, the EPCI taking part.
    - ``cost``: half for the cheapest public money per newly covered inhabitant beside its own, half for the share of
      the floor let.

    Parameters
    ----------
    need
        The first criterion's score.
    eur_per_inhabitant, cheapest_eur
        Public money per newly covered inhabitant: its own, and the least of all requests.
    """
    team = request.gp_team or 0
    leaving = request.gp_leaving_by_2030 or 0
    staying = max(0, team - leaving) / team if team else 0.0
    opinion = 0.0 if request.cpts_opinion is None else OPINION[request.cpts_opinion]
    coherence = (opinion, bool(request.cls), bool(request.epci_share))
    access = (request.unscheduled_care, request.sector1, request.clinical_training)
    cost = cheapest_eur / eur_per_inhabitant if eur_per_inhabitant and cheapest_eur is not None else 0.0
    return {
        "need": need,
        "team": (PROJECT_STATUS.get(request.projet_sante_status or "", 0.0) + staying) / 2,
        "access": sum(map(bool, access)) / len(access),
        "coherence": math.fsum(coherence) / len(coherence),
        "cost": (cost + (request.occupancy_share or 0.0)) / 2,
    }


def weighted_score(scores: Mapping[CriterionName, float], weights: Mapping[CriterionName, float]) -> float:
    """Return the points (0-100) of a request by criteria that weigh something."""
    total = math.fsum(weights.values())
    return 100 * math.fsum(weights.get(name, 0.0) * scores[name] for name in CRITERIA) / total
