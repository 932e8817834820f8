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

A small MSP brings 2 GPs (600) and a nurse for 900,000 EUR; they get 2 x 10,000 + 5,000 EUR of aid, another purse.
Candidate sites are Aubois, Bourg and Clairval. Nurses and midwives do not count. By bands (slopes 1, 1.5, 2, 2.5, 3 up
to 5, 10, 20, 40, 100 % uncovered) a share of 1/3 uncovered costs 0.65833 and a share of 2/3 costs 1.625 per inhabitant.

    plan              plain    bands
    nothing           2,100    1,800 x 1.625   + 900 x 2.625   = 5,287.5
    Aubois or Bourg   1,500    1,800 x 0.65833 + 900 x 2.625   = 3,547.5
    Clairval          1,500    1,800 x 1.625   + 900 x 0.65833 = 3,517.5
    one west and one east: 900  1,800 x 0.65833 + 900 x 0.65833 = 1,777.5

The same with a rim (the fixture ``rim_folder``), where Bourg has 4 GPs, room for 1,200:

    Esnes ----15---- Bourg          Clairval ----15---- Faverges
    (200)            (4 GPs)        (900)               (100, 2 GPs)

Esnes and Faverges lie outside. Bourg is reached by 1,800 of the territory and 200 of Esnes: 800 of 2,000 find no
room. At the most even everyone goes 40 % short: Esnes uses room for 120 and leaves 1,080 (so 720 uncovered). Faverges
has room for 600, reached by 900 of Clairval and 100 of its own: all go 40 % short again, Faverges uses 60 and leaves
540 (so 360 uncovered). By bands a share of 0.4 costs 0.825 per inhabitant, a share of 1/15 costs 0.075.

    plan              plain    bands
    nothing           1,080    2,700 x 0.825 = 2,227.5
    Aubois or Bourg     480    1,800 x 0.075 + 900 x 0.825 = 877.5
    Clairval            720    1,800 x 0.825 = 1,485 (room for 540 + 600, so 240 are left over)
    one west and one east: 120  1,800 x 0.075 = 135

With the fixture ``actions`` an MSP stands at Bourg, which may be extended (500,000 EUR, 1 to 3 GPs, 0 to 3 nurses) and
has no room for a creation; a commune at most 20 minutes from it may have a satellite (440,000 EUR, 1 or 2 GPs, 0 to 2
nurses): Aubois and Dole, not Clairval. Four GPs can be recruited. A share of 1/6 uncovered costs 0.258333 by bands.

    plan                                    EUR         bands
    satellite at Aubois, 2 GPs              440,000     1,800 x 0.65833 + 900 x 2.625    = 3,547.5
    extension at Bourg, 3 GPs               500,000     1,800 x 0.258333 + 900 x 2.625   = 2,827.5
    both, 4 GPs                             940,000     900 x 2.625                      = 2,362.5
    extension, 2 GPs, and MSP at Clairval   1,400,000   1,800 x 0.65833 + 900 x 0.65833  = 1,777.5

With the fixture ``town`` Aubois has 45,000 inhabitants and three candidate sites for a small MSP, and the model has one
opening for every 20,000 inhabitants: two at Aubois. Without bands 46,200 of 46,800 find no room before, 600 fewer with
each MSP there: 45,600, 45,000, and 44,400 with all three.
"""

import os
import pickle
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from filelock import FileLock

from msp_siting.answer.rim_room import reserve_for_rim
from msp_siting.problem.building import build_instance
from msp_siting.problem.horizon import territory_at_horizon
from msp_siting.problem.instance import Instance
from msp_siting.scenario.scenario import Scenario, read_scenario
from msp_siting.solver import Settings
from msp_siting.territory.reading import read_territory

# Some tests interrupt what they start, which would inherit that a shell behind which the tests run ignores it.
for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)
os.environ["LC_ALL"] = "C.UTF-8"  # errors are told in the system's language, and tests expect English
TOY = Path(__file__).parent / "toy"
RIM = {
    "supply.csv": "place_id,profession,practitioners\nb,gp,4\n",
    "rim_demand.csv": "demand_id,name,inhabitants,lon,lat\ne,Esnes,200,5.10,45.15\nf,Faverges,100,5.55,45.00\n",
    "rim_supply.csv": "place_id,profession,practitioners\nf,gp,2\n",
    "rim_travel_times.csv": (
        "demand_id,place_id,minutes\ne,b,15\ne,e,0\nb,e,15\nc,f,15\nf,c,15\nf,f,0\nf,b,40\nb,f,40\n"
    ),
}
FORMATS_OF_ACTIONS = """
extension:
  title: {fr: "extension", en: "extension"}
  action: {value: extension, unit: what opening it is, source: "made up", kind: assumed}
  capex_eur: {value: 500000.0, unit: EUR, source: "made up", kind: assumed}
  aci_eur_per_year: {value: 0.0, unit: EUR per year, source: "made up", kind: assumed}
  host_inhabitants_fewest: {value: 0, unit: inhabitants, source: "made up", kind: assumed}
  staff_fewest: {value: {gp: 1, nurse: 0, midwife: 0}, unit: posts, source: "made up", kind: assumed}
  staff_most: {value: {gp: 3, nurse: 3, midwife: 1}, unit: posts, source: "made up", kind: assumed}
  paramedical_fewest: {value: 0, unit: posts, source: "made up", kind: assumed}
