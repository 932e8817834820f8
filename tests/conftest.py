r"""The toy territory, drawn and worked by hand.

Minutes by road, the same both ways; the cut-off is 20 minutes and 20 itself is within:

    Aubois ----10---- Bourg ----25---- Clairval
    (900)      \      (600)             (900)
                \      |
                 20    10
                  \    |
                   Dole (300)

Bourg has 2 GPs of 300 standardised inhabitants each: room for 600. Aubois, Bourg and Dole reach it (need
1,800, so 1,200 find no room); Clairval reaches nobody (900 find no room). Before: 2,100 uncovered, of 2,700.

A small MSP brings 2 GPs (600) and a nurse for 900,000 + 2 x 10,000 + 5,000 = 925,000 EUR. Candidate sites are
Aubois, Bourg and Clairval. Nurses and midwives do not count. By bands (slopes 1, 1.5, 2, 2.5, 3 up to 5, 10, 20,
40, 100 % uncovered) a share of 1/3 uncovered costs 0.65833 and a share of 2/3 costs 1.625 per inhabitant.

    plan              plain    bands
    nothing           2,100    1,800 x 1.625   + 900 x 2.625   = 5,287.5
    Aubois or Bourg   1,500    1,800 x 0.65833 + 900 x 2.625   = 3,547.5
    Clairval          1,500    1,800 x 1.625   + 900 x 0.65833 = 3,517.5
    one west and one east: 900  1,800 x 0.65833 + 900 x 0.65833 = 1,777.5
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.instance import Instance, build_instance
from msp_siting.scenario import Scenario, read_scenario
from msp_siting.solver import Settings
from msp_siting.territory import read_territory

TOY = Path(__file__).parent / "toy"
SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def toy_project(tmp_path: Path) -> Path:
    """A project folder with data/toy and scenarios/toy.yaml; models are the bundled ones."""
    shutil.copytree(TOY, tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def toy_scenario(toy_project: Path) -> Callable[..., Scenario]:
    """Return a reader of the toy scenario, with overrides by path."""

    def read(**overrides: object) -> Scenario:
        paths = {name.replace("__", "."): value for name, value in overrides.items()}
        return read_scenario(toy_project / "scenarios" / "toy.yaml", paths)

    return read


@pytest.fixture
def toy_instance(toy_scenario: Callable[..., Scenario]) -> Callable[..., Instance]:
    """Return a builder of the toy instance, with overrides by path."""

    def build(**overrides: object) -> Instance:
        scenario = toy_scenario(**overrides)
        return build_instance(read_territory(scenario.folder), scenario)

    return build


@pytest.fixture
def exact() -> Settings:
    """Settings that ask for a complete proof."""
    return Settings(time_limit_s=60, relative_gap=0, improvement_gap=0, threads=1, seed=1)
