"""Parameters of who leaves and who comes until the horizon, and of where the recruits of a plan come from."""

from typing import Self

from pydantic import model_validator

from msp_siting.errors import problem
from msp_siting.files import Count, NotNegative, Parameter, Positive, Share, Strict


class NationalBalance(Strict):
    """Installations and departures of one profession in a year in all of France, of so many inhabitants.

    ``net_per_year_low`` and ``net_per_year_high`` are the range of what comes less what goes.
    """

    installations_per_year: Parameter[NotNegative]
    departures_per_year: Parameter[NotNegative]
    net_per_year_low: Parameter[float]
    net_per_year_high: Parameter[float]
    inhabitants: Parameter[Positive]

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        net = self.installations_per_year.value - self.departures_per_year.value
        low, high = self.net_per_year_low.value, self.net_per_year_high.value
        if not low <= net <= high:
            raise ValueError(
                problem(
                    "installations less departures are {net:g} a year, outside {low:g} to {high:g}",
                    net=net,
                    low=low,
                    high=high,
                )
            )
        return self


class Flows(Strict):
    """What is expected of practitioners until the horizon.

    Attributes
    ----------
    national
        By profession the balance used, by inhabitants, in French territories of which none is known.
    opening_delay_years
        From the decision to the day on which a building has practitioners.
    posts_filled_share
        Of a plan's posts, for what happens when the others stay empty.
    recruits_drawn_from_installations_share
        Share of the recruits of a plan who would have settled in the territory anyway: each of them takes one ordinary
        installation away, spread like the installations.
    """

    national: dict[str, NationalBalance]
    opening_delay_years: Parameter[Count]
    posts_filled_share: Parameter[Share]
    recruits_drawn_from_installations_share: Parameter[Share]
