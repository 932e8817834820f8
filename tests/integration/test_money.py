"""Money to the cent, through the command line: what costs a cent more than there is, is not done."""

import csv
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import exact as in_fractions
from msp_siting.cli import main
from msp_siting.problem import build_instance
from msp_siting.scenario import read_scenario
from msp_siting.territory import read_territory

# Three houses that ask for 100,000.40, 100,000.40 and 100,000 EUR; the third brings two GPs, the others one.
ASKED = (("a1", "a", "1", "100000.4"), ("b1", "b", "1", "100000.4"), ("c1", "c", "2", "100000.0"))
ROW = {
    "project_name": "Maison de santé",
    "owner_name": "Commune",
    "owner_type": "commune",
    "action": "creation",
    "zoning_status": "ZIP",
    "qpv": "no",
    "projet_sante_status": "validated",
    "gp_present": "2",
    "nurses": "2",
    "physiotherapists": "1",
    "others": "0",
    "excluded_eur": "0",
    "capex_ht_eur": "500000",
}
FREE = ("--set", "recruitable={gp: 4, nurse: 4, midwife: 1}", "--searches", "0", "--workers", "1")


@pytest.fixture(autouse=True)
def _in_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)


def evaluate(envelope: str, *asked: tuple[str, str, str, str]) -> Result:
    with Path("over.csv").open("w", encoding="utf-8", newline="") as file:
        columns = ["request_id", "place_id", "gp_new_committed", "requested_eur_ars", "owner_eur", *ROW]
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for request_id, place, gps, amount in asked or ASKED:
            values = {"request_id": request_id, "place_id": place, "gp_new_committed": gps, "requested_eur_ars": amount}
            writer.writerow(ROW | values | {"owner_eur": f"{500_000 - float(amount):.2f}"})
    command = ["evaluate", "scenarios/toy.yaml", "over.csv", "--envelope", envelope, "--out", "out", "--lang", "en"]
    return CliRunner().invoke(main, [*command, *FREE])


@pytest.mark.parametrize(
    ("envelope", "chosen", "asked"),
    [
        ("300000", 2, 200_000.4),
        ("300000.7", 2, 200_000.4),
        ("300000.79", 2, 200_000.4),
        ("300000.8", 3, 300_000.8),
        ("200000.39", 1, 100_000.0),
        ("100000", 1, 100_000.0),
        ("99999.99", 0, 0.0),
    ],
)
def test_an_envelope_pays_for_what_it_covers_to_the_cent(envelope: str, chosen: int, asked: float) -> None:
    result = evaluate(envelope)
    assert result.exit_code == 0, result.output
    table = pd.read_csv("out/portfolio.csv")
    taken = table[table["chosen"]]
    assert len(taken) == chosen
    assert taken["requested_eur"].sum() == pytest.approx(asked, abs=1e-6)
    assert chosen == 0 or "c1" in set(taken["request_id"])  # with two GPs it does most


def test_a_part_of_a_cent_is_refused() -> None:
    refused = evaluate("300000.805")
    assert refused.exit_code == 2
    assert "--envelope: must be in whole cents, got 300000.805" in refused.stderr
    command = ["solve", "scenarios/toy.yaml", "--lang", "en", "--set", "budget_eur=925000.005"]
    refused = CliRunner().invoke(main, command)
    assert refused.exit_code == 2
    assert "budget_eur: must be in whole cents, got 925000.005" in refused.stderr
    for path in ("formats.small.capex_eur", "professions.gp.installation_eur"):
        refused = CliRunner().invoke(main, [*command[:-1], f"{path}=10000.001"])
        assert refused.exit_code == 2
        assert f"{path}.value: must be in whole cents, got 10000.001" in refused.stderr


def test_a_part_of_a_cent_in_a_request_is_read_to_the_nearest_and_told() -> None:
    """A third of 300,001 EUR, as a spreadsheet writes it, is within an envelope of 100,000.33 EUR."""
    result = evaluate("100000.33", ("third", "c", "2", "100000.333333"))
    assert result.exit_code == 0, result.output
    assert pd.read_csv("out/portfolio.csv")[["chosen", "requested_eur"]].values.tolist() == [[True, 100_000.33]]
    told = pd.read_csv("out/requests.csv")["read_as"].tolist()
    assert told == ["requested_eur_ars: “100000.333333” read as 100,000.33 EUR"]


def test_cents_are_told_where_there_are_any() -> None:
    assert "(200,000.40 EUR asked for, of 300,000.70 EUR)" in evaluate("300000.7").stdout


@pytest.mark.parametrize("envelope", ["200000.4", "300000", "300000.7"])
def test_of_choices_as_good_and_as_dear_the_first_of_the_file_is_taken(envelope: str) -> None:
    assert evaluate(envelope).exit_code == 0
    table = pd.read_csv("out/portfolio.csv")
    assert table.loc[table["chosen"], "request_id"].tolist() == ["a1", "c1"]
    assert evaluate(envelope, *reversed(ASKED)).exit_code == 0
    table = pd.read_csv("out/portfolio.csv")
    assert table.loc[table["chosen"], "request_id"].tolist() == ["c1", "b1"]


