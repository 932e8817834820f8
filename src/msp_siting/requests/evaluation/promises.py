"""What the requests of a file promise together, beside how many of a profession install in a year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msp_siting.requests.evaluation.parameters import AppraisalParameters
from msp_siting.requests.request import FundingRequest

GP = "gp"


@dataclass(frozen=True)
class Promise:
    """New posts of a profession in all requests together.

    Attributes
    ----------
    posts
        Committed (heads) by those who come; who moves is not among them.
    installations_per_year
        Of the profession in the territory; None where that is not known.
    """

    profession: str
    posts: int
    installations_per_year: float | None


def promised_posts(
    requests: Iterable[FundingRequest], installations_per_year: Mapping[str, float]
) -> tuple[Promise, ...]:
    """Return the new posts of each profession that is promised any, in the order of the file.

    Parameters
    ----------
    installations_per_year
        By profession, in the territory; professions may lack.
    """
    posts: dict[str, int] = {}
    for request in requests:
        for name, count in request.new_posts.items():
            posts[name] = posts.get(name, 0) + count
    return tuple(Promise(name, count, installations_per_year.get(name)) for name, count in posts.items() if count)


def national_mean(parameters: AppraisalParameters, inhabitants: float) -> dict[str, float]:
    """Return the installations a year of a territory of so many inhabitants, were it as the country is: of GPs only."""
    per_inhabitant = parameters.national_installations.value / parameters.national_inhabitants.value
    return {GP: per_inhabitant * inhabitants}
