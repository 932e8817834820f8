"""What a scenario asks of zones, sites and shares: as it is written, what is wrong with it, and its fingerprint."""

from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import ScenarioError
from msp_siting.problem.instance import Instance
from msp_siting.scenario.scenario import Scenario, read_scenario

SHA = "0" * 64


def test_a_named_zone_has_its_own_record_and_others_that_of_each(toy_instance: Callable[..., Instance]) -> None:
    zones = {"epci": {"west": {"sites": {"max": 1}}, "each": {"sites": {"min": 1}, "budget_eur": {"max": 2e6}}}}
    east, west = toy_instance(zones=zones).zones
    assert (east.key, east.sites, east.points) == (("epci", "east"), ("site-c",), ("c",))
    assert (east.opened, east.spent_cents) == ((1, None), (0, 200_000_000))
    assert (west.sites, west.opened, west.spent_cents) == (("site-a", "site-b"), (0, 1), (0, None))


def test_a_site_is_written_by_its_id_or_with_a_format(toy_scenario: Callable[..., Scenario], tmp_path: Path) -> None:
    forced = ["site-a", {"site": "site-c", "format": "small"}]
    scenario = toy_scenario(sites__force_open=forced)
    assert scenario.question.sites.forced_ids == ["site-a", "site-c"]
    assert scenario.resolved(SHA, tmp_path)["sites"]["force_open"] == forced


def test_what_is_not_asked_leaves_the_fingerprint_as_it_was(toy_scenario: Callable[..., Scenario]) -> None:
    plain = toy_scenario().sha256(SHA)
    assert toy_scenario(zones={}, targets={}, weights={}, constraints__zone_sites=True).sha256(SHA) == plain
    for asked in (
        {"zones": {"epci": {"west": {"sites": {"min": 1}}}}},
        {"targets__covered_share": {"gp": 0.5}},
        {"weights__groups": {"75_plus": 2.0}},
        {"sites__keep": [{"site": "site-a", "format": "small"}]},
        {"constraints__zone_sites": False},
    ):
        assert toy_scenario(**asked).sha256(SHA) != plain


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("zones: {epci: {west: {sites: {min: 2, max: 1}}}}", "zones.epci.west.sites: min 2 is above max 1"),
        ("zones: {epci: {west: {site: {min: 2}}}}", "zones.epci.west.site: unknown key; did you mean sites?"),
        (
            "zones: {epci: {west: {budget_eur: {max: 0.001}}}}",
            "zones.epci.west.budget_eur.max: must be in whole cents, got 0.001",
        ),
        (
            "zones: {epci: {west: {covered_share: {gpp: {min: 0.5}}}}}",
            "zones.epci.west.covered_share.gpp: the model has no such profession; did you mean gp?",
        ),
        (
            "zones: {epci: {each: {apl_mean: {min: 0}}}}",
            "zones.epci.each.apl_mean.min: must be above 0, got 0",
        ),
        ("targets: {covered_share: {gp: 1.5}}", "targets.covered_share.gp: must be at most 1, got 1.5"),
        (
            "sites: {force_open: [{site: site-a, format: smal}]}",
            "sites.force_open: site-a: the model has no format 'smal'; did you mean small?",
        ),
        (
            "sites: {keep: [{site: site-a, format: small}], exclude: [site-a]}",
            "sites: 'site-a' is to open as small, and excluded; keep one",
        ),
        (
            "sites: {force_open: [{site: site-a, format: small}], exclude: [{site: site-a, format: small}]}",
            "sites: 'site-a' is to open as small, and excluded; keep one",
        ),
        (
            "changes: {objective.measure: cost}",
            (
                "the model seeks the least cost, and nothing has to be reached; give targets, zones, site_count.min or "
                "sites.force_open"
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(toy_project: Path, written: str, said: str) -> None:
    file = toy_project / "scenarios" / "toy.yaml"
    text = file.read_text(encoding="utf-8")
    if written.startswith("changes"):
        text = text.replace("changes:", "changes:\n  objective.measure: cost")
    else:
        text += f"{written}\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(file)
    assert f"{file}: {said}" in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"zones": {"epcii": {"west": {}}, "epci": {"Pays de l'Est": {}, "wst": {}}}},
            (
                "scenario toy: zones.epcii: the territory has no such kind of zone; it has epci; did you mean epci?\n"
                "scenario toy: zones.epci: no zone \"Pays de l'Est\" of this kind; its zone_id is 'east'\n"
                "scenario toy: zones.epci: no zone 'wst' of this kind; did you mean west?"
            ),
        ),
        (
            {"sites__keep": [{"site": "site-a", "format": "small", "posts": {"nurse": 20}}]},
            "scenario toy: sites.keep.site-a: 20 nurse are to be kept, format small takes 3 at most",
        ),
        (
            {"sites__keep": [{"site": "site-z", "format": "small"}]},
            "scenario toy: sites.keep: no candidate site 'site-z'; did you mean site-c?",
        ),
    ],
)
def test_what_the_territory_does_not_have_is_said(
    toy_instance: Callable[..., Instance], asked: dict[str, object], said: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        toy_instance(**asked)
    assert str(caught.value) == said
