import re
from pathlib import Path

from msp_siting.files.projects import bundled_folder
from msp_siting.problem.formulation.constraints import RULES
from msp_siting.scenario.model import Constraints


def test_every_rule_has_a_switch_a_test_and_a_heading() -> None:
    headings = re.findall(r"^### `(\w+)`$", (bundled_folder() / "models" / "FORMULATION.md").read_text(), re.MULTILINE)
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert list(RULES) == list(Constraints.model_fields) == headings
    assert set(RULES) <= tests


def test_every_rule_has_a_test_that_breaks_it() -> None:
    for name in RULES:
        text = (Path(__file__).parent / f"test_{name}.py").read_text()
        assert f'"{name}' in text, f"test_{name}.py never shows {name} broken"
