"""A disk that is full at any step of any replacement: what stood there before can be read, and is all there is.

``full_disk`` counts what Python asks of the system. What writes past Python (layers, tables of travel times) meets
files that can grow no more.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from full_disk import contents, refuse_each_step
from miniature import write_miniature
from msp_siting.answer.pipeline import settings_of
from msp_siting.commands import building, projects
from msp_siting.commands.solving import solve_question
from msp_siting.commands.sweeping.folder import Place, open_place
from msp_siting.commands.sweeping.question import SweepQuestion, ask
from msp_siting.commands.timing import write_into_territory, write_times
from msp_siting.errors import OutputError, ScenarioError
from msp_siting.files.folders import RUN_MARKER, SEAL, broken_seals, replace_folder
from msp_siting.files.replacing import clear_remains
from msp_siting.runs.verification import verify_folder
from msp_siting.scenario.scenario import read_scenario
from msp_siting.sources import Options, build_tables, read_catalogue, read_choice, read_france, select_communes
from msp_siting.territory.reading import read_territory
from msp_siting.travel.cache import cached
from msp_siting.travel.points import Points
from msp_siting.travel.search import Routed

FULL = "could not be written: No space left on device"
WHOLE = f"{FULL}; what stood there before is whole"
stays_full = pytest.mark.parametrize(
    "stays_full", [pytest.param(False, id="full once"), pytest.param(True, id="stays full")]
)


def said(errors: list[Exception]) -> set[str]:
    return {str(error) for error in errors}


@pytest.fixture(scope="module")
def toy_run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a run of the toy scenario holds, by name."""
    folder = tmp_path_factory.mktemp("run") / "project"
    shutil.copytree(Path(__file__).parents[1] / "toy", folder)
    scenario = read_scenario(folder / "scenarios" / "toy.yaml")
    solve = settings_of(scenario.question.solve)
    solve_question(scenario, solve, "en").fill(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def put(files: dict[str, bytes]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        for name, content in files.items():
            (folder / name).write_bytes(content)

    return write


def test_a_run(toy_run: dict[str, bytes], toy_project: Path) -> None:
    out = toy_project / "runs" / "toy"
    replace_folder(out, put(toy_run))
    assert verify_folder(out, toy_project / "data" / "toy").problems == ()
    before = contents(out)

    def read() -> None:
        assert contents(out).keys() == before.keys()
        assert not list(broken_seals(out, json.loads((out / RUN_MARKER).read_bytes())[SEAL]))

    steps, errors = refuse_each_step(out.parent, lambda: replace_folder(out, put(toy_run)), read, OutputError)
    assert steps.count("fsync") == len(toy_run)
    assert said(errors) == {f"{out}: {WHOLE}"}


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What comes with the package, in small."""
    folder = tmp_path / "bundle"
    for name, text in {
        "data/isere/demand.csv": "demand_id\n",
        "models/allocation.yaml": "name: allocation\n",
        "scenarios/one.yaml": "territory: isere\nbudget_eur: 1\n",
    }.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(projects, "bundled_folder", lambda: folder)
    return folder


@stays_full
@pytest.mark.usefixtures("bundle")
@pytest.mark.parametrize("place", ["projects/x", "new/projects/x", "empty"])
def test_a_project(tmp_path: Path, place: str, *, stays_full: bool) -> None:
    root = tmp_path / "root"
    for name in ("empty", "projects/mine"):
        (root / name).mkdir(parents=True)
    folder = root / place

    def make() -> None:
        if folder.is_dir() and any(folder.iterdir()):
            shutil.rmtree(folder)
            if place == "empty":
                folder.mkdir()
        projects.make_project(folder, "isere", "en")

    steps, errors = refuse_each_step(root, make, lambda: None, ScenarioError, stays_full=stays_full)
    assert [steps.count(step) for step in ("open", "fsync")] == [5, 4]  # four files, and that of the lock
    assert (folder / "data" / "isere" / "demand.csv").read_text(encoding="utf-8") == "demand_id\n"
    assert said(errors) == {f"{folder}: cannot be written: No space left on device; give another folder"}


def times_of(minutes: float) -> Routed:
    """Return travel times of the toy territory, all of which take as long, and a record that says it."""
    pairs = [(demand, place, minutes) for demand in "abcd" for place in "abcd"]
    return Routed(pd.DataFrame(pairs, columns=["demand_id", "place_id", "minutes"]), {"all": minutes})


def about(source: str) -> dict[str, str]:
    return {"source": source, "licence": "none", "vintage": "2026", "kind": "derived"}


@pytest.fixture
def timed(toy_project: Path) -> Path:
    """The toy territory with travel times that a command wrote, and a file of its owner's."""
    folder = toy_project / "data" / "toy"
    (folder / "travel_times.csv").unlink()
    write_into_territory(times_of(5.0), folder, about("earlier"))
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    return folder


def read_timed(folder: Path) -> None:
    """Read a territory, whose manifest describes the table there: the earlier one or the new one."""
    territory = read_territory(folder)
    (entry,) = territory.manifest.files
    assert (entry.source, set(territory.travel_times["minutes"])) in [("earlier", {5.0}), ("new", {7.0})]
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


@stays_full
def test_travel_times_and_the_manifest_that_describes_them(timed: Path, *, stays_full: bool) -> None:
    steps, errors = refuse_each_step(
        timed,
        lambda: write_into_territory(times_of(7.0), timed, about("new")),
        lambda: read_timed(timed),
        OSError,
        stays_full=stays_full,
    )
    assert [steps.count(step) for step in ("fsync", "replace")] == [4, 4]
    assert said(errors) == {"[Errno 28] No space left on device"}
    assert read_territory(timed).manifest.files[0].source == "new"
    assert json.loads((timed / "travel_times.json").read_bytes()) == {"all": 7.0}


def test_a_full_disk_is_told_in_one_sentence(timed: Path) -> None:
    """All that the command needs, but for room for the new table."""
    resource = pytest.importorskip("resource", reason="this system limits no files")
    before = contents(timed)
    largest = (timed / "travel_times.parquet").stat().st_size - 1
    command = ["travel-times", "--territory", str(timed), "--surrogate", "--lang", "en"]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    process = subprocess.run(
        [sys.executable, "-m", "msp_siting", *command],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )
    assert (process.returncode, process.stdout) == (4, "")
    assert process.stderr.startswith(f"error: {timed}: could not be written: ")
    assert len(process.stderr.splitlines()) == 1
    assert contents(timed) == before


@stays_full
@pytest.mark.parametrize("name", ["times.csv", "times.parquet"])
def test_travel_times_between_points(tmp_path: Path, name: str, *, stays_full: bool) -> None:
    out = tmp_path / "out" / name
    points = pd.DataFrame({"point_id": ["a"], "name": ["A"], "lon": [5.0], "lat": [45.0]})
    write_times(times_of(5.0), out, Points(points, points), about("earlier"))
    read_table: Callable[..., pd.DataFrame] = pd.read_csv if out.suffix == ".csv" else pd.read_parquet

    def read() -> None:
        assert set(read_table(out)["minutes"]) <= {5.0, 7.0}
        assert json.loads(out.with_suffix(".json").read_bytes())["source"] in {"earlier", "new"}

    steps, errors = refuse_each_step(
        tmp_path,
        lambda: write_times(times_of(7.0), out, Points(points, points), about("new")),
        read,
        OSError,
        stays_full=stays_full,
    )
    assert [steps.count(step) for step in ("fsync", "replace")] == [3, 3]
    assert said(errors) == {"[Errno 28] No space left on device"}
    assert set(read_table(out)["minutes"]) == {7.0}


@stays_full
def test_the_cache_of_searches(tmp_path: Path, *, stays_full: bool) -> None:
    """It holds one search, and a damaged entry that is made again."""
    folder = tmp_path / "cache"
    cached(folder, "one", lambda: times_of(5.0))
    (folder / "two.parquet").write_text("damaged", encoding="utf-8")
    (folder / "two.json").write_text("damaged", encoding="utf-8")

    def read() -> None:
        assert cached(folder, "one", times_of).record == {"all": 5.0, "from_cache": True}  # type: ignore[arg-type]

    _, errors = refuse_each_step(
        folder,
        lambda: cached(folder, "two", lambda: times_of(7.0)),
        read,
        OutputError,
        stays_full=stays_full,
        again=lambda: cached(folder, "three", lambda: times_of(9.0)),
    )
    assert said(errors) == {f"{folder}: {WHOLE}"}
    assert cached(folder, "two", times_of).record == {"all": 7.0, "from_cache": True}  # type: ignore[arg-type]


KEY = "1000000"
POINT: dict[str, Any] = {
    "status": "infeasible",
    **dict.fromkeys(("objective_before", "objective", "bound", "gap", "improvement_gap", "cost_eur", "sites_opened")),
    **dict.fromkeys(("aid_eur", "aci_eur_per_year", "staff", "uncovered_after", "uncovered_need_before")),
    **dict.fromkeys(("uncovered_need_after", "uncovered_need_range_after", "shortage_after")),
    **dict.fromkeys(("inhabitants_below_apl_floor_after", "beyond_20_minutes_after")),
    "budget_eur": 1_000_000.0,
    "caveats": [],
}


def results(folder: Path) -> None:
    for name in ("summary.json", "sweep.csv", "report.html"):
        (folder / name).write_text("{}", encoding="utf-8")


@pytest.fixture
def question(toy_project: Path) -> SweepQuestion:
    return ask(toy_project / "scenarios" / "toy.yaml", "budget_eur", KEY, {})


def keep(place: Place, question: SweepQuestion) -> None:
    written = POINT | {"input_sha256": question.fingerprints[KEY]}
    files = {"run.json": b"{}", "summary.json": json.dumps(written).encode()}
    place.keep(KEY, files, question.fingerprints[KEY])


def sealed(folder: Path) -> list[str]:
    return list(broken_seals(folder, json.loads((folder / RUN_MARKER).read_bytes())[SEAL]))


@stays_full
def test_a_point_of_a_sweep_and_its_results(tmp_path: Path, question: SweepQuestion, *, stays_full: bool) -> None:
    root = tmp_path / "runs"
    place = open_place(root / "x", question, resume=False)
    keep(place, question)

    def read() -> None:
        assert place.holds(KEY, question.fingerprints[KEY])

    _, errors = refuse_each_step(root, lambda: keep(place, question), read, OutputError, stays_full=stays_full)
    assert said(errors) == {f"{place.point(KEY)}: {WHOLE}"}
    _, errors = refuse_each_step(
        root, lambda: place.finish(results, {"kind": "sweep"}), read, OutputError, stays_full=stays_full
    )
    assert said(errors) == {f"{place.folder}: {WHOLE}"}
    assert sealed(root / "x") == []


@stays_full
def test_a_sweep_in_the_place_of_an_earlier_one(tmp_path: Path, question: SweepQuestion, *, stays_full: bool) -> None:
    """Until it is there the earlier one is whole, and the new one can be finished."""
    root = tmp_path / "runs"
    earlier = open_place(root / "x", question, resume=False)
    keep(earlier, question)
    earlier.finish(results, {"kind": "sweep", "number": 1})
    place = open_place(root / "x", question, resume=False)
    assert place.work == root / "x.unfinished"
    keep(place, question)

    def number() -> object:
        return json.loads((root / "x" / RUN_MARKER).read_bytes())["number"]

    def read() -> None:
        assert sealed(root / "x") == []
        assert number() == 2 or open_place(root / "x", question, resume=True).holds(KEY, question.fingerprints[KEY])

    steps, errors = refuse_each_step(
        root,
        lambda: place.finish(results, {"kind": "sweep", "number": 2}),
        read,
        OutputError,
        stays_full=stays_full,
        kept=root / "x",
        again=lambda: (clear_remains(place.work), clear_remains(place.folder)),
    )
    assert "exchange" in steps
    assert said(errors) == {f"{place.folder}: {WHOLE}"}
    assert (number(), [path.name for path in root.iterdir()]) == (2, ["x"])


@pytest.fixture
def built(tmp_path: Path) -> Callable[[], object]:
    """Return what writes a territory of the made-up France into ``out``, where an earlier one stands."""
    (tmp_path / "france").mkdir()
    write_miniature(tmp_path / "france")
    catalogue = read_catalogue(tmp_path / "france" / "catalogue.yaml")
    france = read_france(catalogue, tmp_path / "france" / "sources", leave_out=("squares",))
    selection = select_communes(france, read_choice(departments=("38",)))
    tables = build_tables(france, selection, Options())
    shutil.copytree(Path(__file__).parents[1] / "toy" / "data" / "toy", tmp_path / "out" / "isere")
    return lambda: building.write(france, tables, tmp_path / "out" / "isere")


def test_a_territory(tmp_path: Path, built: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    out, toy = tmp_path / "out", shutil.copytree(tmp_path / "out" / "isere", tmp_path / "toy")
    built()
    files = {path.name: path.read_bytes() for path in (out / "isere").iterdir()}
    monkeypatch.setattr(building, "write_territory", lambda _france, _built, folder: put(files)(folder))
    shutil.rmtree(out / "isere")
    shutil.copytree(toy, out / "isere")

    def read() -> None:
        assert read_territory(out / "isere").manifest.name in {"toy", "isere"}

    steps, errors = refuse_each_step(out, built, read, OutputError)
    assert steps.count("fsync") == len(files)
    assert said(errors) == {f"{out / 'isere'}: {WHOLE}"}
    assert read_territory(out / "isere").manifest.name == "isere"


def test_a_territory_whose_files_can_grow_no_more(tmp_path: Path, built: Callable[[], object]) -> None:
    """At each of its files in turn the last byte finds no room."""
    resource = pytest.importorskip("resource", reason="this system limits no files")
    folder = tmp_path / "out" / "isere"
    before = contents(tmp_path / "out")
    earlier = shutil.copytree(folder, tmp_path / "earlier")
    built()
    sizes = sorted({path.stat().st_size for path in folder.iterdir()})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in sizes:
        shutil.rmtree(folder)
        shutil.copytree(earlier, folder)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size - 1, hard))
        try:
            with pytest.raises(OutputError) as caught:
                built()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert len(caught.value.problems) == 1
        assert contents(tmp_path / "out") == before
