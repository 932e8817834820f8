"""What decides a plan, as its fingerprint holds it: what asks for nothing is left out."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from msp_siting.scenario.model import Constraints
from msp_siting.scenario.question import Question

# Keys and rules that came later: where they ask for nothing, a question has the fingerprint that it had without them.
LATER_KEYS = ("zones", "targets", "weights")
LATER_RULES = ("kept_sites", "zone_sites", "zone_budget", "coverage_target", "zone_coverage", "zone_apl")
LATER_OF_OBJECTIVE = ("level", "gps")


def fingerprint_of(content: Mapping[str, Any]) -> str:
    """Return the sha256 of a resolved scenario, whatever it is called and wherever its territory stands."""
    kept = {key: value for key, value in content.items() if key not in {"name", "territory"}}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def without_unasked(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resolved scenario without later keys and rules that are as they are where nobody names them."""
    idle = {key: _as_data(Question.model_fields[key].get_default(call_default_factory=True)) for key in LATER_KEYS}
    kept = {key: value for key, value in content.items() if key not in idle or value != idle[key]}
    kept["sites"] = {key: value for key, value in content["sites"].items() if key != "keep" or value}
    default = {name: Constraints.model_fields[name].default for name in LATER_RULES}
    rules = content["model"]["constraints"].items()
    asked = {name: on for name, on in rules if name not in default or on != default[name]}
    objective = content["model"]["objective"].items()
    aimed = {name: value for name, value in objective if name not in LATER_OF_OBJECTIVE or value is not None}
    return kept | {"model": {**content["model"], "constraints": asked, "objective": aimed}}


def _as_data(value: Any) -> Any:  # noqa: ANN401 - a record, or what is one already
    return value.model_dump() if hasattr(value, "model_dump") else value
