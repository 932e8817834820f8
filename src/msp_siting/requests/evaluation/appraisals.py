"""Everything one evaluation knows: per request its gates, effects, standing, regret and ranks; and the portfolio."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from msp_siting.answer import has_modelled_times
from msp_siting.language import Fact, Repair
from msp_siting.problem import Solution, Yearly, aid_eur
from msp_siting.requests.evaluation.between import LEAVERS, SAME_GPS
from msp_siting.requests.evaluation.effects import Effects, Ground, Situation
from msp_siting.requests.evaluation.parameters import CENTRAL, AppraisalParameters, CriterionName
from msp_siting.requests.evaluation.projects import Project, plan_of_projects
from msp_siting.requests.evaluation.promises import GP, Promise, promised_posts
from msp_siting.requests.evaluation.ranking import criteria_scores, ranks, weighted_score
from msp_siting.requests.evaluation.standing import Regret, Standing
from msp_siting.requests.gates.findings import GateReport
from msp_siting.requests.gates.judging import ZONINGS_DIFFER
from msp_siting.requests.gates.msps import MSP_STANDS
from msp_siting.requests.gates.rules import Gates
from msp_siting.requests.request import FundingRequest
from msp_siting.scenario import Scenario
from msp_siting.territory import Territory
from msp_siting.units import EUR_PER_100K_EUR

SMALLEST_GAIN = 1e-6  # of the objective: what counts as no change
SMALL_REGRET = 0.05  # of the gain: below, no other use is worth speaking of


@dataclass(frozen=True, kw_only=True)
class Appraisal:
    """One request, judged.

    Attributes
    ----------
    need_share
        Share of the inhabitants within the cut-off of its place who are uncovered without it.
    standing, regret
        None where they were not searched.
    """

    project: Project
    gates: GateReport
    effects: Effects
    need_share: float
    standing: Standing | None
    regret: Regret | None

    @property
    def request(self) -> FundingRequest:
        """The request."""
        return self.project.request

    @property
    def request_id(self) -> str:
        """Its id."""
        return self.request.request_id

    @property
    def gain(self) -> float:
        """What it takes off the objective in the central case."""
        return self.effects.gains[CENTRAL]

    def newly_covered(self, profession: str) -> float:
        """Return inhabitants covered in the central case who were not."""
        return self.effects.newly_covered[CENTRAL][profession]

    @property
    def public_eur(self) -> float | None:
        """EUR of aid from all funders; None where no amount is stated, or amounts are doubtful."""
        return None if self.gates.has_doubtful_amounts else self.request.public_eur

    def per_100k_eur(self, profession: str) -> float | None:
        """Return newly covered inhabitants per 100,000 EUR of public money; None where that is not known."""
        money = self.public_eur
        return self.newly_covered(profession) / (money / EUR_PER_100K_EUR) if money else None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """An evaluation of requests.

    Attributes
    ----------
    ground, without
        The territory before any project.
    appraisals
        In the order of the file.
    portfolio
        The best choice among the eligible requests within the envelope; its plan's sites are their projects' ids.
    gates, on
        The rules that judged the requests, and the day they were taken to hold on.
    weights
        By criterion; empty unless the user gave some.
    unread_columns
        Columns of the file that nothing was made of.
    repairs, cautions
        What was mended in the file as a whole, and what makes it doubtful.
    installations
        Who installs in the territory in a year, by profession, where that is known or assumed.
    """

    scenario: Scenario
    territory: Territory
    ground: Ground
    without: Situation
    appraisals: tuple[Appraisal, ...]
    envelope_eur: float
    portfolio: Solution
    parameters: AppraisalParameters
    gates: Gates
    on: date
    weights: Mapping[CriterionName, float] = field(default_factory=dict)
    unread_columns: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    cautions: tuple[Fact, ...] = ()
    installations: Mapping[str, Yearly] = field(default_factory=dict)

    @property
    def lead(self) -> str:
        """The profession that is looked at first."""
        return self.ground.lead

    def place_name(self, appraisal: Appraisal) -> str:
        """Return what the place of a request is called in the territory, else its id."""
        names, place_id = self.territory.place_points["name"], appraisal.request.place_id
        return str(names.get(place_id, "")) or place_id

    @property
    def promised(self) -> tuple[Promise, ...]:
        """New posts of all requests together, beside a year's installations."""
        return promised_posts([a.request for a in self.appraisals], self.installations)

    def patients_of_new_gps(self, appraisal: Appraisal) -> dict[str, float | None]:
        """Return the patients that the new GPs of a request could take with each list; None where none are stated."""
        posts = appraisal.request.new_posts.get(GP)
        sizes = self.parameters.patients_per_gp.by_name
        return {name: None if posts is None else posts * size for name, size in sizes.items()}

    def aid_eur(self, appraisal: Appraisal) -> float:
        """Return the aid (EUR) that those get who come to its new posts, once: another purse than the works."""
        return aid_eur(self.ground.instance, plan_of_projects([appraisal.project]))

    @property
    def is_ranked(self) -> bool:
        """Whether ranks are given: estimated travel times carry none."""
        return not has_modelled_times(self.territory)

    @cached_property
    def chosen(self) -> frozenset[str]:
        """Ids of the requests in the portfolio."""
        plan = self.portfolio.plan
        sites = frozenset() if plan is None else frozenset(plan.sites["site_id"])
        return frozenset(a.request_id for a in self.appraisals if a.project.project_id in sites)

    @cached_property
    def rank_by_effect(self) -> dict[str, int]:
        """Ranks by what they take off the objective, of eligible requests: of others it is open what they are."""
        return ranks({a.request_id: a.gain for a in self._ranked()})

    @cached_property
    def rank_per_eur(self) -> dict[str, int]:
        """The same by what they take off it per euro of public money, where that is stated."""
        money = {a.request_id: a.public_eur for a in self._ranked()}
        return ranks({a.request_id: a.gain / eur for a in self._ranked() if (eur := money[a.request_id])})

    @cached_property
    def rank_in_low_case(self) -> dict[str, int]:
        """The ranks by effect as they would be in the low case."""
        return ranks({a.request_id: a.effects.gains["low"] for a in self._ranked()})

    @cached_property
    def scores(self) -> dict[str, dict[CriterionName, float]]:
        """Scores (0-1) by request and criterion."""
        largest = max((a.need_share for a in self.appraisals), default=0.0)
        prices = {a.request_id: self._eur_per_inhabitant(a) for a in self.appraisals}
        cheapest = min((price for price in prices.values() if price is not None), default=None)
        return {
            a.request_id: criteria_scores(
                a.request, a.need_share / largest if largest > 0 else 0.0, prices[a.request_id], cheapest
            )
            for a in self.appraisals
        }

    @cached_property
    def points(self) -> dict[str, float]:
        """Points (0-100) by the user's weights, of the eligible requests; empty without weights."""
        if not self.weights or not self.is_ranked:
            return {}
        return {a.request_id: weighted_score(self.scores[a.request_id], self.weights) for a in self._ranked()}

    @cached_property
    def rank_by_weights(self) -> dict[str, int]:
        """Ranks by those points."""
        return ranks(self.points)

    def warnings(self, appraisal: Appraisal) -> list[str]:
        """Return the keys of what could turn the picture of a request: gaps and assumptions."""
        name, regret = appraisal.request_id, appraisal.regret
        low_gain, keys = appraisal.effects.gains["low"], {finding.key for finding in appraisal.gates.findings}
        turns = {
            "times": not self.is_ranked,
            "msps": MSP_STANDS in keys,
            "zoning": not ZONINGS_DIFFER.isdisjoint(keys),
            "cases": self.rank_by_effect.get(name) != self.rank_in_low_case.get(name),
            "effect": low_gain <= self.smallest_gain < appraisal.gain,
            "standing": appraisal.standing is None or appraisal.standing.place == "undecided",
            "regret": regret is not None and regret.is_open(SMALL_REGRET),
            "no_regret": regret is None,
            "origins": bool(appraisal.project.unknown_origins),
            "leavers": not LEAVERS.isdisjoint(keys),
            "same_gps": SAME_GPS in keys,
            "amounts": appraisal.gates.has_doubtful_amounts,
            "portfolio": self.portfolio.status != "optimal" and appraisal.gates.verdict == "eligible",
            "incomplete": appraisal.gates.verdict == "incomplete",
        }
        return [f"evaluation_turn_{key}" for key, turns_it in turns.items() if turns_it]

    @property
    def smallest_gain(self) -> float:
        """What counts as no change of the objective."""
        return SMALLEST_GAIN * max(1.0, abs(self.without.objective))

    def _ranked(self) -> list[Appraisal]:
        if not self.is_ranked:
            return []
        return [a for a in self.appraisals if a.gates.verdict == "eligible"]

    def _eur_per_inhabitant(self, appraisal: Appraisal) -> float | None:
        money, people = appraisal.public_eur, appraisal.newly_covered(self.lead)
        return money / people if money and people > 0 else None
