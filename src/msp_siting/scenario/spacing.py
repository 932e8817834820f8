"""Parameters of the rule `spacing`: how near two places may not both be opened in, how many openings a commune has."""

from typing import Annotated

from pydantic import Field

from msp_siting.files import Count, NotNegative, Parameter, Strict


class Spacing(Strict):
    """How far apart two places must be, between which that is not asked, and how many people an opening stands for.

    Attributes
    ----------
    dense
        Words of the column ``density`` of ``places.csv``: two places that both have one of them may be near.
    inhabitants_per_opening
        A commune may have one opening, and one for each so many inhabitants; None (a model of before it): any number.
    """

    minutes: Parameter[NotNegative]
    dense: Parameter[list[str]]
    inhabitants_per_opening: Parameter[Annotated[Count, Field(ge=1)]] | None = None
