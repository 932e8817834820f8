"""What models/ asks of the place of a candidate site."""

from msp_siting.files import Parameter, Strict


class CandidateRules(Strict):
    """A switch for each thing asked; what is not known of a place excludes nobody there."""

    centre: Parameter[bool]
    pharmacy: Parameter[bool]
    no_msp: Parameter[bool]
    gates: Parameter[bool]
