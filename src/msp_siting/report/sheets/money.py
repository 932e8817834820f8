"""Money of a decision sheet: expenses, who pays, what is left to pay, rent and vacancy; before tax."""

from msp_siting.report.page_table import PageTable
from msp_siting.report.sheets.facts import MOST_FUNDERS, Facts, funder_title, said
from msp_siting.report.wording import Wording
from msp_siting.requests import PARTS_OF_INVESTMENT, ROUNDING_EUR, Evaluation, FundingRequest, figure_of


def expenses_table(request: FundingRequest, wording: Wording) -> PageTable:
    """Return the expenses before tax, their total, what no aid may pay, and the eligible base."""
    parts, investment = request.investment_parts_eur, request.investment_eur
    rows = [(f"sheet_expense_{name}", amount_words(parts.get(name), wording)) for name in PARTS_OF_INVESTMENT]
    rows = rows if parts else [("sheet_expense_detail", wording.say("sheet_not_stated"))]
    rest = None if investment is None else investment - sum(parts.values())
    if parts and rest is not None and rest > ROUNDING_EUR:
        rows.append(("sheet_expense_other", wording.eur(rest)))
    base = figure_of("eligible_base_eur", request, ()).amount
    rows += [
        ("sheet_investment", amount_words(investment, wording)),
        ("sheet_excluded", amount_words(request.excluded_eur, wording)),
        ("sheet_base", amount_words(base, wording)),
    ]
    head = [wording.say("sheet_expense"), wording.say("sheet_amount")]
    return PageTable(head, [(wording.say(key), text) for key, text in rows])


def resources_table(evaluation: Evaluation, request: FundingRequest, wording: Wording) -> PageTable:
    """Return who pays: funder, asked for or granted, amount, share of the investment, and what is left to pay."""
    investment = request.investment_eur

    def row(name: str, status: str, amount: float | None) -> list[str]:
        share = None if amount is None or not investment else amount / investment
        return [name, status, amount_words(amount, wording), "" if share is None else wording.percent(share, 0)]

    aids = [("acquired", *item) for item in request.acquired_eur.items()]
    aids += [("requested", *item) for item in request.requested_eur.items()]
    aids.sort(key=lambda aid: -aid[2])
    shown = aids if len(aids) <= MOST_FUNDERS else aids[: MOST_FUNDERS - 1]
    rows = [
        row(funder_title(evaluation.gates, name, wording), wording.say(f"sheet_{kind}"), amount)
        for kind, name, amount in shown
    ]
    if len(aids) > len(shown):
        others = aids[len(shown) :]
        rows.append(row(wording.say("sheet_others", count=len(others)), "", sum(amount for *_, amount in others)))
    if not aids:
        rows.append(row(wording.say("sheet_aids"), "", None))
    public, owner = request.public_eur, request.owner_eur
    left = None if investment is None or public is None else investment - public
    gap = None if left is None or owner is None else left - owner
    rows += [
        row(wording.say("sheet_left_to_pay"), "", left),
        row(wording.say("sheet_owner"), "", owner),
        row(wording.say("sheet_without_funder"), "", gap)
        if gap is None or gap >= -ROUNDING_EUR
        else row(wording.say("sheet_surplus"), "", -gap),
    ]
    return PageTable([wording.say(f"sheet_{key}") for key in ("funder", "status", "amount", "share")], rows, 2)


def rent(request: FundingRequest, wording: Wording) -> Facts:
    """Return rent, share let, and what is lost in a year by what stays empty."""
    floor, price, let = request.floor_m2, request.rent_eur_m2_year, request.occupancy_share
    facts = [
        ("sheet_rent", wording.say("sheet_not_stated") if price is None else _rent(price, wording)),
        ("sheet_floor", wording.say("sheet_not_stated") if floor is None else _m2(floor, wording)),
        (
            "sheet_let",
            wording.say("sheet_not_stated")
            if let is None
            else wording.say("sheet_let_and_empty", let=wording.percent(let, 0), empty=wording.percent(1 - let, 0)),
        ),
    ]
    if floor is not None and price is not None and let is not None:
        facts.append(("sheet_vacancy", wording.say("sheet_per_year", amount=wording.eur(floor * price * (1 - let)))))
    return said(facts, wording)


def amount_words(amount: float | None, wording: Wording) -> str:
    """Return an amount, or that it is not stated."""
    return wording.say("sheet_not_stated") if amount is None else wording.eur(amount)


def _rent(price: float, wording: Wording) -> str:
    return wording.say("gate_unit_eur_per_m2_year", amount=wording.decimal(price, 2))


def _m2(floor: float, wording: Wording) -> str:
    return wording.say("gate_unit_m2", amount=wording.whole(floor))
