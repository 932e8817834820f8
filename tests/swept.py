"""What must hold of any sweep, checked from its folder, and a sweep without processes of its own."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.soundness import objective_of
from msp_siting.problem.spending import cost_eur
from msp_siting.solver import Settings, Settler


class Here(Executor):
    """Does every task at once, in this process: for all that does not depend on who does the work."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def here(_workers: int, _scheduler: str | None) -> Iterator[Executor]:
    """Stand in for `sweep.executors.open_pool`."""
    yield Here()


def content(path: Path | str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return found


def check_curve(folder: Path) -> None:
    """Check what must hold between the points of any sweep over budgets whose plans may be carried."""
    table = pd.read_csv(folder / "sweep.csv")
    least = float("inf")
    for row in table.to_dict("records"):
        found = content(folder / "points" / f"{row['budget_eur']:.0f}" / "summary.json")
        for key in ("objective", "cost_eur", "sites_opened", "status", "budget_eur"):
            assert found[key] == row[key], key
        assert found["uncovered_after"]["gp"] == row["uncovered_gp"]
        before = found["objective_before"]
        least = min(least, row["objective"])
        assert found["bound"] <= row["bound"] + 1e-6
        assert row["bound"] <= least
        assert row["gap"] == pytest.approx((row["objective"] - row["bound"]) / row["objective"])
        gain = before - row["bound"]
        assert row["improvement_gap"] == pytest.approx((row["objective"] - row["bound"]) / gain if gain else 0)
        assert row["uncovered_need_low_gp"] - 0.01 <= row["uncovered_need_gp"] <= row["uncovered_need_high_gp"] + 0.01
    bounds, objectives = table["bound"].to_numpy(), table["objective"].to_numpy()
    assert (bounds[:-1] >= bounds[1:]).all()
    assert (objectives[1:] <= objectives[:-1] * (1 + 2e-7)).all()
    steps = table.dropna(subset="marginal_inhabitants_per_100k_eur")
    value, low, high = (steps[f"marginal_inhabitants{end}_per_100k_eur"] for end in ("", "_low", "_high"))
    assert ((low <= value) & (value <= high)).all()


def check_order(folder: Path, instance: Instance, settings: Settings) -> None:
    """Check the order of opening against an evaluation of its own: nested, within the money, its cost as stated."""
    order, table = pd.read_csv(folder / "order.csv", keep_default_na=False), pd.read_csv(folder / "sweep.csv")
    settler = Settler(instance, settings)
    before = content(next((folder / "points").iterdir()) / "summary.json")["objective_before"]
    team: dict[str, dict[str, int]] = {}
    formats: dict[str, str] = {}
    for (step, budget_eur), rows in order.groupby(["step", "budget_eur"], sort=True):
        point = table.iloc[step - 1]
        assert point["budget_eur"] == budget_eur
        for row in rows[rows["site_id"].ne("")].to_dict("records"):
            posts = {name: int(row[f"staff_{name}"]) for name in instance.professions}
            assert (row["action"] == "extend") == (row["site_id"] in team)
            assert all(posts[name] >= few for name, few in team.get(row["site_id"], {}).items())
            assert formats.setdefault(row["site_id"], row["format"]) == row["format"]
            team[row["site_id"]] = posts
        staff = [(site, name, count) for site, posts in team.items() for name, count in posts.items() if count]
        plan = Plan(
            pd.DataFrame(list(formats.items()), columns=["site_id", "format"]),
            pd.DataFrame(staff, columns=["site_id", "profession", "recruited"]),
        )
        assert cost_eur(instance, plan) == pytest.approx(float(rows["cost_eur"].iloc[0]))
        assert cost_eur(instance, plan) <= budget_eur + 0.01
        _, assignment = settler.settle(plan, nearby=False)
        alone = objective_of(instance, assignment.uncovered)
        assert float(rows["objective"].iloc[0]) == pytest.approx(alone, rel=1e-6)
        low, high = (rows[f"nesting_cost_share_{end}"].iloc[0] for end in ("low", "high"))
        gain = before - point["bound"]
        if low == "":
            assert gain == 0
            continue
        assert 0 <= float(low) <= float(high)
        assert float(low) == pytest.approx(max(0, alone - point["objective"]) / gain, abs=1e-6)
        assert float(high) == pytest.approx(max(0, alone - point["bound"]) / gain, abs=1e-6)
