"""The territory as a question takes it: 1 % more inhabitants a year from 2021 to 2023 are 2.01 % more."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.answer.apl import need
from msp_siting.errors import DataError
from msp_siting.problem.building import build_instance
from msp_siting.problem.horizon import territory_at_horizon
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.manifest import ColumnSource, Manifest, ManifestFile
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory

Read = Callable[..., Scenario]
GROWTH = {"need__population_growth_share_per_year": 0.01, "horizon_year": 2023}


def with_vintages(territory: Territory, **vintages: str) -> Territory:
    """Return the territory with files of these vintages (``demand``: that of demand.csv) in its manifest."""
    files = [
        ManifestFile(path=f"{stem}.csv", sha256="0", source="S", licence="L", vintage=vintage, kind="measured")
        for stem, vintage in vintages.items()
    ]
    return replace_manifest(territory, territory.manifest.model_copy(update={"files": files}))


def replace_manifest(territory: Territory, manifest: Manifest) -> Territory:
    return Territory(**{**vars(territory), "manifest": manifest})


@pytest.fixture
def territory(rim_folder: Path) -> Territory:
    """The toy with a rim, 100 aged people at Aubois and an unknown number elsewhere."""
    demand = pd.read_csv(rim_folder / "demand.csv", dtype=str).assign(inhabitants_75_plus=["100", "", "", ""])
    demand.to_csv(rim_folder / "demand.csv", index=False)
    return with_vintages(read_territory(rim_folder), demand="2021", rim_demand="2022")


def test_everyone_grows_from_the_vintage_of_their_file(territory: Territory, toy_scenario: Read) -> None:
    grown = territory_at_horizon(territory, toy_scenario(**GROWTH))
    assert grown.demand["inhabitants"].tolist() == pytest.approx([918.09, 612.06, 918.09, 306.03])
    assert grown.demand["inhabitants_75_plus"].tolist() == pytest.approx([102.01, *[float("nan")] * 3], nan_ok=True)
    assert grown.rim is not None
    assert grown.rim.demand["inhabitants"].tolist() == pytest.approx([202, 101])  # one year


def test_all_that_reads_inhabitants_agrees(territory: Territory, toy_scenario: Read) -> None:
    scenario = toy_scenario(**GROWTH)
    grown = territory_at_horizon(territory, scenario)
    assert need(grown, "gp").sum() == pytest.approx(2754.27)
    assert build_instance(grown, scenario).need("gp") == pytest.approx(2754.27)


def test_the_table_is_left_as_it_was(territory: Territory, toy_scenario: Read) -> None:
    before = territory.demand.copy()
    territory_at_horizon(territory, toy_scenario(**GROWTH))
    pd.testing.assert_frame_equal(territory.demand, before)


@pytest.mark.parametrize(
    "asked",
    [{"horizon_year": 2023}, {"need__population_growth_share_per_year": 0.01}, {}],
    ids=["no growth", "no horizon", "neither"],
)
def test_without_growth_or_horizon_nothing_changes(
    rim_folder: Path, toy_scenario: Read, asked: dict[str, object]
) -> None:
    territory = read_territory(rim_folder)  # its manifest describes no file
    found = territory_at_horizon(territory, toy_scenario(**asked))
    assert found.demand is territory.demand
    assert found.rim is territory.rim
    assert found.trend is None


def test_a_column_s_own_vintage_counts(territory: Territory, toy_scenario: Read) -> None:
    source = ColumnSource(source="S", licence="L", vintage="2013", kind="measured")
    entry = territory.manifest.files[0].model_copy(update={"columns": {"inhabitants": source}})
    manifest = territory.manifest.model_copy(update={"files": [entry, territory.manifest.files[1]]})
    grown = territory_at_horizon(replace_manifest(territory, manifest), toy_scenario(**GROWTH))
    assert grown.demand["inhabitants"][0] == pytest.approx(900 * 1.01**10)


def test_a_year_that_cannot_be_read_is_an_error(territory: Territory, toy_scenario: Read) -> None:
    with pytest.raises(DataError) as caught:
        territory_at_horizon(with_vintages(territory, demand="census 2021"), toy_scenario(**GROWTH))
    advice = (
        "so its inhabitants cannot grow to the horizon; give the year they were counted, "
        "or set need.population_growth_share_per_year to 0"
    )
    manifest = territory.folder / "manifest.yaml"
    assert caught.value.problems == (
        f"{manifest}: files: demand.csv: vintage 'census 2021' is no year, {advice}",
        f"{manifest}: files: rim_demand.csv: the file is not described, {advice}",
    )


def test_a_rim_that_is_ignored_needs_no_vintage(territory: Territory, toy_scenario: Read) -> None:
    grown = territory_at_horizon(with_vintages(territory, demand="2021"), toy_scenario(**GROWTH, rim=False))
    assert grown.rim is None
    assert grown.demand["inhabitants"][0] == pytest.approx(918.09)
