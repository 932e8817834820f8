"""The command verify: what is said of a folder reckoned again."""

from collections.abc import Iterator
from typing import Any

from msp_siting.language import Language, decimal, say, translate, whole
from msp_siting.runs import Verified


def sentences_of(found: Verified, language: Language) -> Iterator[str]:
    """Yield what is said of a folder in which nothing differs."""
    if found.points:
        yield say("verify_sweep", language, folder=found.folder, points=found.points, **_figures(found, language))
    elif found.figures:
        yield say("verify_sound", language, folder=found.folder, **_figures(found, language))
    elif found.is_sealed:
        yield say("verify_sealed", language, folder=found.folder)
    if found.priced is not None and found.bound is not None:
        bounds = {"priced": decimal(found.priced, language, 2), "bound": decimal(found.bound, language, 2)}
        yield say("verify_bound", language, **bounds)
    elif found.is_siting and found.bound is not None:
        yield say("verify_bound_siting", language, bound=decimal(found.bound, language, 2))
    elif found.bound is not None:
        yield say("verify_bound_unpriced", language, bound=decimal(found.bound, language, 2))
    if found.points:
        yield say("verify_sweep_not_recomputed", language)
    if found.figures:
        kept = [key for key, why in found.not_recomputed.items() if why == "verify_why_measured"]
        key = "verify_not_recomputed_siting" if found.is_siting else "verify_not_recomputed"
        yield say(key, language, measured=", ".join(kept))
    if not found.is_sealed:
        yield say("verify_unsealed", language, folder=found.folder)


def summary_of(found: Verified, language: Language) -> dict[str, Any]:
    """Return the same for other programs."""
    return {
        "run": found.folder.as_posix(),
        "sound": not found.problems,
        "figures": found.figures,
        "points": found.points,
        "priced_bound": found.priced,
        "bound": found.bound,
        "sealed": found.is_sealed,
        "problems": [translate(each, language) for each in found.problems],
        "not_recomputed": {key: say(why, language) for key, why in found.not_recomputed.items()}
        if found.figures
        else {},
    }


def _figures(found: Verified, language: Language) -> dict[str, str]:
    return {"figures": whole(found.figures, language)}
