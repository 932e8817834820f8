"""What ``summary.json`` and ``run.json`` of a run hold, as checked records."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from msp_siting.errors import DataError
from msp_siting.files import read_json, schema_problems
from msp_siting.problem import Status
from msp_siting.territory import ManifestFile


class Written(BaseModel):
    """A frozen record of a file that a run wrote: keys that are not used here may stand in it."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, allow_inf_nan=False)


class WrittenFact(Written):
    """A fact as JSON holds it (`language.Fact`)."""

    key: str
    values: dict[str, Any]


class Summary(Written):
    """The results in ``summary.json`` of a run with a plan; None where one has no value."""

    scenario: str
    territory: str
    model: str
    status: Status
    objective_before: float | None
    objective: float
    bound: float | None
    gap: float | None
    improvement_gap: float | None
    budget_eur: float
    cost_eur: float
    aid_budget_eur: float | None
    aid_eur: float
    aci_eur_per_year: float
    sites_opened: int
    inhabitants: float
    staff: dict[str, int]
    uncovered_before: dict[str, float]
    uncovered_after: dict[str, float]
    uncovered_today: dict[str, float] | None = None
    uncovered_after_drawn: dict[str, float] | None = None
    uncovered_after_additional: dict[str, float] | None = None
    shortage_before: dict[str, float]
    shortage_after: dict[str, float]
    beyond_20_minutes_before: float
    beyond_20_minutes_after: float
    apl_mean_before: float | None
    apl_mean_after: float | None
    inhabitants_below_apl_floor_before: float
    inhabitants_below_apl_floor_after: float
    apl_shortfall_visits_per_year_before: float | None = None  # a run of before has none
    apl_shortfall_visits_per_year_after: float | None = None
    input_sha256: str
    caveats: list[str]
    caveat_facts: list[WrittenFact] | None = None


class TerritoryRecord(Written):
    """The territory of a run: its name, its fingerprint and where its files come from."""

    name: str
    sha256: str
    files: list[ManifestFile]


class Provenance(Written):
    """What ``run.json`` says of a run's inputs and of when it ran."""

    started: str
    finished: str
    changes: list[str]
    territory: TerritoryRecord


Record = TypeVar("Record", bound=Written)


def read_written(path: Path, kind: type[Record]) -> Record:
    """Return a JSON file that a run wrote as a checked record.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    try:
        return kind.model_validate(read_json(path, DataError))
    except ValidationError as fault:
        raise DataError(each.at(path) for each in schema_problems(fault, kind.model_fields)) from fault
