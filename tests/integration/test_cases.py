"""Inputs as people bring them, collected beside the project (../shared/cases): each gives what is right.

Each stands for a kind whose other members have tests of their own, in the rooms that they belong to.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main

CASES = Path(__file__).parents[3] / "shared" / "cases"
NATIONAL = CASES.parent / "data" / "national"
NO_PLAN = ("--searches", "0", "--workers", "1", "--set", "budget_eur=0")  # the requests are what counts here
WIDE = ("--layout", "wide", "--unit", "seconds", "--origins", "rows")
Run = Callable[..., Result]

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not here")


@pytest.fixture
def run(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command in a copy of the folder that a test is called after."""
    name = request.node.originalname.removeprefix("test_")
    shutil.copytree(CASES / name, tmp_path / name)
    monkeypatch.chdir(tmp_path / name)
    return lambda *arguments: CliRunner().invoke(main, [*map(str, arguments), "--lang", "en"])


def times(file: str = "o.csv") -> dict[tuple[str, str], float]:
    table = pd.read_csv(file)
    return {(one, other): minutes for one, other, minutes in table.itertuples(index=False)}


def pairs() -> int:
    return len(pd.read_parquet("territory/travel_times.parquet"))


def test_graphml_midpoint(run: Run) -> None:
    found = []
    for roads in ("road.graphml", "road.osm"):
        assert run("travel-times", "--points", "points.csv", "--roads", roads, "--out", "o.csv").exit_code == 0
        found.append(times())
    assert found[0] == pytest.approx(found[1], abs=1e-9)
    assert found[0]["mid", "west"] == pytest.approx(8.92, abs=0.01)
    assert found[0]["mid", "mid2"] == pytest.approx(1.39, abs=0.01)


def test_island_snapped(run: Run) -> None:
    result = run("travel-times", "--points", "pts.csv", "--roads", "island.osm", "--out", "o.csv")
    assert result.exit_code == 0, result.output
    assert {(one[:3], other[:3]) for one, other in times()} == {("isl", "isl"), ("mai", "mai")}
    assert len(times()) == 8  # within each of the two, both ways, and each to itself
    assert (
        "Island west (isl_w), Island east (isl_e). They have times to points of their own network only."
        in result.stdout
    )


def test_antimeridian_road(run: Run) -> None:
    result = run("travel-times", "--points", "anti.csv", "--roads", "anti.osm", "--out", "o.csv")
    assert result.exit_code == 2
    assert "a road crosses longitude 180" in result.stderr
    assert not Path("o.csv").exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("widecol_zero.csv", "column 4: '38518' (Valbonnais): 0 seconds on 9 of 9 trips of more than 2 km"),
        ("zeros40.csv", "row 2, column 4: 0 seconds from '38226' (Mens) to '38518' (Valbonnais), 15.1 km apart"),
        ("mixed_units.csv", "column 4: '38518' (Valbonnais): median speed 1,808.6 km/h"),
    ],
)
def test_matrix_zero_column(run: Run, file: str, said: str) -> None:
    before = pairs()
    result = run("travel-times", "--territory", "territory", "--matrix", file, *WIDE)
    assert result.exit_code == 2
    assert said in result.stderr
    assert pairs() == before


@pytest.mark.parametrize(
    ("file", "left", "said"),
    [
        ("osrm_null_empty.csv", 29, "pairs without a time, taken as unreachable: 1 of 27"),
        ("osrm_null_word.csv", 29, "pairs without a time, taken as unreachable: 1 of 27"),
        ("most_uint32.csv", 12, "pairs without a time, taken as unreachable: 18 of 27"),
        ("emptydiag.csv", 30, "points without a time to themselves, where it is 0 minutes: 3"),
    ],
)
def test_matrix_unreachable(run: Run, file: str, left: int, said: str) -> None:
    result = run("travel-times", "--territory", "territory", "--matrix", file, *WIDE)
    assert result.exit_code == 0, result.output
    assert said in result.stdout
    assert pairs() == left
    long = run(
        "travel-times", "--territory", "territory", "--matrix", "r5py_long.csv", "--layout", "long", "--unit", "minutes"
    )
    assert long.exit_code == 0, long.output
    assert "from_id = demand_id, to_id = place_id, travel_time = minutes" in long.stdout


