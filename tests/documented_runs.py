"""Small runs of every kind on the toy territory with everything in its tables that may be there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from msp_siting.cli import main
from swept import Here

TOY = Path(__file__).parent / "toy"
TABLES = {
    "demand.csv": (
        "demand_id,name,inhabitants,lon,lat,epci_id,inhabitants_75_plus,apl_official,apl_under_65_official,border\n"
        "a,Aubois,900,5.00,45.00,west,90,3,2,true\nb,Bourg,600,5.10,45.00,west,60,4,3,false\n"
        "c,Clairval,900,5.40,45.00,east,120,1,1,false\nd,Dole,300,5.10,44.90,west,,2,2,true\n"
    ),
    "supply.csv": "place_id,profession,practitioners,retiring_share\nb,gp,2,0.5\na,nurse,2,\nb,nurse,2,\n",
    "zones.csv": "kind,zone_id,name,status\nepci,west,Pays de l'Ouest,ZAC\nepci,east,Pays de l'Est,ZIP\n",
}
REQUESTS = (
    "request_id;place_id;action;gp_present;gp_new_committed;gp_joining_from_place_ids;nurses;capex_ht_eur;excluded_eur;"
    "requested_eur_region;zoning_status;projet_sante_status;owner_type;colour\n"
    "east;c;creation;0;2;;1;900000;0;300000;ZIP;validated;sci;red\n"
    "west;Aubois;creation;0;2;;1;900000;0;300000;ZAC;filed;sci;blue\n"
    "move;c;regrouping;1;0;b;1;900000;0;300000;ZIP;validated;sci;\n"
)
RUNS = {
    "solve": ("solve", "scenarios/toy.yaml"),
    "no plan": ("solve", "scenarios/toy.yaml", "--set", "budget_eur=10", "--set", "site_count=1"),
    "diagnose": (
        *("diagnose", "data/toy", "--horizon", "2030", "--without", "a:nurse", "--without", "b:gp"),
        *("--sheets", "epci"),
    ),
    "sweep": ("sweep", "scenarios/toy.yaml", "--budgets", "0,1000000,2000000"),
    "vary": ("sweep", "scenarios/toy.yaml", "--vary", "recruitable.gp=2,4"),
    "evaluate": ("evaluate", "scenarios/toy.yaml", "requests.csv", "--weights", "need=1", "--on", "2026-11-01"),
    "compare": ("compare", "solve", "sweep/points/2000000"),
    "alternatives": ("alternatives", "solve", "sweep/points/2000000", "--time-limit", "20"),
    "siting": ("solve", "scenarios/siting.yaml"),
}
SITING = """question: {fr: "Qui est à portée ?", en: "Who is within reach?"}
territory: toy
model: max-coverage
budget_eur: 1500000
changes: {existing_supply_covers: gp, cutoff_minutes: 5.0}
"""


def run(*options: str) -> str:
    """Run one command in the current folder and return what it said; no plan (3) is an answer too."""
    result = CliRunner().invoke(main, [*options, "--lang", "en"])
    assert result.exit_code in {0, 3}, result.output + repr(result.exception)
    return result.stdout


@contextmanager
def project(folder: Path) -> Iterator[None]:
    """Stand in a new project folder, where no command starts processes of its own."""
    copytree(TOY, folder)
    for name, text in TABLES.items():
        (folder / "data" / "toy" / name).write_text(text, encoding="utf-8")
    (folder / "requests.csv").write_text(REQUESTS, encoding="utf-8")
    (folder / "scenarios" / "siting.yaml").write_text(SITING, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("msp_siting.answer.workers.ProcessPoolExecutor", lambda *_, **__: Here())
        yield


def make_runs(folder: Path) -> None:
    """Write a project with a run of every kind, called by its kind, and what ``verify --json`` says of one."""
    with project(folder):
        for name, command in RUNS.items():
            run(*command, "--out", name, *(() if name in {"no plan", "siting"} else ("--csv", "excel-fr")))
        Path("verified.json").write_text(run("verify", "solve", "--json"), encoding="utf-8")


def content(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))
