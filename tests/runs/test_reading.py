"""What an earlier run decided is read from its folder, or refused with every problem."""

from pathlib import Path

import pytest

from msp_siting.errors import DataError, ScenarioError
from msp_siting.runs.reading import read_plan

SITES = "site_id,place_id,name,action,format,owner_eur\nsite-c,c,Clairval,creation,small,\n"
STAFF = "site_id,profession,recruited,moved,aid_eur\nsite-c,gp,2,0,20000.0\nsite-c,nurse,1,0,5000.0\n"


def written(folder: Path, sites: str = SITES, staff: str = STAFF) -> Path:
    """Write the two tables of a plan."""
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    (folder / "staff.csv").write_text(staff, encoding="utf-8")
    return folder


def test_the_plan_of_a_run(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path))
    assert plan.sites.to_dict("list") == {"site_id": ["site-c"], "format": ["small"]}
    assert plan.staff.to_dict("list") == {
        "site_id": ["site-c", "site-c"],
        "profession": ["gp", "nurse"],
        "recruited": [2.0, 1.0],
    }


def test_a_plan_that_opens_nothing(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, SITES.splitlines()[0] + "\n", STAFF.splitlines()[0] + "\n"))
    assert plan.sites.empty
    assert plan.staff.empty


def test_a_folder_without_a_plan(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_plan(tmp_path)
    assert caught.value.problems == (f"{tmp_path}: holds no run with a plan (no sites.csv); give the folder of a run",)


def test_every_problem_of_a_table(tmp_path: Path) -> None:
    damaged = STAFF.replace("nurse,1", "nurse,one")
    with pytest.raises(DataError) as caught:
        read_plan(written(tmp_path, staff=damaged))
    assert [problem.removeprefix(f"{tmp_path / 'staff.csv'}: ") for problem in caught.value.problems] == [
        "row 3: recruited: expected a number (with a decimal point), got 'one'",
    ]
