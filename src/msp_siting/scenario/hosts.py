"""What models/ asks of the place of a candidate site."""

from pydantic import Field

from msp_siting.files import Parameter, Strict


def _of_all() -> Parameter[bool]:
    return Parameter[bool](value=True, unit="yes/no", source="left out: asked of all", kind="assumed")


class CandidateRules(Strict):
    """A switch for each thing asked; what is not known of a place excludes nobody there.

    ``asked_of_satellites`` says whether ``centre`` and ``pharmacy`` are asked of the place of a satellite too.
    """

    centre: Parameter[bool]
    pharmacy: Parameter[bool]
    no_msp: Parameter[bool]
    gates: Parameter[bool]
    asked_of_satellites: Parameter[bool] = Field(default_factory=_of_all)
