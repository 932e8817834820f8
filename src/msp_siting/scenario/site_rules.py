"""What a question says of single candidate sites."""

from typing import Any

from pydantic import Field, model_serializer, model_validator

from msp_siting.errors import problem
from msp_siting.files import Count, Strict, got

_UNQUOTED = "expected text, got {value}; quote it (a code without quotes loses its leading zero)"


class SiteInFormat(Strict):
    """A site, or one of its formats; written as the site's id alone, or as ``{site: ..., format: ...}``."""

    site: str
    format: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_id(cls, given: object) -> object:
        if isinstance(given, dict | SiteInFormat):
            return given
        if isinstance(given, int | float) and not isinstance(given, bool):
            raise ValueError(problem(_UNQUOTED, value=given))  # noqa: TRY004 - pydantic's signal
        if not isinstance(given, str):
            raise ValueError(got(problem("expected {expected}", expected=problem("text")), given))  # noqa: TRY004
        return {"site": given}

    @model_serializer
    def _as_written(self) -> str | dict[str, Any]:
        return self.site if self.format is None else {"site": self.site, "format": self.format}


class KeptSite(Strict):
    """A site of an earlier plan: it opens again, in its format, with at least its posts by profession."""

    site: str
    format: str
    posts: dict[str, Count] = Field(default_factory=dict)


class SiteRules(Strict):
    """Candidate sites that must be opened or kept, those that must not, and those found to fail a funder's gate."""

    force_open: list[SiteInFormat] = Field(default_factory=list)
    exclude: list[SiteInFormat] = Field(default_factory=list)
    fails_gates: list[str] = Field(default_factory=list)
    keep: list[KeptSite] = Field(default_factory=list)

    @property
    def forced_ids(self) -> list[str]:
        """The sites that are forced open, in whatever format."""
        return [each.site for each in self.force_open]

    @property
    def decided_ids(self) -> list[str]:
        """The sites that open in any case: forced ones, then those of an earlier plan."""
        return list(dict.fromkeys([*self.forced_ids, *(each.site for each in self.keep)]))

    @property
    def excluded_ids(self) -> list[str]:
        """The sites that open in no format."""
        return [each.site for each in self.exclude if each.format is None]
