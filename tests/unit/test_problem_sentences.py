"""Every problem that the package can tell has its French.

The sentences are read from the source: every text of two words or more is taken for one that a user may meet, unless
it stands in ``NO_PROBLEMS``. So a new sentence fails a test here until the catalogue has it.
"""

import ast
import csv
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from errno import EACCES, ECONNREFUSED, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EROFS
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter, ValidationError

import msp_siting
from msp_siting.cli import main
from msp_siting.problem_sentences import Fit, Template, best_fit, catalogue, fits, translate
from msp_siting.sources.catalogue import read_catalogue
from msp_siting.yaml_files import parse_yaml, schema_problems

SOURCE = Path(msp_siting.__file__).parent

# Texts of the source that no user meets as a problem, by module; what ends with ... is how they begin.
NO_PROBLEMS: dict[str, tuple[str, ...]] = {
    "assumptions": (" and ", "from model", "changed ", "changed {change}", "the scenario, instead of: {source}"),
    "cli/options": ("\b\nExamples:\n",),
    "cli/comparisons": ("How many requests, those with the largest effect first...",),
    "funding_requests": (" or ",),
    "place_names": (" or ",),
    "problem_sentences": (" or ", " ou ", " and ", " et "),
    "report/choropleth": ("^(CC|CA|CU)...",),
    "report/map_png": ("{km} km",),
    "report/page_tables": ("changed ",),
    "request_rows": ("field limit",),
    "request_words": ("...",),  # what people write in requests
    "runs": ("%(asctime)s...",),
    "side_by_side": ("{scenario} ({budget_eur} M EUR)",),
    "sources/build": ("{key} is no local source",),  # the catalogue is not read then
    "sources/estimates": ("tous âges",),
    "sources/manifest": ("...",),  # sources and labels of a manifest
    "sources/zoning": ("Infirmiers...",),
    "csv_files": ("Expected (\\d+) fields...", "EOF inside string..."),
    "tables": ("{name} has no column {name}",),
    "timetables": (  # sources and licences of a manifest
        *("ODbL 1.0", "(c) OpenStreetMap contributors...", "estimated from crow-fly distance", "matrix {name}"),
        *("{partition} server", "{kind} server", "not stated"),
    ),
    "units": (  # how units are called, and recognised
        *("minutes...", "(crow-fly )?km...", "EUR...", "visits per ...", "inhabitants per post"),
        "(standardised )?inhabitants...",
    ),
    "yaml_files": (
        "integer string conversion",
        "found duplicate key ",
        " with value",
        "{place}{wrong}, got {got}{advice}",
    ),
}

# Parts of problems, of a single word.
WORDS: dict[str, tuple[str, ...]] = {
    "comparison": ("zones",),
    "earlier_run": ("inhabitants",),
    "matrices": ("from", "to"),
    "request_cells": ("degrees",),
    "servers": ("none",),
    "csv_files": ("tabs",),
    "tables": ("text",),
    "territory": ("place",),
    "timetables": ("seconds", "minutes"),
    "verify": ("none",),
    "yaml_files": ("nothing",),
}

FIELD = re.compile(r"\{(\w*)(![rs])?(?::[^{}]*)?\}")


@dataclass(frozen=True)
class Sentence:
    """A text of the source: where it stands, as an entry of the catalogue, and with stand-ins for its values."""

    where: str
    entry: str
    text: str