satellite:
  title: {fr: "antenne", en: "satellite"}
  action: {value: satellite, unit: what opening it is, source: "made up", kind: assumed}
  capex_eur: {value: 440000.0, unit: EUR, source: "made up", kind: assumed}
  aci_eur_per_year: {value: 0.0, unit: EUR per year, source: "made up", kind: assumed}
  host_inhabitants_fewest: {value: 300, unit: inhabitants, source: "made up", kind: assumed}
  host_inhabitants_most: {value: 3000, unit: inhabitants, source: "toy", kind: assumed}
  parent_minutes: {value: 20.0, unit: minutes, source: "made up", kind: assumed}
  staff_fewest: {value: {gp: 1, nurse: 0, midwife: 0}, unit: posts, source: "made up", kind: assumed}
  staff_most: {value: {gp: 2, nurse: 2, midwife: 0}, unit: posts, source: "made up", kind: assumed}
  paramedical_fewest: {value: 0, unit: posts, source: "made up", kind: assumed}
"""
PLACES_WITH_AN_MSP = """place_id,name,lon,lat,pharmacies,msps,centre_level
a,Aubois,5.00,45.00,1,0,local
b,Bourg,5.10,45.00,3,1,local
c,Clairval,5.40,45.00,1,0,local
d,Dole,5.10,44.90,2,0,major
"""
SITES_OF_A_TOWN = """site_id,place_id,name,lon,lat,status,format
site-a,a,Aubois,5.00,45.00,candidate,small
site-a2,a,Aubois (gare),5.00,45.00,candidate,small
site-a3,a,Aubois (pont),5.00,45.00,candidate,small
site-b,b,Bourg,5.10,45.00,candidate,
site-c,c,Clairval,5.40,45.00,candidate,
"""
ONE_OPENING_PER_20_000 = """
inhabitants_per_opening: {value: 20000, unit: inhabitants, source: "made up", kind: assumed}
"""
SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A cache of the tests' own: nothing of the user's is read or written."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Callable[[], Any]], Any]:
    """Return what makes a thing once: the first to ask makes it and writes it, under a lock, for all who test."""
    here = tmp_path_factory.getbasetemp()
    folder = here if worker_id == "master" else here.parent
    known: dict[str, Any] = {}

    def make_once(name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is made
        if name not in known:
            file = folder / f"{name}.pickle"
            with FileLock(f"{file}.lock"):
                if not file.exists():
                    file.write_bytes(cloudpickle.dumps(make()))  # records have classes of no module
            known[name] = pickle.loads(file.read_bytes())  # noqa: S301 - just written
        return known[name]

    return make_once


@pytest.fixture
def toy_project(tmp_path: Path) -> Path:
    """A project folder with data/toy, scenarios/toy.yaml and its own models: three professions, lists of 1,000."""
    shutil.copytree(TOY, tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def actions(toy_project: Path) -> None:
    """Give the toy project an MSP at Bourg, and formats of an extension and a satellite."""
    with (toy_project / "models" / "parameters" / "formats.yaml").open("a", encoding="utf-8") as file:
        file.write(FORMATS_OF_ACTIONS)
    (toy_project / "data" / "toy" / "places.csv").write_text(PLACES_WITH_AN_MSP, encoding="utf-8")


@pytest.fixture
def town(toy_project: Path) -> None:
    """Make Aubois a town with three candidate sites, and give the toy model its openings by inhabitants."""
    with (toy_project / "models" / "parameters" / "spacing.yaml").open("a", encoding="utf-8") as file:
        file.write(ONE_OPENING_PER_20_000)
    data = toy_project / "data" / "toy"
    demand = (data / "demand.csv").read_text(encoding="utf-8")
    (data / "demand.csv").write_text(demand.replace("Aubois,900", "Aubois,45000"), encoding="utf-8")
    (data / "sites.csv").write_text(SITES_OF_A_TOWN, encoding="utf-8")


@pytest.fixture
def rim_folder(toy_project: Path) -> Path:
    """The toy territory's folder, with 4 GPs at Bourg and a rim."""
    folder = toy_project / "data" / "toy"
    for name, text in RIM.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def rim_instance(rim_folder: Path, toy_scenario: Callable[..., Scenario], exact: Settings) -> Callable[..., Instance]:
    """Return a builder of the instance with a rim, with overrides by path."""

    def build(**overrides: object) -> Instance:
        scenario = toy_scenario(**overrides)
        territory = territory_at_horizon(read_territory(rim_folder), scenario)
        return reserve_for_rim(build_instance(territory, scenario), territory, scenario, exact)

    return build


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
