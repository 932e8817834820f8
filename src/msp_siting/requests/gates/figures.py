"""What gates may ask of a funding request: facts with few values, and figures, each with what it still lacks."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from msp_siting.requests.request import PARTS_OF_INVESTMENT, FundingRequest
from msp_siting.requests.words import WORDS

Unit = Literal["eur", "people", "share", "m2", "eur_per_m2_year"]
FLAG_FACTS = ("qpv", "unscheduled_care", "sector1", "clinical_training", "cls")
FACTS: Mapping[str, tuple[str | bool, ...]] = {
    **{name: tuple(words) for name, words in WORDS.items()},
    **dict.fromkeys(FLAG_FACTS, (True, False)),
}
_COLUMN_OF = {"gp_joining_from": "gp_joining_from_place_ids"}


@dataclass(frozen=True)
class Figure:
    """A figure of a request: as much of it as is stated, and the columns without which there may be more.

    ``amount`` is None where nothing is stated; with columns missing it is the least that it can be.
    ``digits``: decimals that a share is shown with, as a percentage.
    """

    unit: Unit
    amount: float | None
    missing: tuple[str, ...] = ()
    digits: int = 1


def _plain(name: str, unit: Unit) -> Callable[[FundingRequest, tuple[str, ...]], Figure]:
    def figure(request: FundingRequest, _: tuple[str, ...]) -> Figure:
        amount = getattr(request, name)
        return Figure(unit, amount, () if amount is not None else (name,))

    return figure


def _total(unit: Unit, amounts: Mapping[str, float | None], needed: Iterable[str]) -> Figure:
    known = [amount for amount in amounts.values() if amount is not None]
    missing = tuple(name for name in needed if amounts.get(name) is None)
    return Figure(unit, sum(known) if known else None, missing)


def _gp_team(request: FundingRequest, _: tuple[str, ...]) -> Figure:
    joining = None if request.gp_joining_from is None else len(request.gp_joining_from)
    heads = {
        "gp_present": request.gp_present,
        "gp_joining_from_place_ids": joining,
        "gp_new_committed": request.new_posts.get("gp"),
    }
    return _total("people", heads, heads)


def _paramedicals(request: FundingRequest, _: tuple[str, ...]) -> Figure:
    """Return the paramedicals; some of the others may be such too, which only the applicant can tell."""
    missing = [name for name in ("nurses", "physiotherapists") if getattr(request, name) is None]
    missing += ["others"] if request.others else []
    return Figure("people", request.paramedicals, tuple(missing))


def _gp_new(request: FundingRequest, _: tuple[str, ...]) -> Figure:
    return _total("people", {"gp_new_committed": request.new_posts.get("gp")}, ("gp_new_committed",))


def _investment(request: FundingRequest, _: tuple[str, ...]) -> Figure:
    if request.capex_ht_eur is not None:
        return Figure("eur", request.capex_ht_eur)
    parts = request.investment_parts_eur
    missing = tuple(name for name in PARTS_OF_INVESTMENT if name not in parts) if parts else ("capex_ht_eur",)
    return Figure("eur", request.investment_eur, missing)


def _eligible_base(request: FundingRequest, funders: tuple[str, ...]) -> Figure:
    investment = _investment(request, funders)
    if investment.amount is None or request.excluded_eur is None:
        unknown = investment.missing if investment.amount is None else ()
        return Figure("eur", None, (*unknown, "excluded_eur") if request.excluded_eur is None else unknown)
    return Figure("eur", max(0.0, investment.amount - request.excluded_eur), investment.missing)


def _of_funders(kind: Literal["requested", "acquired"]) -> Callable[[FundingRequest, tuple[str, ...]], Figure]:
    def figure(request: FundingRequest, funders: tuple[str, ...]) -> Figure:
        amounts: Mapping[str, float] = getattr(request, f"{kind}_eur")
        known = {name: amount for name, amount in amounts.items() if not funders or name in funders}
        columns = () if known else tuple(f"{kind}_eur_{name}" for name in funders or ("<funder>",))
        return Figure("eur", sum(known.values()) if known else None, columns)

    return figure


def _public(request: FundingRequest, _: tuple[str, ...]) -> Figure:
    missing = () if request.public_eur is not None else ("requested_eur_<funder>",)
    return Figure("eur", request.public_eur, missing)


def _public_and_owner(request: FundingRequest, funders: tuple[str, ...]) -> Figure:
    public = _public(request, funders)
    known = [amount for amount in (public.amount, request.owner_eur) if amount is not None]
    missing = (*public.missing, "owner_eur") if request.owner_eur is None else public.missing
    return Figure("eur", sum(known) if known else None, missing)


FIGURES: Mapping[str, Callable[[FundingRequest, tuple[str, ...]], Figure]] = {
    **{name: _plain(name, "eur") for name in (*PARTS_OF_INVESTMENT, "capex_ht_eur", "excluded_eur", "owner_eur")},
    **{
        name: _plain(name, "people")
        for name in (
            *("gp_present", "gp_leaving_by_2030", "nurses", "physiotherapists", "midwives", "others", "assistants"),
        )
    },
    **{name: _plain(name, "share") for name in ("occupancy_share", "epci_share")},
    "floor_m2": _plain("floor_m2", "m2"),
    "rent_eur_m2_year": _plain("rent_eur_m2_year", "eur_per_m2_year"),
    "gp_team": _gp_team,
    "gp_new_committed": _gp_new,
    "paramedicals": _paramedicals,
    "investment_eur": _investment,
    "eligible_base_eur": _eligible_base,
    "requested_eur": _of_funders("requested"),
    "acquired_eur": _of_funders("acquired"),
    "public_eur": _public,
    "public_and_owner_eur": _public_and_owner,
}
_NOT_STATED = {"row", "notes", "new_posts", "requested_eur", "acquired_eur"}
_FIELDS = {item.name for item in dataclasses.fields(FundingRequest)} - _NOT_STATED
STATED = frozenset({*FIGURES, *_FIELDS})


def figure_of(name: str, request: FundingRequest, funders: tuple[str, ...]) -> Figure:
    """Return a figure of a request.

    Parameters
    ----------
    funders
        The names that the funder whose gate asks has in the request; none for a gate common to all.
    """
    return FIGURES[name](request, funders)


def stated_value(name: str, request: FundingRequest, funders: tuple[str, ...]) -> Figure | str | date | None:
    """Return what a request states under a name that is no fact, or None."""
    if name in FIGURES:
        figure = figure_of(name, request, funders)
        return figure if figure.amount is not None else None
    value = getattr(request, name)
    if value is None or isinstance(value, date):
        return value
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def column_of(name: str) -> str:
    """Return the column of a request that a name stands for."""
    return _COLUMN_OF.get(name, name)