def sentences(file: Path, source: Path = SOURCE) -> Iterator[Sentence]:
    """Yield the texts of a file that may become problems."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    module = file.relative_to(source).with_suffix("").as_posix()
    others = NO_PROBLEMS.get(module, ())
    left_out = set(_never_problems(tree))
    for node in ast.walk(tree):
        if node in left_out or not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        written = _written(node)
        words = FIELD.sub("", written)
        is_text = bool(re.search(r"[A-Za-z]{2}", words) and re.search(r"\s", words))
        is_other = any(written.startswith(text[:-3]) if text.endswith("...") else written == text for text in others)
        if (is_text or words in WORDS.get(module, ())) and not is_other:
            entry = _entry(written)
            yield Sentence(f"{module}.py:{node.lineno}", entry, _with_stand_ins(entry))


def _never_problems(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield documentation, the parts of other texts, help of options and what is logged."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
            yield from (part.format_spec for part in node.values if getattr(part, "format_spec", None))
        elif isinstance(node, ast.keyword) and node.arg in {"help", "metavar", "epilog"}:
            yield from ast.walk(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
            yield from ast.walk(node)


def _written(node: ast.JoinedStr | ast.Constant) -> str:
    """Return a text as it is written, its values in braces with a name for each."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            names = re.findall(r"\b[a-z][a-z_]+", re.sub(r"\b(len|show_value|str)\(", "", ast.unparse(part.value)))
            parts.append(f"{{{names[-1] if names else 'value'}{'!r' if part.conversion == ord('r') else ''}}}")
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return "".join(parts)


def _entry(written: str) -> str:
    """Return a text without values that are places or advice, and with one for several side by side."""
    single = re.sub(r"(\{[^{}]*\})(?:\{[^{}]*\})+", r"\1", written)
    return re.sub(r"^\{[^{}]*\}(?=[A-Za-z])|(?<=[A-Za-z])\{[^{}]*\}(?=$|; | \()", "", single)


def _with_stand_ins(entry: str) -> str:
    numbers = iter(range(1, 100))
    return FIELD.sub(lambda field: f"'§{next(numbers)}§'" if field[2] == "!r" else f"§{next(numbers)}§", entry)


def core(text: str) -> str:
    """Return a text without its places (keys, options, files, rows); empty where it is nothing else."""
    pieces = text.split(": ")
    while pieces and _is_place(pieces[0]) and (len(pieces) > 1 or not pieces[0].isalpha()):
        pieces.pop(0)
    return ": ".join(pieces)


def _is_place(piece: str) -> bool:
    declared = any(place.fit(f"{piece}:") for place in catalogue().places)
    return declared or bool(re.fullmatch(r"\S*(, \S+)*|--[a-z-]+ \S*", piece))


def is_french(fit: Fit | None) -> bool:
    """Return whether a text was put into French but for its values."""
    return fit is not None and not any(re.search("[A-Za-z]{2}", value) for value in fit.values)


ALL = [sentence for file in sorted(SOURCE.rglob("*.py")) for sentence in sentences(file)]
PROBLEMS = [sentence for sentence in ALL if core(sentence.text)]


def whole(sentence: Sentence) -> str:
    """Return a text as it is told: advice follows a problem."""
    return f"missing{sentence.text}" if sentence.text.startswith(";") else sentence.text


def lacking(problems: list[Sentence]) -> list[str]:
    """Return the entries that the catalogue should have, as they are written in it."""
    entries = {}
    for sentence in problems:
        fit = best_fit(whole(sentence))
        advice = fit is not None and any(template.startswith(";") for template in fit.templates)
        if not is_french(fit) or (sentence.text.startswith(";") and not advice):
            entries.setdefault(core(sentence.text), f'{json.dumps(core(sentence.entry))}: ""  # {sentence.where}')
    return list(entries.values())


def test_every_problem_has_its_french() -> None:
    entries = lacking(PROBLEMS)
    assert not entries, "\n".join(["add to catalogues/problems.fr.yaml:", *entries])


def test_a_problem_without_french_is_named(tmp_path: Path) -> None:
    file = tmp_path / "moon.py"
    file.write_text(
        'def check(path, colour, row):\n    """Look at the moon."""\n    log.info("the moon is up")\n'
        '    raise DataError(f"{path}: row {row}: the moon is {colour!r}{near_name(colour)}; wait for another")\n',
        encoding="utf-8",
    )
    assert lacking([*sentences(file, tmp_path)]) == ['"the moon is {colour!r}; wait for another": ""  # moon.py:4']


def test_no_problem_fits_two_entries_alike() -> None:
    alike = {}
    for sentence in PROBLEMS:
        found = list(fits(whole(sentence)))
        best = [fit for fit in found if fit.rank == max(other.rank for other in found)]
        if len({fit.templates for fit in best}) > 1 and len({fit.french for fit in best}) > 1:
            alike[sentence.where] = best
    assert alike == {}


def test_every_entry_is_used() -> None:
    told = [*map(whole, ALL), *others(), *TITLES]
    used = {template for text in told for fit in [best_fit(text)] if fit is not None for template in fit.templates}
    pieces = {f"{piece}:" for text in told for piece in text.split(": ")}
    used |= {place.english for place in catalogue().places if any(map(place.fit, pieces))}
    assert sorted({entry.english for entry in entries()} - used) == []


def entries() -> list[Template]:
    """Return all entries of the catalogue."""
    return [*catalogue().sentences, *catalogue().places, *catalogue().advice]


def test_both_languages_have_the_same_values() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    assert [entry.english for entry in entries() if names(entry.english) != names(entry.french)] == []
    forms = {form for entry in entries() for _, name, form, _ in Formatter().parse(entry.french) if name is not None}
    assert forms == {"", "words", "list", "phrase", "count", "number"}


def test_what_is_left_out_or_added_is_in_the_source() -> None:
    texts: dict[str, list[str]] = {}
    for file in SOURCE.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        module = file.relative_to(SOURCE).with_suffix("").as_posix()
        texts[module] = [_written(node) for node in nodes if isinstance(node, ast.JoinedStr | ast.Constant)]
    stale = [
        (module, text)
        for listed in (NO_PROBLEMS, WORDS)
        for module, several in listed.items()
        for text in several
        if not any(one.startswith(text[:-3]) if text.endswith("...") else one == text for one in texts.get(module, ()))
    ]
    assert stale == []


def said(call: Callable[..., object], *arguments: object) -> str:
    """Return what an error says."""
    try:
        call(*arguments)
    except (ValueError, csv.Error) as error:
        return str(error)
    raise AssertionError(arguments)


def misuse(*arguments: str) -> str:
    """Return what click says of a wrong command line, in English."""
    result = CliRunner().invoke(main, [*arguments, "--lang", "en"])
    assert result.exit_code == 2, arguments
    return result.stderr.partition("Error: ")[2].rstrip("\n")


SYSTEM = (EACCES, ECONNREFUSED, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EROFS)
YAML = (
    *("a: b: c", "a: 1\nb\nc: 1", "a: - 1", "a: @b", "a: 'b", 'a: "\\q"', "a: *b", "a: [1 2", "a: [b: 1", "a: {b: 1"),
    "a:\n  - 1\n b: 2",
)
JSON = ("", "{1: 2}", '{"a": 1 "b"}', '{"a" 1}', "{} {}")
CSV = ('"a', '"a"b')
COMMAND_LINES = (
    *("solve", "territory build", "territory", "salve", "compar", "solve toy --gop 1", "solve toy --threads x"),
    *("solve toy --gap x", "solve toy 1", "solve toy 1 2", "solve toy --quiet=x", "solve toy --tim 1"),
    *("sweep toy --workers 0", "evaluate toy r.csv --on x", "travel-times --layout tall"),
)


@cache
def others() -> tuple[str, ...]:
    """Return what others say, each made to say it: the system, readers of YAML, JSON and CSV, pydantic and click."""
    return (
        *map(os.strerror, SYSTEM),
        str(OSError(ENOSPC, os.strerror(ENOSPC))),
        str(PermissionError(EACCES, os.strerror(EACCES), "runs")),
        *(said(parse_yaml, text) for text in YAML),
        *(said(json.loads, text) for text in JSON),
        *(said(list, csv.reader([text], strict=True)) for text in CSV),
        *schema_problems(said_of_date(), ()),
        *(misuse(*line.split()) for line in COMMAND_LINES),
        "No such option: --gop Did you mean --gap?",  # this one and the next: other versions of click
        "No such option: --gop (Possible options: --gap, --out)",
        "No such option '--gop'. (Did you mean one of: '--gap', '--out'?)",
        "Option '--gap' requires an argument.",
        *("error: ", "Error: ", "Usage: ", "Try 'msp-siting --help' for help."),
        "no road that a car may use",  # the name in models/parameters/speeds.yaml
        "3 sites are opened, allowed are 4 to None",
    )


def said_of_date() -> ValidationError:
    """Return pydantic's error about a day that is none."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(date).validate_python("tomorrow", strict=True)
    return caught.value


TITLES = {
    text["en"]: text["fr"]
    for entry in read_catalogue().sources.values()
    for text in ([entry.title, entry.without] if entry.required else [entry.title])
}


def test_what_others_say_has_its_french() -> None:
    def has_english(fit: Fit | None) -> bool:
        bare = [re.sub(r"'[^']*'", "", value) for value in (fit.values if fit else ["no French"])]
        return any(re.search("[A-Za-z]{2} [A-Za-z]{2}", value) for value in bare)

    assert [problem for problem in others() if has_english(best_fit(problem))] == []


def test_titles_of_official_files_are_those_of_their_catalogue() -> None:
    assert {title: translate(title, "fr") for title in TITLES} == TITLES


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (
            (
                "a.csv: row 118: place_id: no such place '1004'; "
                "it has 4 characters, expected 5: write codes as text with their leading zero"
            ),
            (
                "a.csv : ligne 118 : place_id : pas de lieu '1004' ; "
                "il faut 5 caractères, et non 4 : écrivez les codes comme du texte, avec leur zéro initial"
            ),
        ),
        (
            "a.yaml: gates.0.misssing: unknown key; did you mean missing?",
            "a.yaml : gates.0.misssing : clé inconnue ; vouliez-vous dire missing ?",
        ),
        (
            "a.xlsx: column 'APL 2' is missing; did you mean APL 1?; data/catalogue.yaml names the columns",
            "a.xlsx : la colonne 'APL 2' manque ; data/catalogue.yaml nomme les colonnes ; vouliez-vous dire APL 1 ?",
        ),
        (
            "place_id: 'Fou' is no place of the territory; did you mean 01 (Fo) or 02 (Oo) or 3 others?",
            "place_id : 'Fou' n'est pas un lieu du territoire ; vouliez-vous dire 01 (Fo) ou 02 (Oo) ou 3 autres ?",
        ),
        (
            "runs/a: the workers were lost (KilledWorker); 3 of 20 points are finished: go on with --resume",
            (
                "runs/a : les processus de calcul ont été perdus (KilledWorker) ; "
                "3 points sur 20 sont terminés : reprenez avec --resume"
            ),
        ),
        (
            (
                "m.csv: median speed 1,234.5 km/h as the crow flies between points more than 5 km apart, "
                "expected 5 to 130: are these really seconds? State the unit of the file"
            ),
            (
                "m.csv : vitesse médiane de 1\u202f234,5 km/h à vol d'oiseau entre des points distants de plus de 5 km"
                ", il faut de 5 à 130 : s'agit-il bien de secondes ? Indiquez l'unité du fichier"
            ),
        ),
        (
            'no row from place "Val-d\'Or"; if no trip is possible, give one with a time above the cut-off',
            (
                'aucune ligne depuis le lieu "Val-d\'Or" ; '
                "si aucun trajet n'est possible, donnez-en une avec un temps au-delà du seuil"
            ),
        ),
        (
            "a.pbf: no road that a car may use (12 not driven on: highway=footway, 3 an area)",
            "a.pbf : aucune route ouverte à ce véhicule : voiture (12 non carrossable, highway=footway, 3 surface)",
        ),
        (
            "a.yaml: kind: must be 'a', 'b' or 'c', got nothing",
            "a.yaml : kind : il faut 'a', 'b' ou 'c', et non une valeur vide",
        ),
        (
            "runs/a: could not be written: [Errno 13] Permission denied: '/runs/a'",
            "runs/a : écriture impossible : accès refusé : '/runs/a' (erreur 13)",
        ),
        ("--set a: must be at most 0.1, got 5", "--set a : il faut au plus 0.1, et non 5"),
        ("works_eur: must be at most 1,000, got '2000'", "works_eur : il faut au plus 1\u202f000, et non '2000'"),
        (
            "verification: budget: the plan costs 12.50 EUR, budget_eur is 1.00",
            "vérification : budget : le plan coûte 12,50 €, budget_eur est de 1,00",
        ),
    ],
)
def test_a_problem_in_french(problem: str, expected: str) -> None:
    assert translate(problem, "fr") == expected
    assert translate(problem, "en") == problem


@pytest.mark.parametrize(
    "problem", ["the moon is blue", "a: row 3: the moon is blue, got 5; did you mean red?", "", ": "]
)
def test_what_no_entry_fits_stays_in_english(problem: str) -> None:
    assert translate(problem, "fr") == problem
