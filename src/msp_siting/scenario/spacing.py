"""Parameters of the rule `spacing`: how near to one another two places may not both be opened in."""

from msp_siting.files import NotNegative, Parameter, Strict


class Spacing(Strict):
    """From how many minutes on two places are far enough apart, and between which places that is not asked.

    Attributes
    ----------
    dense
        Words of the column ``density`` of ``places.csv``: two places that both have one of them may be near.
    """

    minutes: Parameter[NotNegative]
    dense: Parameter[list[str]]
