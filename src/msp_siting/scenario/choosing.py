"""Parameters of the choice among plans that are as good: how much may be given up, and what a good host is."""

from msp_siting.files import NotNegative, Parameter, Positive, Share, Strict


class Choice(Strict):
    """What may be given up at each step, and the points of a host commune."""

    gain_share: Parameter[Share]
    apl_share: Parameter[Share]
    host_inhabitants_most: Parameter[Positive]
    host_inhabitants_weight: Parameter[NotNegative]
    host_gps_most: Parameter[Positive]
    host_gps_weight: Parameter[NotNegative]
    host_centre_points: Parameter[dict[str, NotNegative]]
    host_zoning_points: Parameter[dict[str, NotNegative]]
