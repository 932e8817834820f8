"""What the columns of layers are called in a run's language, and the words of those that hold words."""

from collections.abc import Iterable
from dataclasses import dataclass

from msp_siting.answer import Answer
from msp_siting.language import catalogue
from msp_siting.report.wording import Wording, profession_title
from msp_siting.scenario import ACTIONS

BLOCK_KINDS = ("unreached", "short", "covered")


@dataclass(frozen=True)
class Columns:
    """Says what columns of ``plan.gpkg`` are."""

    answer: Answer
    wording: Wording

    def titles(self, names: Iterable[str]) -> dict[str, str]:
        """Return what columns are called, by name, without the geometry's; one that nothing is known of as it is."""
        return {name: self._title(name) for name in names if name != "geometry"}

    def words(self, layer: str) -> dict[str, dict[str, str]]:
        """Return for the columns of a layer that hold words what is shown for each word."""
        say, model = self.wording.say, self.answer.scenario.model
        professions = {name: profession_title(self.answer, name, self.wording) for name in model.professions}
        known: dict[str, dict[str, dict[str, str]]] = {
            "sites": {
                "action": {action: say(f"layer_action_{action}") for action in ACTIONS},
                "format": {name: self.wording.of(kind.title) for name, kind in model.formats.items()},
            },
            "candidates": {
                "closed_by": {
                    "": say("layer_may_open"),
                    "rules": say("layer_ruled_out"),
                    "scenario": say("layer_closed_by_scenario"),
                }
            },
            "blocks": {
                "kind": {kind: say(f"layer_block_{kind}") for kind in BLOCK_KINDS},
                "profession": professions,
            },
            "allocation": {"profession": professions},
        }
        return known.get(layer, {})

    def _title(self, name: str) -> str:
        known, say = catalogue(self.wording.language), self.wording.say
        if f"layer_column_{name}" in known:
            return say(f"layer_column_{name}")
        for profession in self.answer.scenario.model.professions:
            title = profession_title(self.answer, profession, self.wording)
            if name == f"apl_{profession}_official":
                return say("layer_apl_official_of", profession=title)
            stem = name.removesuffix(f"_{profession}")
            if stem != name and f"layer_column_{stem}" in known:
                return say("layer_of", what=say(f"layer_column_{stem}"), profession=title)
        if name.startswith("inhabitants_"):
            group = self.wording.group_title(name.removeprefix("inhabitants_"))
            return say("layer_of", what=say("layer_column_inhabitants"), profession=group)
        kind = name.removesuffix("_id")
        if kind in self.answer.territory.zone_kinds:
            return say("layer_zone_code", kind=self.wording.kind_title(kind))
        return name
