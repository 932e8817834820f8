"""Workers of a cluster must have this package in this version."""

from typing import Any, cast

import pytest

from msp_siting import __version__
from msp_siting.answer.workers import _check_versions
from msp_siting.errors import ScenarioError

PLACE = "--scheduler tcp://10.0.0.1:8786"


class Cluster:
    """Stands in for the client of a cluster whose workers answer as told."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers

    def run(self, function: object, *_: object, on_error: str) -> dict[str, object]:
        assert callable(function)
        assert on_error == "return"
        return self.answers


def check(**answers: object) -> None:
    _check_versions(cast("Any", Cluster(**answers)), "tcp://10.0.0.1:8786")


def test_workers_of_this_version_are_taken() -> None:
    check(a=__version__, b=__version__)


def test_other_versions_and_none_are_refused_by_worker() -> None:
    with pytest.raises(ScenarioError) as caught:
        check(a=__version__, b="0.0.1", c=ModuleNotFoundError("msp-siting"))
    assert list(caught.value.problems) == [
        f"{PLACE}: worker b has msp-siting 0.0.1, expected {__version__}; install the same version there",
        f"{PLACE}: worker c has msp-siting in no version, expected {__version__}; install the same version there",
    ]
