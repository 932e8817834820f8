"""Tables of several runs, one below the other: their labels, figures, sites, and who is uncovered."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from msp_siting.runs.reading import EarlierRun
from msp_siting.runs.records import Summary
from msp_siting.units import EUR_PER_MILLION_EUR

SAME_INHABITANTS = 0.5  # a zone whose uncovered differ by less neither wins nor loses
INHABITANTS_DIGITS = 4  # finer differences are rounding's
MEASURES = (
    *("objective_before", "objective", "bound", "gap", "improvement_gap"),
    *("budget_eur", "cost_eur", "aid_budget_eur", "aid_eur", "aci_eur_per_year", "sites_opened", "staff"),
    *("uncovered_today", "uncovered_before", "uncovered_after", "uncovered_after_drawn", "uncovered_after_additional"),
    *("shortage_before", "shortage_after"),
    *("distance_before", "distance_after", "beyond_20_minutes_before", "beyond_20_minutes_after"),
    *("apl_mean_before", "apl_mean_after"),
    *("inhabitants_below_apl_floor_before", "inhabitants_below_apl_floor_after"),
    *("apl_shortfall_visits_per_year_before", "apl_shortfall_visits_per_year_after"),
)


OF_OBJECTIVE = ("objective_before", "objective", "bound")  # of another measure, another unit: no difference
AT_A_HORIZON = ("uncovered_today", "uncovered_after_drawn", "uncovered_after_additional")  # others have none


def label_with_budget(run: EarlierRun) -> str:
    """Return a run's scenario and budget, in a form that is the same in every language."""
    return f"{run.summary.scenario} ({run.summary.budget_eur / EUR_PER_MILLION_EUR:g} M EUR)"


def run_labels(runs: Sequence[EarlierRun]) -> tuple[str, ...]:
    """Return a label per run: its scenario's name, with its budget, its folder's name or its path; the first unique."""
    forms: tuple[Callable[[EarlierRun], str], ...] = (
        lambda run: run.summary.scenario,
        label_with_budget,
        lambda run: run.folder.resolve().name,
        lambda run: run.folder.resolve().as_posix(),
    )
    steps = [0] * len(runs)
    while True:
        labels = [forms[step](run) for step, run in zip(steps, runs, strict=True)]
        count = Counter(labels)
        if max(count.values()) == 1:
            return tuple(labels)
        steps = [min(step + (count[label] > 1), len(forms) - 1) for step, label in zip(steps, labels, strict=True)]


def measure_table(runs: Sequence[EarlierRun], labels: Sequence[str]) -> pd.DataFrame:
    """Return every figure of every run: `comparison.Comparison.measures`."""
    rows: list[tuple[str, str, str, float | None, float | None]] = []
    figures, measures = [_figures(run.summary) for run in runs], [run.model.objective for run in runs]
    for key in dict.fromkeys(key for found in figures for key in found):
        first = figures[0].get(key)
        for number, (label, found) in enumerate(zip(labels, figures, strict=True)):
            value = found.get(key)
            is_same = key[0] not in OF_OBJECTIVE or measures[number] == measures[0]
            known = number > 0 and value is not None and first is not None and is_same
            rows.append((*key, label, value, value - first if known else None))  # type: ignore[operator]
    table = pd.DataFrame(rows, columns=["measure", "profession", "run", "value", "difference"])
    table = table.astype({"value": "float64", "difference": "float64"})
    order = table["measure"].map(MEASURES.index)
    return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _figures(summary: Summary) -> dict[tuple[str, str], float | None]:
    """Return every figure of a run by (measure, profession or empty); distance is uncovered less shortage."""
    values = {name: getattr(summary, name) for name in MEASURES if not name.startswith("distance")}
    values |= {name: values[name] or {} for name in AT_A_HORIZON}
    for moment in ("before", "after"):
        uncovered, shortage = values[f"uncovered_{moment}"], values[f"shortage_{moment}"]
        values[f"distance_{moment}"] = {name: people - shortage[name] for name, people in uncovered.items()}
    return {
        (measure, profession): number
        for measure in MEASURES
        for profession, number in (
            values[measure].items() if isinstance(values[measure], dict) else [("", values[measure])]
        )
    }


def site_table(runs: Sequence[EarlierRun], labels: Sequence[str]) -> pd.DataFrame:
    """Return every opened site of every run: `comparison.Comparison.sites`."""
    professions = list(dict.fromkeys(name for run in runs for name in run.summary.staff))
    tables = []
    for run, label in zip(runs, labels, strict=True):
        rows = run.sites[["site_id", "place_id", "name", "lon", "lat", "format"]].assign(run=label)
        for name in professions:
            posts = run.staff[run.staff["profession"].eq(name)].set_index("site_id")["recruited"]
            rows[f"staff_{name}"] = rows["site_id"].map(posts).fillna(0).astype("int64")  # no row: no post
        tables.append(rows)
    table = pd.concat(tables, ignore_index=True)
    count = table.groupby("site_id")["run"].transform("size").astype("int64")
    kept = np.select([count.eq(len(runs)), count.gt(1)], ["all", "some"], "one")
    table = table.assign(runs=count, kept=kept)
    return table.sort_values(["runs", "site_id"], ascending=[False, True], kind="stable", ignore_index=True)


def against_reference(tables: Sequence[pd.DataFrame], labels: Sequence[str], keys: list[str]) -> pd.DataFrame:
    """Return the uncovered of every run after its plan, and how they differ from the first one's, by some keys."""
    wanted = [*keys, *(["name"] if "name" in tables[0].columns else []), "inhabitants", "uncovered_after"]
    first = tables[0][[*keys, "inhabitants", "uncovered_after"]]
    merged = []
    for number, (table, label) in enumerate(zip(tables, labels, strict=True)):
        rows = table[wanted].merge(first, on=keys, how="left", suffixes=("", "_reference"), validate="one_to_one")
        difference = (rows["uncovered_after"] - rows["uncovered_after_reference"]).round(INHABITANTS_DIGITS)
        here, there = (
            rows[f"uncovered_after{end}"] / rows[f"inhabitants{end}"].where(rows[f"inhabitants{end}"] > 0)
            for end in ("", "_reference")
        )
        rows = rows[wanted].assign(run=label, difference_inhabitants=difference, difference_share=here - there)
        outcome = np.select(
            [difference >= SAME_INHABITANTS, difference <= -SAME_INHABITANTS, difference.notna()],
            ["loser", "winner", "same"],
            "",
        )
        rows["outcome"] = outcome
        if number == 0:
            rows[["difference_inhabitants", "difference_share"]] = np.nan
            rows["outcome"] = ""
        merged.append(rows)
    return pd.concat(merged, ignore_index=True)