@pytest.mark.parametrize(
    ("budget", "opened"),
    [("900000.01", 1), ("900000", 1), ("899999.99", 0), ("1800000", 2), ("1799999.99", 1)],
)
def test_a_budget_pays_for_what_it_covers_to_the_cent(budget: str, opened: int) -> None:
    # A small house costs 900,000 EUR; what its team gets is another purse.
    command = ["solve", "scenarios/toy.yaml", "--lang", "en", "--set", f"budget_eur={budget}", *FREE[:2]]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert len(pd.read_csv("runs/toy/sites.csv")) == opened


@pytest.mark.parametrize(
    ("aid", "opened"), [("25000.01", 1), ("25000", 1), ("24999.99", 0), ("50000", 2), ("49999.99", 1)]
)
def test_a_limit_on_aid_pays_for_what_it_covers_to_the_cent(aid: str, opened: int) -> None:
    # Two GPs get 10,000 EUR each and a nurse 5,000.
    command = ["solve", "scenarios/toy.yaml", "--lang", "en", *FREE[:2]]
    result = CliRunner().invoke(main, [*command, "--set", "budget_eur=9000000", "--set", f"aid_budget_eur={aid}"])
    assert result.exit_code == 0, result.output
    assert len(pd.read_csv("runs/toy/sites.csv")) == opened
    assert pd.read_csv("runs/toy/staff.csv")["aid_eur"].sum() == 25_000 * opened


def test_a_euro_more_than_the_budget_is_too_much() -> None:
    """A plan of 925,001 EUR on 925,000 was within the solver's tolerance, and the run was lost (budget_euro)."""
    demand = [(1500.25, 1.05), (123.4, 0.95), (0.5, 0.95), (999.99, 0.95), (123.4, 0.95), (999.99, 1.05)]
    Path("data/toy/zones.csv").unlink()
    Path("data/toy/supply.csv").unlink()
    Path("data/toy/demand.csv").write_text(
        "demand_id,name,inhabitants,lon,lat,need_index_gp,need_index_midwife\n"
        + "".join(f"i{n},N{n},{people},5.0{n},45.0,{index},1.05\n" for n, (people, index) in enumerate(demand)),
        encoding="utf-8",
    )
    Path("data/toy/sites.csv").write_text(
        "site_id,place_id,name,lon,lat,status\n"
        + "".join(f"s{n},i{n},S{n},5.0{n},45.0,candidate\n" for n in (1, 3, 5)),
        encoding="utf-8",
    )
    Path("data/toy/travel_times.csv").write_text(
        "demand_id,place_id,minutes\n" + "".join(f"i{n},i{n},0\n" for n in range(6)) + "i0,i3,10\ni4,i5,19\ni2,i1,5\n",
        encoding="utf-8",
    )
    options = {
        "model": "allocation-plain",
        "budget_eur": "925000",
        "recruitable": "{gp: 20, nurse: 2, midwife: 1}",
        "professions.midwife.installation_eur": "1.0",
        "formats.medium.host_inhabitants_fewest": "1",
        "formats.large.capex_eur": "0",
        "formats.large.paramedical_fewest": "0",
        "site_count.max": "1",
    }
    command = ["solve", "scenarios/toy.yaml", "--lang", "en"]
    command += [part for key, value in options.items() for part in ("--set", f"{key}={value}")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert pd.read_csv("runs/toy/sites.csv")["cost_eur"].sum() <= 925_000


def drawn(random: np.random.Generator) -> list[tuple[str, str, str, str]]:
    """Return three to seven requests whose amounts have cents, several of them alike but for those."""
    amounts = [random.choice([100_000, 200_000, 350_000]) + random.integers(0, 100) / 100 for _ in range(3)]
    return [
        (f"r{row}", random.choice(["a", "b", "c", "d"]), str(random.integers(1, 4)), f"{random.choice(amounts):.2f}")
        for row in range(int(random.integers(3, 8)))
    ]


def cents(requests: Iterable[tuple[str, str, str, str]]) -> int:
    return sum(int(amount.replace(".", "")) for *_, amount in requests)


@pytest.mark.parametrize("seed", [*range(20), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(20, 200))])
def test_the_portfolio_of_a_file_is_the_best_of_all_choices_within_the_envelope(seed: int) -> None:
    """Whatever the envelope, within a euro of what some requests ask for; of choices as good the cheapest."""
    random = np.random.default_rng(seed)
    requests = drawn(random)
    choices = [choice for n in range(len(requests) + 1) for choice in itertools.combinations(requests, n)]
    envelope = max(0, cents(choices[int(random.integers(0, len(choices)))]) + int(random.integers(-100, 101)))
    result = evaluate(f"{envelope // 100}.{envelope % 100:02d}", *requests)
    assert result.exit_code == 0, result.output
    table = pd.read_csv("out/portfolio.csv").set_index("request_id")
    instance = build_instance(read_territory(Path("data/toy")), read_scenario(Path("scenarios/toy.yaml")), list("abcd"))

    terms = instance.professions["gp"]

    def preference(choice: tuple[tuple[str, str, str, str], ...]) -> tuple[Fraction, int, list[bool]]:
        """What it leaves uncovered, what it costs, and whether it lacks the first request, the second ..."""
        gps = Counter(terms.existing)
        for _, place, posts, _ in choice:
            gps[place] += int(posts)
        funded = replace(instance, professions={**instance.professions, "gp": replace(terms, existing=gps)})
        return in_fractions.objective(funded, {}), cents(choice), [each not in choice for each in requests]

    best = min((choice for choice in choices if cents(choice) <= envelope), key=preference)
    chosen = [request for request in requests if table.loc[request[0], "chosen"]]
    assert chosen == list(best)
