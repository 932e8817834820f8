"""The gates that come with the package: they are sound, and each says how it is known."""

from msp_siting.files.projects import bundled_folder
from msp_siting.requests.gates.rules import Gate, Gates, find_gates, read_gates

FILE = bundled_folder() / "models" / "gates.yaml"


def all_gates(gates: Gates) -> list[Gate]:
    return [*gates.common, *(gate for funder in gates.funders.values() for gate in funder.gates)]


def test_the_gates_are_sound_and_found() -> None:
    gates = read_gates(FILE)
    assert find_gates(bundled_folder() / "scenarios").samefile(FILE)
    assert [gate.id for gate in gates.common] == [
        *("health_project", "gp_team", "paramedical", "commitments"),
        *("excluded_costs", "public_aid", "owner_share"),
    ]
    assert [gate.id for gate in gates.funders["ars"].gates] == ["zoning"]
    assert {name: funder.failed for name, funder in gates.funders.items()} == {
        "ars": "ineligible",
        **dict.fromkeys(("state", "region", "department"), "rule_not_met"),
    }
    assert list(gates.funders) == ["ars", "state", "region", "department"]
    assert {name: gates.funder_of(name) for name in ("detr", "dsil", "fnadt")} == dict.fromkeys(
        ("detr", "dsil", "fnadt"), "state"
    )


def test_common_gates_are_on_and_examples_of_one_funder_are_off() -> None:
    gates = read_gates(FILE)
    assert all(gate.enabled for gate in gates.common)
    enabled = [gate.id for funder in gates.funders.values() for gate in funder.gates if gate.enabled]
    assert enabled == ["zoning"]  # the ARS's own


def test_what_no_text_says_is_assumed() -> None:
    unchecked = [gate for gate in all_gates(read_gates(FILE)) if "no text checked" in gate.source]
    assert [gate.id for gate in unchecked] == ["public_aid", "state_rate_example"]
    assert {gate.kind for gate in unchecked} == {"assumed"}
