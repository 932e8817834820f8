"""The keys of a scenario file (docs/files.md, "Scenarios")."""

import os
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from msp_siting.errors import problem
from msp_siting.files import LARGEST_COUNT, Count, Positive, Share, Strict, Text, bundled_folder, got, has_events
from msp_siting.scenario.money import Money
from msp_siting.scenario.site_rules import SiteRules
from msp_siting.scenario.weights import Targets, Weights
from msp_siting.scenario.zone_rules import ZoneRules

# What a question in words may hold: what stands for it is that of the question as it is solved.
PLACEHOLDERS = ("budget", "horizon_year", "cutoff")


def placeholders_of(text: str) -> set[str]:
    """Return the names between braces in a question in words."""
    return set(re.findall(r"\{([^{}]*)\}", text))


def day_asked(given: date | None, folder: Path) -> date | None:
    """Return the day on which a territory is asked about: the one given, else today; None where it has no events."""
    return (given or datetime.now().astimezone().date()) if has_events(folder) else None


def territory_from(folder: Path, run_folder: Path) -> str:
    """Return how a run's files name its territory: a bundled one by name, another by its path from there."""
    place = folder.resolve()
    if place.parent == (bundled_folder() / "data").resolve():
        return place.name
    return Path(os.path.relpath(place, run_folder.resolve())).as_posix()


class SiteCount(Strict):
    """How many sites may be opened."""

    min: Count = 0
    max: Count | None = None


class SolveSettings(Strict):
    """When to stop searching, and with how many threads and which seed.

    ``time_limit_s`` counts the search for the plan; the later stages, with sites and staff fixed,
    come on top.
    """

    time_limit_s: Positive = 120.0
    relative_gap: Share = 0.01
    improvement_gap: Share = 0.02
    threads: Annotated[int, Field(ge=1, le=256)] = 2
    seed: Count = 1


class Question(Strict):
    """The keys of a scenario file; ``name`` is the file's unless given, ``rim`` says whether to use a rim there is.

    ``asked_on`` is the day whose events count; None where the territory has none.

    Two purses, never summed: ``budget_eur`` for works and equipment, ``aid_budget_eur`` for aid to practitioners (None:
    no limit).
    """

    name: str | None = None
    question: Text
    territory: str
    model: str | dict[str, Any]
    budget_eur: Money
    aid_budget_eur: Money | None = None
    recruitable: dict[str, Count] = Field(default_factory=dict)
    site_count: SiteCount = Field(default_factory=SiteCount)
    horizon_year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    asked_on: date | None = None
    rim: bool = True
    sites: SiteRules = Field(default_factory=SiteRules)
    zones: ZoneRules = Field(default_factory=dict)
    targets: Targets = Field(default_factory=Targets)
    weights: Weights = Field(default_factory=Weights)
    changes: dict[str, Any] = Field(default_factory=dict)
    solve: SolveSettings = Field(default_factory=SolveSettings)
    territory_sha256: str | None = None

    @property
    def asks_for_something(self) -> bool:
        """Whether a plan has to be more than nothing: so many sites, some of them, something of zones or of all."""
        sites = self.sites.decided_ids
        return bool(self.targets.covered_share or self.zones or sites or self.site_count.min)

    @property
    def asks_for_apl(self) -> bool:
        """Whether a mean APL is asked of some zone."""
        return any(rule.apl_mean is not None for rules in self.zones.values() for rule in rules.values())

    @field_validator("name")
    @classmethod
    def _names_a_folder(cls, given: str | None) -> str | None:
        if given is not None and not re.fullmatch(r"(?!\.{1,2}$)[^/\\\x00-\x1f\x7f]{1,100}", given):
            fit = problem("must be fit to name a folder (at most 100 letters, no / or \\)")
            raise ValueError(got(fit, given))
        return given

    @field_validator("asked_on", mode="before")
    @classmethod
    def _day(cls, given: object) -> object:
        """Take a day in quotation marks too."""
        if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
            return given
        try:
            return date.fromisoformat(str(given))
        except ValueError:
            raise ValueError(problem("expected a day such as 2025-12-31, got {value!r}", value=str(given))) from None

    @field_validator("question")
    @classmethod
    def _known_placeholders(cls, given: Text) -> Text:
        found = {name for text in given.values() for name in placeholders_of(text)}
        unknown = sorted(found - set(PLACEHOLDERS))
        if unknown:
            raise ValueError(
                problem(
                    "no such placeholder {name}; a question may hold {budget}, {horizon_year} and {cutoff}",
                    name=", ".join(f"{{{each}}}" for each in unknown),
                    **{each: f"{{{each}}}" for each in PLACEHOLDERS},
                )
            )
        return given

    @field_validator("model", mode="before")
    @classmethod
    def _name_or_contents(cls, given: object) -> object:
        if not isinstance(given, str | dict):
            expected = problem("expected {expected}", expected=problem("the name of a model"))
            raise ValueError(got(expected, given))  # noqa: TRY004 - pydantic's signal
        return given

    @field_validator("site_count", mode="before")
    @classmethod
    def _exactly_or_between(cls, given: object) -> object:
        if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= LARGEST_COUNT:
            return {"min": given, "max": given}
        if not isinstance(given, dict | SiteCount):
            expected = problem("expected {expected}", expected=problem("a whole number (0 or more), or min and max"))
            raise ValueError(got(expected, given))  # noqa: TRY004 - pydantic's signal
        return given
