"""The bundled question of 15 minutes: the figures that README gives."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from msp_siting.cli import main
from msp_siting.errors import DataError
from msp_siting.files import read_json

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def solve(out: Path, *options: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["solve", "isere-15-minutes", "--out", str(out), "--lang", "en", *options])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return read_json(out / "summary.json", DataError)


@pytest.mark.slow
def test_nobody_beyond_15_minutes_and_one_in_a_thousand(tmp_path: Path) -> None:
    found = solve(tmp_path / "run")
    assert (found["status"], found["objective"], found["sites_opened"]) == ("optimal", 6_760_000, 14)
    assert (found["uncovered_before"], found["uncovered_after"]) == ({"all": 3633}, {"all": 0})
    assert f"would cost {found['objective']:,.0f} EUR, proven: 14 houses for 3,633 people, 12 of the houses" in README
    (small,) = (each for each in found["caveat_facts"] if each["key"] == "siting_caveat_small_hosts")
    assert small["values"] == {"sites": 12, "all": 14}
    most = solve(tmp_path / "most", "--set", "covered_share=0.999")
    assert (most["status"], most["objective"]) == ("optimal", 1_910_000)
    assert most["uncovered_after"]["all"] <= 0.001 * most["inhabitants"]
    assert "(`--set covered_share=0.999`) it is 1,910,000 EUR" in README
