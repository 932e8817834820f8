"""Parameters of the rule `recruitment_by_zone`: where nobody more is placed, or no more than a team needs."""

from msp_siting.files import Parameter, Strict


class Recruitment(Strict):
    """What each level of a profession's zoning (status in ``zones.csv``) allows; one that is not named allows all.

    Attributes
    ----------
    one_for_one
        By profession the levels at which a post is filled only where another there ends.
    composition_only
        By profession the levels at which a site has no more posts than its team needs.
    """

    one_for_one: Parameter[dict[str, list[str]]]
    composition_only: Parameter[dict[str, list[str]]]
