"""What the requests of a file promise together, beside how many of a profession install in a year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msp_siting.problem import Yearly
from msp_siting.requests.request import FundingRequest

GP = "gp"


@dataclass(frozen=True)
class Promise:
    """New posts of a profession in all requests together.

    Attributes
    ----------
    posts
        Committed (heads) by those who come; who moves is not among them.
    installations
        Of the profession in the territory in a year; None where that is not known.
    """

    profession: str
    posts: int
    installations: Yearly | None


def promised_posts(requests: Iterable[FundingRequest], installations: Mapping[str, Yearly]) -> tuple[Promise, ...]:
    """Return the new posts of each profession that is promised any, in the order of the file.

    Parameters
    ----------
    installations
        By profession, in the territory in a year; professions may lack.
    """
    posts: dict[str, int] = {}
    for request in requests:
        for name, count in request.new_posts.items():
            posts[name] = posts.get(name, 0) + count
    return tuple(Promise(name, count, installations.get(name)) for name, count in posts.items() if count)