@pytest.fixture
def server(run: Run) -> Iterator[int]:  # noqa: ARG001 - the server is in its folder
    """A routing server that finds no way anywhere, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "fake.py", "allnull", str(port)])
    for _ in range(200):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield port
    process.kill()
    process.wait()


def test_unreachable_unsaid(run: Run, server: int) -> None:
    result = run("travel-times", "--territory", "territory", "--server", f"osrm=http://127.0.0.1:{server}")
    assert result.exit_code == 0, result.output
    assert "Demand points without a time to any place within 60 minutes, 7 of 10" in result.stdout
    assert "Without a travel time to any place: 7 of 10 demand points" in run("check", "territory").stdout
    assert run("diagnose", "territory", "--out", "described").exit_code == 0
    caveats = json.loads(Path("described/summary.json").read_text(encoding="utf-8"))["caveats"]
    assert any("Without a travel time to any place: 7 of 10 demand points" in caveat for caveat in caveats)


def test_postal_code_request(run: Run) -> None:
    result = run("evaluate", "isere-20m", "requests.csv", *NO_PLAN)
    assert result.exit_code == 2
    assert "row 2: place_id, owner_name: 38350 (Sainte-Agnès)" in result.stderr
    assert "which names 38269 (La Mure)" in result.stderr
    assert not Path("runs").exists()


def test_old_code_request(run: Run) -> None:
    result = run("evaluate", "isere-20m", "requests.csv", *NO_PLAN)
    assert result.exit_code == 0, result.output
    table = pd.read_csv("runs/isere-20m-requests/requests.csv", dtype=str)
    by_code = dict(zip(pd.read_csv("requests.csv", sep=";", dtype=str)["place_id"], table["place_id"], strict=True))
    assert (by_code["38125"], by_code["38534"]) == ("38456", "38253")  # Châtel-en-Trièves, Les Deux Alpes
    assert table["read_as"].notna().all()


def test_amounts_in_keur(run: Run) -> None:
    result = run("evaluate", "isere-20m", "requests.csv", *NO_PLAN)
    assert result.exit_code == 0, result.output
    assert "perhaps in kEUR; incomplete and without a rank: mens-keur." in result.stdout
    table = pd.read_csv("runs/isere-20m-requests/requests.csv").set_index("request_id")
    assert table.loc["mens-keur", "verdict"] == "incomplete"
    assert pd.isna(table.loc["mens-keur", "rank_per_eur"])


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("r1_french_headers.csv", []),
        ("r3_names.csv", []),
        ("r4_amounts.csv", ["row 8: capex_ht_eur: amounts are before tax (HT), got '1 250 000 € TTC'"]),
        ("r5_ids.csv", []),
        ("r6_people.csv", [f"row {row}: {name}" for row in (4, 5, 6, 8, 9) for name in ("gp_present", "nurses")]),
        ("r7_dates.csv", ["row 9: opening_date: '45000' is how a spreadsheet counts days; format the cell as a date"]),
        ("r8_status.csv", ["row 6: zoning_status: 'ZRR' is no zone of the ARS zoning of GPs"]),
    ],
)
def test_evaluate_words(run: Run, file: str, said: list[str]) -> None:
    """Read as people write them; what may mean two things, or something else, is asked for, and nothing else is."""
    result = run("evaluate", "isere-20m", file, *NO_PLAN)
    assert result.exit_code == (2 if said else 0), result.output
    lines = result.stderr.splitlines()
    assert len(lines) == len(said)
    assert all(part in line for part, line in zip(said, lines, strict=True))


@pytest.mark.slow
def test_postal_code_communes(run: Run) -> None:
    result = run("territory", "build", "--communes", "communes.csv", "--sources", NATIONAL, "--out", "made")
    assert result.exit_code == 2
    assert "row 2: commune_id, name: 38350 (Sainte-Agnès) is not 'La Mure', which is 38269 (La Mure)" in result.stderr
    assert "row 3: commune_id, name: 38440 (Saint-Pierre-de-Bressieux) is not 'Saint-Jean-de-Bournay'" in result.stderr
    assert not Path("made").exists()


@pytest.mark.slow
def test_arrondissements_communes(run: Run) -> None:
    result = run("territory", "build", "--communes", "communes.csv", "--sources", NATIONAL, "--out", "made")
    assert result.exit_code == 0, result.output
    asked = pd.read_csv("communes.csv", dtype=str)["commune_id"].tolist()
    demand = pd.read_csv("made/demand.csv", dtype={"demand_id": str})
    assert demand["demand_id"].tolist() == sorted(asked)
    assert demand["inhabitants"].sum() == pytest.approx(247_352)


@pytest.mark.slow
def test_finess_official(run: Run, tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    shutil.copytree(NATIONAL, sources)
    shutil.copy(next(Path.cwd().glob("etalab*.csv")), sources)
    result = run("territory", "build", "--department", "48", "--sources", sources, "--out", "made")
    assert result.exit_code == 0, result.output
    assert "Existing MSPs (FINESS, category 603): not in the sources folder" not in result.stdout
    sites = pd.read_csv("made/sites.csv")
    assert (sites["status"] == "existing").sum() > 0


def test_id_collision(run: Run) -> None:
    found = []
    for name in ("plain", "sitea", "sitec", "small"):
        options = ("--set", "budget_eur=3000000", "--set", "recruitable.gp=6", "--workers", "1", "--out", name)
        assert run("evaluate", "scenarios/toy.yaml", f"{name}.csv", *options).exit_code == 0
        tables = {}
        for file in ("requests", "portfolio", "effects", "losses"):
            table = pd.read_csv(f"{name}/{file}.csv")
            tables[file] = table.drop(columns=["request_id", "project_name"], errors="ignore").to_csv()
        found.append(tables)
    assert all(tables == found[0] for tables in found)


def test_leave_join(run: Run) -> None:
    result = run("evaluate", "scenarios/toy.yaml", "r.csv", "--workers", "1")
    assert result.exit_code == 0, result.output
    assert (
        "as leaving by one request and as joining by another do not count as joining: bourg, aubois." in result.stdout
    )
    assert len(pd.read_csv("runs/toy-requests/requests.csv")) == 2


@pytest.mark.parametrize("envelope", ["300000", "300000.7"])
def test_cents_envelope(run: Run, envelope: str) -> None:
    result = run("evaluate", "scenarios/toy.yaml", "over.csv", "--envelope", envelope, "--workers", "1")
    assert result.exit_code == 0, result.output
    table = pd.read_csv("runs/toy-requests/portfolio.csv")
    assert table.loc[table["chosen"], "requested_eur"].sum() == pytest.approx(200_000.40)


def test_budget_euro(run: Run) -> None:
    result = run("solve", "scenarios/s.yaml")
    assert result.exit_code == 0, result.output
    assert pd.read_csv("runs/s/sites.csv")["cost_eur"].sum() == 590_000  # a small one: the medium is too dear
