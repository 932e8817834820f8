"""Amounts that a question states: in whole cents."""

from typing import Annotated

from pydantic import AfterValidator

from msp_siting.errors import problem
from msp_siting.files import NotNegative
from msp_siting.units import is_whole_cents


def _in_whole_cents(given: float) -> float:
    if not is_whole_cents(given):
        raise ValueError(problem("must be in whole cents, got {value}", value=repr(given)))
    return given


Money = Annotated[NotNegative, AfterValidator(_in_whole_cents)]
