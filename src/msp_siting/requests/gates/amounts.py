"""Amounts that no project can mean, such as kEUR written for EUR: a question to the applicant, in place of a figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from msp_siting.files import Text
from msp_siting.requests.gates.figures import Figure
from msp_siting.requests.gates.findings import Finding, GateReport, Value, Verdict
from msp_siting.requests.request import PARTS_OF_INVESTMENT, FundingRequest
from msp_siting.units import EUR_PER_KEUR

INVESTMENT: Text = {"fr": "Investissement", "en": "Investment"}
REQUESTED: Text = {"fr": "Montant demandé", "en": "Amount asked for"}


@dataclass(frozen=True)
class AmountLimits:
    """Limits in EUR before tax, themselves within: beyond them an amount is not what is meant.

    Attributes
    ----------
    investment_smallest_eur, investment_largest_eur
        Of what a project costs.
    requested_smallest_eur
        Of what is asked for, from all funders together.
    """

    investment_smallest_eur: float
    investment_largest_eur: float
    requested_smallest_eur: float


def ask_for_amounts(report: GateReport, request: FundingRequest, limits: AmountLimits) -> GateReport:
    """Return what the gates say of a request, with the question what its amounts mean where they cannot be meant so.

    Such a request is incomplete to every funder, if no gate refuses it.
    """
    questions = tuple(_questions(request, limits))
    if not questions:
        return report
    return replace(
        report,
        verdict=_questioned(report.verdict),
        findings=(*questions, *report.findings),
        by_funder={funder: _questioned(verdict) for funder, verdict in report.by_funder.items()},
        has_doubtful_amounts=True,
    )


def _questioned(verdict: Verdict) -> Verdict:
    return "incomplete" if verdict == "eligible" else verdict


def _questions(request: FundingRequest, limits: AmountLimits) -> Iterator[Finding]:
    investment, requested = request.investment_eur, request.requested_total_eur
    if investment is not None:
        stated = ["capex_ht_eur"] if request.capex_ht_eur is not None else [*request.investment_parts_eur]
        columns = [name for name in stated if name == "capex_ht_eur" or name in PARTS_OF_INVESTMENT]
        smallest, largest = limits.investment_smallest_eur, limits.investment_largest_eur
        yield from _question(INVESTMENT, investment, (smallest, largest), columns)
    if requested:
        most = limits.investment_largest_eur if investment is None else float("inf")
        columns = [f"requested_eur_{funder}" for funder, amount in request.requested_eur.items() if amount > 0]
        yield from _question(REQUESTED, requested, (limits.requested_smallest_eur, most), columns)


def _question(what: Text, amount: float, limits: tuple[float, float], columns: list[str]) -> Iterator[Finding]:
    smallest, largest = limits
    values: Mapping[str, Value] = {"what": what, "amount": Figure("eur", amount), "columns": ", ".join(columns)}
    in_keur = amount * EUR_PER_KEUR
    if amount > largest:
        yield _asked("gate_amount_too_large", {**values, "limit": Figure("eur", largest)})
    elif amount < smallest <= in_keur <= largest:
        meant = {"limit": Figure("eur", smallest), "meant": Figure("eur", in_keur)}
        yield _asked("gate_amount_in_keur", {**values, **meant})
    elif amount < smallest:
        yield _asked("gate_amount_too_small", {**values, "limit": Figure("eur", smallest)})


def _asked(key: str, values: Mapping[str, Value]) -> Finding:
    return Finding(None, None, "missing", key, values)
