"""Bad input at the door: what `check` and `solve` say of every kind of it, word for word, with nothing written."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main

Damage = Callable[[], object]
Run = Callable[..., Result]

SCENARIO = "scenarios/toy.yaml"
TERRITORY = "data/toy"
MANIFEST, BOUNDARIES = f"{TERRITORY}/manifest.yaml", f"{TERRITORY}/boundaries.gpkg"
DEMAND, SUPPLY, SITES = f"{TERRITORY}/demand.csv", f"{TERRITORY}/supply.csv", f"{TERRITORY}/sites.csv"
TIMES, PARQUET = f"{TERRITORY}/travel_times.csv", f"{TERRITORY}/travel_times.parquet"
ZONES, PLACES, RIM = f"{TERRITORY}/zones.csv", f"{TERRITORY}/places.csv", f"{TERRITORY}/rim_demand.csv"
MODEL, PROFESSIONS = "models/allocation.yaml", "models/parameters/professions.yaml"
TOY_DEMAND = "e58cdbab8520cebb3e2b94edd1aac46775410cc8133d82fe640d4d512763b4c6"
ORDINARY = "is no ordinary file (but a pipe or a device), expected one"
LEADS_NOWHERE = "is a link that leads to no file; restore what it leads to, or remove it"
LAMBERT_93 = "EPSG:2154 is for lon -9.86 to 10.38 and lat 41.15 to 51.56"


@dataclass(frozen=True)
class Case:
    """What is done to the toy project, which options are given, and every problem told."""

    damage: Damage
    problems: tuple[str, ...]
    options: tuple[str, ...] = ()


def case(damage: Damage, *problems: str) -> Case:
    return Case(damage, problems)


def option(given: str, *problems: str) -> Case:
    """Return a case of a value given by ``--set``."""
    return Case(lambda: None, problems, ("--set", given))


def edit(name: str, old: str, new: str) -> Damage:
    """Replace a text that is in a file."""

    def damage() -> None:
        text = Path(name).read_text(encoding="utf-8")
        assert old in text
        Path(name).write_text(text.replace(old, new), encoding="utf-8")

    return damage


def put(name: str, content: str | bytes) -> Damage:
    """Put a file there, or in the place of the one there."""
    return lambda: Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())


def recode(name: str, encoding: str, old: str = "", new: str = "") -> Damage:
    """Write a file in another encoding, with another text in it."""

    def damage() -> None:
        text = Path(name).read_text(encoding="utf-8").replace(old, new)
        Path(name).write_bytes(text.encode(encoding))

    return damage


def huge(name: str, begin: str) -> Damage:
    """Put a file there that is one line of 200 MB, or whose second line is."""

    def damage() -> None:
        with Path(name).open("wb") as file:
            file.write(begin.encode())
            file.writelines(b"x" * 1_000_000 for _ in range(200))

    return damage


def remove(name: str) -> Damage:
    return lambda: Path(name).unlink()


def rename(name: str, other: str) -> Damage:
    return lambda: Path(name).rename(other)


def folder(name: str) -> Damage:
    return both(lambda: Path(name).unlink(missing_ok=True), lambda: Path(name).mkdir())


def pipe(name: str) -> Damage:
    return both(lambda: Path(name).unlink(missing_ok=True), lambda: os.mkfifo(name))


def link(name: str, target: str) -> Damage:
    return both(lambda: Path(name).unlink(missing_ok=True), lambda: Path(name).symlink_to(target))


def both(*damages: Damage) -> Damage:
    def damage() -> None:
        for one in damages:
            one()

    return damage


def parquet(change: Callable[[pd.DataFrame], pd.DataFrame], cut: Callable[[bytes], bytes] = bytes) -> Damage:
    """Put changed travel times into a Parquet file, and change its bytes."""

    def damage() -> None:
        times = pd.read_csv(TIMES, dtype={"demand_id": str, "place_id": str})
        Path(TIMES).unlink()
        change(times).to_parquet(PARQUET)
        Path(PARQUET).write_bytes(cut(Path(PARQUET).read_bytes()))

    return damage


def listed(path: str, rows: int, sha256: str | None = None) -> Damage:
    """Name a file in the manifest, by default with the fingerprint of the demand."""

    def damage() -> None:
        known = sha256 or hashlib.sha256(Path(DEMAND).read_bytes()).hexdigest()
        entry = (
            f'{{path: {path}, rows: {rows}, sha256: "{known}", source: s, licence: l, vintage: "2021", kind: measured}}'
        )
        edit(MANIFEST, "files: []", f"files: [{entry}]")()

    return damage


def points(name: str, *coordinates: str) -> Damage:
    """Give the four demand points of the toy other coordinates, ``lon,lat`` each."""
    people = (("a", "Aubois", 900, "west"), ("b", "Bourg", 600, "west"), ("c", "Clairval", 900, "east"))
    rows = [
        f"{point},{called},{count},{spot},{zone}"
        for (point, called, count, zone), spot in zip((*people, ("d", "Dole", 300, "west")), coordinates, strict=True)
    ]
    return put(name, "\n".join(["demand_id,name,inhabitants,lon,lat,epci_id", *rows, ""]))


def coded() -> None:
    """Give the demand points and places of the toy INSEE codes."""
    for name in (DEMAND, SUPPLY, SITES, TIMES):
        text = Path(name).read_text(encoding="utf-8")
        for number, letter in enumerate("abcd", start=1):
            text = re.sub(rf"(?m)(^|,){letter}(?=,)", rf"\g<1>0100{number}", text)
        Path(name).write_text(text, encoding="utf-8")


ALIASES = ["l0: &l0 [x]", *(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9))]
MERGES = ["a0: &a0 {x: 1, y: 2}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 40))]

SCENARIOS = {
    "unknown key": case(
        edit(SCENARIO, "recruitable:", "recruitible:"),
        f"{SCENARIO}: recruitible: unknown key; did you mean recruitable?",
    ),
    "wrong type": case(
        edit(SCENARIO, "gp: 4", "gp: four"), f"{SCENARIO}: recruitable.gp: expected a whole number, got 'four'"
    ),
    "duplicate key": case(
        edit(SCENARIO, "model: allocation", "model: allocation\nmodel: allocation"),
        f'{SCENARIO}: line 4: key "model" is given twice; keep one',
    ),
    "unquoted INSEE code": case(
        edit(SCENARIO, "solve:", "sites: {force_open: [01004]}\nsolve:"),
        f"{SCENARIO}: sites.force_open.0: expected text, got 1004; "
        "quote it (a code without quotes loses its leading zero)",
    ),
    "missing scenario": case(remove(SCENARIO), f"'{SCENARIO}': no such file, and no such name in scenarios/"),
    "missing territory": case(
        edit(SCENARIO, "territory: toy", "territory: toi"),
        f"{SCENARIO}: territory: no folder 'toi' with a manifest.yaml; did you mean toy?",
    ),
    "territory of 5,000 letters": case(
        edit(SCENARIO, "territory: toy", f"territory: {'x' * 5000}"),
        f"{SCENARIO}: territory: no folder '{'x' * 5000}' with a manifest.yaml",
    ),
    "territory with a zero byte": case(
        edit(SCENARIO, "territory: toy", 'territory: "to\\0y"'),
        f"{SCENARIO}: territory: no folder 'to\\x00y' with a manifest.yaml; did you mean toy?",
    ),
    "half a character": case(
        edit(SCENARIO, "territory: toy", 'territory: "\\ud800"'), f"{SCENARIO}: half of a character (a surrogate)"
    ),
    "empty scenario": case(put(SCENARIO, ""), f"{SCENARIO}: expected keys and values, got nothing"),
    "UTF-16 scenario": case(recode(SCENARIO, "utf-16"), f"{SCENARIO}: not UTF-8 text (byte 0); save the file as UTF-8"),
    "Windows-1252 scenario": case(
        recode(SCENARIO, "cp1252"), f"{SCENARIO}: not UTF-8 text (byte 17); save the file as UTF-8"
    ),
    "NUL byte in a scenario": case(
        edit(SCENARIO, "territory: toy", "territory: to\0y"),
        f"{SCENARIO}: not valid YAML: unacceptable character #x0000: special characters are not allowed",
    ),
    "line of 200 MB in a scenario": case(
        huge(SCENARIO, "question: "), f"{SCENARIO}: 200.0 MB, expected at most 1 MB; is it the right file?"
    ),
    "alias bomb": case(put(SCENARIO, "\n".join(ALIASES)), f"{SCENARIO}: too many values; use fewer aliases (*)"),
    "merge bomb": case(
        put(SCENARIO, "\n".join(MERGES)), f"{SCENARIO}: not valid YAML: too many values; use fewer aliases (*)"
    ),
    "alias of itself": case(
        edit(SCENARIO, "recruitable: {", "recruitable: &r {x: *r, "),
        f"{SCENARIO}: nested too deeply; does an alias (*) hold itself?",
    ),
    "tag that would run a command": case(
        edit(SCENARIO, "1000000", "!!python/object/apply:os.system ['touch runs']"),
        f"{SCENARIO}: line 4: not valid YAML: could not determine a constructor for the tag "
        "'tag:yaml.org,2002:python/object/apply:os.system'",
    ),
    "tab for indentation": case(
        edit(SCENARIO, "  professions.gp", "\tprofessions.gp"),
        f"{SCENARIO}: line 7: not valid YAML: found character '\\t' that cannot start any token",
    ),
    "nested 2,000 deep": case(edit(SCENARIO, "1000000", "[" * 2000 + "]" * 2000), f"{SCENARIO}: nested too deeply"),
    "indented 500 deep": case(
        put(SCENARIO, "\n".join(f"{' ' * n}a:" for n in range(500))), f"{SCENARIO}: nested too deeply"
    ),
    "scenario is a link to itself": case(link(SCENARIO, "toy.yaml"), f"{SCENARIO}: {LEADS_NOWHERE}"),
    "scenario is a pipe": case(pipe(SCENARIO), f"{SCENARIO}: {ORDINARY}"),
    "unknown forced site": case(
        edit(SCENARIO, "solve:", "sites: {force_open: [site-z]}\nsolve:"),
        "scenario toy: sites.force_open: no candidate site 'site-z'; did you mean site-c?",
    ),
    "unknown excluded site": case(
        edit(SCENARIO, "solve:", "sites: {exclude: [Aubois]}\nsolve:"),
        "scenario toy: sites.exclude: no candidate site 'Aubois'",
    ),
    "site forced and excluded": case(
        edit(SCENARIO, "solve:", "sites: {force_open: [site-a], exclude: [site-a]}\nsolve:"),
        f"{SCENARIO}: sites: 'site-a' is both forced open and excluded; keep one",
    ),
    "site forced twice": case(
        edit(SCENARIO, "solve:", "sites: {force_open: [site-a, site-a]}\nsolve:"),
        f"{SCENARIO}: sites.force_open: 'site-a' is given twice",
    ),
    "horizon in the past": case(
        edit(SCENARIO, "solve:", "horizon_year: 1850\nsolve:"),
        f"{SCENARIO}: horizon_year: must be at least 2000, got 1850",
    ),
    "horizon far away": case(
        edit(SCENARIO, "solve:", "horizon_year: 2101\nsolve:"),
        f"{SCENARIO}: horizon_year: must be at most 2100, got 2101",
    ),
    "fewest sites above most": case(
        edit(SCENARIO, "solve:", "site_count: {min: 3, max: 1}\nsolve:"),
        f"{SCENARIO}: site_count: min 3 is above max 1",
    ),
    "negative budget": case(edit(SCENARIO, "1000000", "-1"), f"{SCENARIO}: budget_eur: must be at least 0, got -1"),
    "budget with spaces": case(
        edit(SCENARIO, "1000000", "5 000 000"), f"{SCENARIO}: budget_eur: expected a number, got '5 000 000'"
    ),
    "budget with commas": case(
        edit(SCENARIO, "1000000", "5,000,000"), f"{SCENARIO}: budget_eur: expected a number, got '5,000,000'"
    ),
    "budget of 400 digits": case(
        edit(SCENARIO, "1000000", "1" + "0" * 400), f"{SCENARIO}: a number has too many digits"
    ),
    "budget of 5,000 digits": case(
        edit(SCENARIO, "1000000", "1" + "0" * 5000), f"{SCENARIO}: not valid YAML: a number has too many digits"
    ),
    "budget of 1e400": case(
        edit(SCENARIO, "1000000", "1e400"), f"{SCENARIO}: budget_eur: expected a finite number, got inf"
    ),
    "no time to search": case(
        edit(SCENARIO, "time_limit_s: 60", "time_limit_s: 0"), f"{SCENARIO}: solve.time_limit_s: must be above 0, got 0"
    ),
    "name that leaves the folder of runs": case(
        edit(SCENARIO, "territory: toy", "territory: toy\nname: ../../toy"),
        f"{SCENARIO}: name: must be fit to name a folder (at most 100 letters, no / or \\), got '../../toy'",
    ),
}

MODELS = {
    "unknown model": case(
        edit(SCENARIO, "model: allocation", "model: alocation"),
        f"{SCENARIO}: model: 'alocation': no such file, and no such name in models/; did you mean allocation?",
    ),
    "model of 5,000 letters": case(
        edit(SCENARIO, "model: allocation", f"model: {'x' * 5000}"),
        f"{SCENARIO}: model: '{'x' * 5000}': no such file, and no such name in models/",
    ),
    "model that is a parameter file": case(
        edit(SCENARIO, "model: allocation", "model: parameters/professions"),
        f"{PROFESSIONS}: is no model (it has neither professions nor formats)",
    ),
    "model that is the scenario": case(
        edit(SCENARIO, "model: allocation", "model: toy.yaml"),
        f"{SCENARIO}: is no model (it has neither professions nor formats)",
    ),
    "model based on itself": case(
        both(put("models/x.yaml", "based_on: x\n"), edit(SCENARIO, "model: allocation", "model: x")),
        "models/x.yaml: based_on: leads back to x.yaml",
    ),
    "models based on each other": case(
        both(
            put("models/x.yaml", "based_on: y\n"),
            put("models/y.yaml", "based_on: ../models/x\n"),
            edit(SCENARIO, "model: allocation", "model: x"),
        ),
        "models/y.yaml: based_on: leads back to x.yaml",
    ),
    "model based on a link to itself": case(
        both(
            put("models/x.yaml", "based_on: y\n"),
            link("models/y.yaml", "x.yaml"),
            edit(SCENARIO, "model: allocation", "model: x"),
        ),
        "models/x.yaml: based_on: leads back to y.yaml",
    ),
    "eleven models upon one another": case(
        both(
            *(put(f"models/x{n}.yaml", f"based_on: x{n + 1}\n") for n in range(12)),
            edit(SCENARIO, "model: allocation", "model: x0"),
        ),
        "models/x10.yaml: based_on: more than 10 models upon one another",
    ),
    "model based on one outside the project": case(
        both(put("models/x.yaml", "based_on: ../../x\n"), edit(SCENARIO, "model: allocation", "model: x")),
        "models/x.yaml: based_on: '../../x' leads out of the project; name a file beside this one",
    ),
    "parameters outside the project": case(
        edit(MODEL, "parameters/need.yaml", "../../etc/passwd"),
        f"{MODEL}: parameters.need: '../../etc/passwd' leads out of the project; name a file beside this one",
    ),
    "parameters by an absolute path": case(
        edit(MODEL, "parameters/need.yaml", "/etc/passwd"),
        f"{MODEL}: parameters.need: '/etc/passwd' leads out of the project; name a file beside this one",
    ),
    "parameters that are not there": case(
        remove("models/parameters/need.yaml"),
        f"{MODEL}: parameters.need: no file parameters/need.yaml in models; did you mean choice.yaml?",
    ),
    "parameters that are a folder": case(
        folder("models/parameters/need.yaml"),
        "models/parameters/need.yaml: is a folder, expected a file",
    ),
    "parameters that are a pipe": case(pipe("models/parameters/need.yaml"), f"models/parameters/need.yaml: {ORDINARY}"),
    "minutes in seconds": case(
        edit(PROFESSIONS, 'unit: minutes\n    source: "as for GPs"', 'unit: seconds\n    source: "as for GPs"'),
        f"{MODEL}: professions.nurse.cutoff_minutes: unit: must begin with 'minutes', as the name says, "
        "got 'seconds'; convert the value",
    ),
    "euros in thousands": case(
        edit("models/parameters/formats.yaml", "value: 900000.0, unit: EUR,", "value: 900.0, unit: kEUR,"),
        f"{MODEL}: formats.small.capex_eur: unit: must begin with 'EUR', as the name says, got 'kEUR'; "
        "convert the value",
    ),
    "euros a year for euros once": case(
        edit("models/parameters/formats.yaml", "value: 900000.0, unit: EUR,", "value: 900.0, unit: EUR per year,"),
        f"{MODEL}: formats.small.capex_eur: unit: must begin with 'EUR', as the name says, got 'EUR per year'; "
        "convert the value",
    ),
    "share in percent": case(
        edit("models/parameters/need.yaml", "unit: share of inhabitants per year", "unit: percent a year"),
        f"{MODEL}: need.population_growth_share_per_year: unit: must begin with 'share', as the name says, "
        "got 'percent a year'; convert the value",
    ),
}

OPTIONS = {
    "without a value": option("budget_eur", "--set budget_eur: expected PATH=VALUE"),
    "without a path": option("=5", "--set =5: expected PATH=VALUE"),
    "with an empty value": option("budget_eur=", "--set budget_eur: expected a number, got nothing"),
    "with broken YAML": option(
        "budget_eur=[",
        "--set budget_eur: line 1: not valid YAML: expected the node content, but found '<stream end>'",
    ),
    "with spaces between thousands": option("budget_eur=5 000", "--set budget_eur: expected a number, got '5 000'"),
    "of an unknown path": option("budget=5", "--set budget: no such parameter; did you mean budget_eur?"),
    "of only a dot": option(".=1", "--set .: no such parameter"),
    "of a path that ends with a dot": option("solve.=1", "--set solve.: unknown key"),
    "below a number": option("solve.seed.x=1", "--set solve.seed.x: solve.seed holds no keys"),
    "of a record": option("solve=1", "--set solve: expected keys and values, got 1"),
    "of a profession": option("professions.gp=1", "--set professions.gp: expected keys and values, got 1"),
    "of a unit": option(
        "professions.gp.cutoff_minutes.unit=seconds", "--set professions.gp.cutoff_minutes.unit: no such parameter"
    ),
    "of changes": option(
        "changes.professions.gp.cutoff_minutes=1",
        "--set changes.professions.gp.cutoff_minutes: write it as --set professions.gp.cutoff_minutes",
    ),
    "of a list by a word": option("sites.force_open=site-a", "--set sites.force_open: expected a list, got 'site-a'"),
    "of an undefined alias": option(
        "budget_eur=*a", "--set budget_eur: line 1: not valid YAML: found undefined alias 'a'"
    ),
    "of a code without quotes": option(
        "territory=01004",
        "--set territory: expected text, got 1004; quote it (a code without quotes loses its leading zero)",
    ),
    "of nan": option("budget_eur=.nan", "--set budget_eur: expected a finite number, got nan"),
    "of a flag": option("constraints.budget=maybe", "--set constraints.budget: expected true or false, got 'maybe'"),
    "of a rule that always holds": option(
        "constraints.capacity=false", "--set constraints.capacity: must be true, got false"
    ),
    "of a cut-off of 0": option(
        "professions.gp.cutoff_minutes=0", "--set professions.gp.cutoff_minutes.value: must be above 0, got 0"
    ),
    "of an unknown profession": option(
        "recruitable.dentist=3", f"{SCENARIO}: recruitable.dentist: the model has no such profession"
    ),
    "twice": Case(
        lambda: None,
        ("--set budget_eur: given twice; keep one",),
        ("--set", "budget_eur=1", "--set", "budget_eur=2"),
    ),
    "inside another": Case(
        lambda: None,
        ("--set solve.seed: lies inside solve, which is set too; keep one",),
        ("--set", "solve=1", "--set", "solve.seed=2"),
    ),
}

TABLES = {
    "missing file": case(remove(DEMAND), f"{DEMAND}: this file is missing"),
    "missing column": case(
        edit(DEMAND, "inhabitants", "people"),
        f"{DEMAND}: column inhabitants is missing",
        f"{DEMAND}: unknown column 'people'",
    ),
    "unknown column": case(
        put(SUPPLY, "place_id,profession,practitioners,colour\nb,gp,2,red\n"), f"{SUPPLY}: unknown column 'colour'"
    ),
    "column given twice": case(
        put(SUPPLY, "place_id,profession,practitioners,profession\nb,gp,2,gp\n"),
        f"{SUPPLY}: column profession is given twice",
    ),
    "duplicate id": case(edit(DEMAND, "\nb,Bourg", "\na,Bourg"), f"{DEMAND}: row 3: demand_id 'a' is there already"),
    "site given twice": case(edit(SITES, "site-b,", "site-a,"), f"{SITES}: row 3: site_id 'site-a' is there already"),
    "negative inhabitants": case(
        edit(DEMAND, "Bourg,600", "Bourg,-600"), f"{DEMAND}: row 3: inhabitants must be at least 0, got -600"
    ),
    "inhabitants that are no number": case(
        edit(DEMAND, "Bourg,600", "Bourg,nan"),
        f"{DEMAND}: row 3: inhabitants: expected a number (with a decimal point), got 'nan'",
    ),
    "empty cell": case(edit(DEMAND, "Bourg,600", "Bourg,"), f"{DEMAND}: row 3: inhabitants is empty"),
    "nobody lives there": case(
        both(edit(DEMAND, ",900,", ",0,"), edit(DEMAND, ",600,", ",0,"), edit(DEMAND, ",300,", ",0,")),
        f"{DEMAND}: inhabitants: nobody lives here, all are 0",
    ),
    "time from an unknown demand point": case(
        edit(TIMES, "d,d,0", "x,d,0"), f"{TIMES}: row 13: demand_id: no such demand point 'x'"
    ),
    "time to an unknown place": case(edit(TIMES, "d,d,0", "d,x,0"), f"{TIMES}: row 13: place_id: no such place 'x'"),
    "supply at an unknown place": case(edit(SUPPLY, "b,gp", "x,gp"), f"{SUPPLY}: row 2: place_id: no such place 'x'"),
    "supply at a code that has lost its zero": case(
        both(coded, edit(SUPPLY, "01002", "1002")),
        f"{SUPPLY}: row 2: place_id: no such place '1002'; it has 4 characters, expected 5: "
        "write codes as text with their leading zero",
    ),
    "demand in an unknown zone": case(
        edit(DEMAND, "45.00,east", "45.00,north"), f"{DEMAND}: row 4: epci_id: no such zone of kind epci 'north'"
    ),
    "site that nobody reaches": case(
        edit(SITES, "site-b,b,", "site-b,z,"), f"{SITES}: row 3: no travel time leads to place 'z'"
    ),
    "time below 0": case(edit(TIMES, "a,b,10", "a,b,-10"), f"{TIMES}: row 3: minutes must be at least 0, got -10"),
    "infinite time": case(edit(TIMES, "a,b,10", "a,b,inf"), f"{TIMES}: row 3: minutes must be finite, got inf"),
    "time of 1e400": case(edit(TIMES, "a,b,10", "a,b,1e400"), f"{TIMES}: row 3: minutes must be finite, got inf"),
    "only a header": case(put(TIMES, "demand_id,place_id,minutes\n"), f"{TIMES}: there is no row"),
    "no candidate but a header": case(
        put(SITES, "site_id,place_id,name,lon,lat,status\n"), f"{SITES}: there is no row"
    ),
    "empty file": case(put(DEMAND, ""), f"{DEMAND}: the file is empty"),
    "UTF-16 without its mark": case(
        recode(DEMAND, "utf-16-le"), f"{DEMAND}: is not text (it holds zero bytes); save it as CSV UTF-8"
    ),
    "NUL byte": case(
        edit(DEMAND, "Bourg", "Bo\0urg"), f"{DEMAND}: is not text (it holds zero bytes); save it as CSV UTF-8"
    ),
    "spreadsheet named csv": case(
        put(DEMAND, b"PK\x03\x04\0\0"),
        f"{DEMAND}: is a spreadsheet or an archive, expected CSV text; save it as CSV UTF-8",
    ),
    "line of 200 MB": case(
        huge(DEMAND, "demand_id,name,inhabitants,lon,lat\na,"),
        f"{DEMAND}: line 2: longer than 1 MB; is it the right file?",
    ),
    "quotation mark never closed": case(
        edit(DEMAND, "Bourg", '"Bourg'),
        f"{DEMAND}: cannot be read as CSV: line 3: unexpected end of data; is a quotation mark left open?",
    ),
    "quotation marks that swallow a row": case(
        both(edit(TIMES, "a,d,20", 'a,"d,20'), edit(TIMES, "b,a,10", 'b",a,10')),
        f"{TIMES}: row 4: expected 3 cells, got 4; quote text and numbers that hold the separator "
        "(first surplus: '10')",
    ),
    "too many cells": case(
        edit(DEMAND, "Bourg,600", "Bourg,la,600"),
        f"{DEMAND}: row 3: expected 6 cells, got 7; quote text and numbers that hold the separator "
        "(first surplus: 'west')",
    ),
    "too few cells": case(edit(DEMAND, "5.10,45.00,west", "5.10"), f"{DEMAND}: row 3: expected 6 cells, got 4"),
    "decimal comma between commas": case(
        edit(SUPPLY, "b,gp,2", "b,gp,2,5"),
        f"{SUPPLY}: row 2: expected 3 cells, got 4; quote text and numbers that hold the separator "
        "(first surplus: '5')",
    ),
    "spaces that part no thousands": case(
        put(SUPPLY, "place_id;profession;practitioners\nb;gp;2 00\n"),
        f"{SUPPLY}: row 2: practitioners: expected a number (thousands parted by spaces), got '2 00'",
    ),
    "comma and point between semicolons": case(
        put(SUPPLY, "place_id;profession;practitioners\nb;gp;2.000,5\n"),
        f"{SUPPLY}: row 2: practitioners: expected a number (thousands parted by spaces), got '2.000,5'",
    ),
    "comma that may stand for thousands": case(
        put(SUPPLY, "place_id;profession;practitioners\nb;gp;2,000\n"),
        f"{SUPPLY}: row 2: practitioners: '2,000' may be 2000 or 2,000; write 2000, or 2,0000",
    ),
    "byte order mark within": case(
        edit(SUPPLY, "b,gp", "\ufeffb,gp"),
        f"{SUPPLY}: row 2: place_id: expected no line break or unseen character, got '\\ufeffb'",
    ),
    "longitude and latitude exchanged": case(
        points(DEMAND, "45.00,5.00", "45.00,5.10", "45.00,5.40", "44.90,5.10"),
        f"{DEMAND}: row 2: lon 45 and lat 5 (rows like this: 4) look swapped: {LAMBERT_93}",
    ),
    "longitude and latitude of one site exchanged": case(
        edit(SITES, "5.10,45.00", "45.00,5.10"),
        f"{SITES}: row 3: lon 45 and lat 5.1 (rows like this: 1) look swapped: {LAMBERT_93}",
    ),
    "point far away": case(
        edit(DEMAND, "5.10,44.90", "5.10,4.90"),
        f"{DEMAND}: row 5: lon 5.1 and lat 4.9 (rows like this: 1) are far from where they can be: {LAMBERT_93}; "
        "correct them, or crs in the manifest",
    ),
    "Parquet cut short": case(
        parquet(pd.DataFrame.copy, lambda content: content[: len(content) // 2]),
        f"{PARQUET}: not a Parquet file; write it again",
    ),
    "Parquet with numbers for codes": case(
        parquet(lambda times: times.assign(demand_id=range(len(times)))),
        f"{PARQUET}: column demand_id: expected text, got numbers; write codes as text with their leading zero",
    ),
    "Parquet with lists": case(
        parquet(lambda times: times.assign(minutes=[[1.0]] * len(times))),
        *(f"{PARQUET}: row {row}: minutes: expected a number, got '[1.]'" for row in range(2, 14)),
    ),
    "csv renamed parquet": case(rename(TIMES, PARQUET), f"{PARQUET}: not a Parquet file; write it again"),
    "travel times twice": case(
        lambda: shutil.copy(TIMES, PARQUET),
        f"{TERRITORY}: travel_times.parquet and travel_times.csv are both there; keep one",
    ),
    "boundaries that are none": case(
        put(BOUNDARIES, "id"), f"{BOUNDARIES}: cannot be read as polygons; restore the file, or remove it"
    ),
    "supply misspelt": case(
        rename(SUPPLY, f"{TERRITORY}/suply.csv"),
        f"{TERRITORY}/suply.csv: no table of a territory is called so; did you mean supply.csv?",
    ),
}

FILES = {
    "folder for a table": case(folder(DEMAND), f"{DEMAND}: is a folder, expected a file"),
    "folder for an optional table": case(folder(SUPPLY), f"{SUPPLY}: is a folder, expected a file"),
    "folder for a manifest": case(folder(MANIFEST), f"{MANIFEST}: is a folder, expected a file"),
    "pipe for a table": case(pipe(DEMAND), f"{DEMAND}: {ORDINARY}"),
    "pipe for an optional table": case(pipe(SUPPLY), f"{SUPPLY}: {ORDINARY}"),
    "pipe for travel times": case(both(remove(TIMES), pipe(PARQUET)), f"{PARQUET}: {ORDINARY}"),
    "pipe for a manifest": case(pipe(MANIFEST), f"{MANIFEST}: {ORDINARY}"),
    "pipe for boundaries": case(pipe(BOUNDARIES), f"{BOUNDARIES}: {ORDINARY}"),
    "endless device for a table": case(link(DEMAND, "/dev/zero"), f"{DEMAND}: {ORDINARY}"),
    "link to itself": case(link(DEMAND, "demand.csv"), f"{DEMAND}: {LEADS_NOWHERE}"),
    "link to nothing": case(link(DEMAND, "nowhere.csv"), f"{DEMAND}: {LEADS_NOWHERE}"),
    "link to nothing for an optional table": case(link(SUPPLY, "nowhere.csv"), f"{SUPPLY}: {LEADS_NOWHERE}"),
    "link to nothing for boundaries": case(link(BOUNDARIES, "nowhere.gpkg"), f"{BOUNDARIES}: {LEADS_NOWHERE}"),
    "link to nothing for a rim": case(
        link(RIM, "nowhere.csv"),
        f"{TERRITORY}/rim_travel_times.parquet: this file is missing; a rim has both rim_demand and rim_travel_times",
        f"{RIM}: {LEADS_NOWHERE}",
    ),
    "territory is a link to itself": case(
        both(lambda: shutil.rmtree(TERRITORY), link(TERRITORY, "toy")),
        f"{SCENARIO}: territory: no folder 'toy' with a manifest.yaml",
    ),
    "manifest missing": case(remove(MANIFEST), f"{SCENARIO}: territory: no folder 'toy' with a manifest.yaml"),
    "manifest of 200 MB": case(
        huge(MANIFEST, "name: "), f"{MANIFEST}: 200.0 MB, expected at most 1 MB; is it the right file?"
    ),
    "manifest with another fingerprint": case(
        listed("demand.csv", 4, "00"),
        f"{MANIFEST}: files: demand.csv is not the file described; restore it, or, if the change is meant, "
        f"take its entry out, or say in it what the file is now (sha256 {TOY_DEMAND})",
    ),
    "manifest of a file that is not there": case(
        listed("places.csv", 4), f"{MANIFEST}: files: places.csv is listed but not there"
    ),
    "manifest with another number of rows": case(
        listed("demand.csv", 5), f"{MANIFEST}: files: demand.csv has 4 rows, expected 5"
    ),
    "manifest of a file outside the project": case(
        listed("../../../../etc/passwd", 4),
        f"{MANIFEST}: files: '../../../../etc/passwd' leads out of the project; name a file of this folder",
    ),
    "manifest of a file by an absolute path": case(
        listed("/etc/passwd", 4),
        f"{MANIFEST}: files: '/etc/passwd' leads out of the project; name a file of this folder",
    ),
    "manifest with a projection that is none": case(
        edit(MANIFEST, "EPSG:2154", "EPSG:0"),
        f"{MANIFEST}: crs: no such projection 'EPSG:0'; write a code such as EPSG:2154",
    ),
    "manifest with heights for a projection": case(
        edit(MANIFEST, "EPSG:2154", "EPSG:5720"),
        f"{MANIFEST}: crs: 'EPSG:5720' is no projection of longitude and latitude; write a code such as EPSG:2154",
    ),
    "manifest with the projection of Réunion": case(
        edit(MANIFEST, "EPSG:2154", "EPSG:2975"),
        f"{DEMAND}: row 2: lon 5 and lat 45 (rows like this: 4) are far from where they can be: EPSG:2975 is for "
        "lon 54 to 58.24 and lat -24.72 to -18.28; correct them, or crs in the manifest",
        f"{SITES}: row 2: lon 5 and lat 45 (rows like this: 3) are far from where they can be: EPSG:2975 is for "
        "lon 54 to 58.24 and lat -24.72 to -18.28; correct them, or crs in the manifest",
    ),
}

CASES = [
    pytest.param(each, id=f"{group}: {kind}")
    for group, cases in {
        "scenario": SCENARIOS,
        "model": MODELS,
        "--set": OPTIONS,
        "table": TABLES,
        "file": FILES,
    }.items()
    for kind, each in cases.items()
]


@pytest.fixture
def run(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command line, called in the toy project's folder."""
    monkeypatch.chdir(toy_project)
    return lambda *arguments: CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("bad", CASES)
def test_bad_input_is_told_and_nothing_written(run: Run, bad: Case) -> None:
    bad.damage()
    before = sorted(Path().rglob("*"))
    for command in ("check", "solve"):
        result = run(command, SCENARIO, *bad.options)
        assert result.stderr == "".join(f"error: {problem}\n" for problem in bad.problems)
        assert (result.exit_code, result.stdout) == (2, "")
        assert sorted(Path().rglob("*")) == before
    french = run("check", SCENARIO, *bad.options, "--lang", "fr").stderr.splitlines()
    assert len(french) == len("".join(f"{problem}\n" for problem in bad.problems).splitlines())
    assert all(line.startswith("erreur : ") for line in french)
    assert {line.removeprefix("erreur : ") for line in french} & set(bad.problems) == set()


PLAN = (
    "Plan proven: within 0.00% of the best possible in the model (improvement gap 0.00%); "
    "precision of the computation, not of the data.\n"
    "Proposed sites: 1. Posts to fill: GP 2, nurse 1, midwife 0. Investment: 900,000 EUR of 1,000,000 EUR; "
    "apart from it, aid to practitioners: 25,000 EUR.\n"
    "GP: 2,100 inhabitants uncovered before, 1,500 after (best case); after: 1,500 by shortage, 0 by distance.\n"
    "nurse: 2,700 inhabitants uncovered before, 2,049 after (best case); after: 2,049 by shortage, 0 by distance.\n"
    "midwife: 2,700 inhabitants uncovered before, 2,700 after (best case); after: 2,700 by shortage, 0 by distance.\n"
    "Below APL 2.5 (historical floor, zoning of 2017): 900 inhabitants before, 0 after. "
    "More than 20 minutes from a GP: 900, then 0.\n"
    "Both measures, whichever the model minimises: GP uncovered 2,100, then 1,500 (best case); visits a year lacking "
    "to an APL of 2.5 2,250, then 0; inhabitants below it 900, then 0 (computed).\n"
    "Chosen among plans that give up at most 0.5% of the gain (this one 0.00%), by visits a year that lack to an APL "
    "of 2.5 (2,250 without it, 0 with the plan found first, 0 with this one, 0 at least), then by its hosts.\n"
    "Written to runs/toy\n"
)
NOTHING = (
    "Proposed sites: 0. Posts to fill: GP 0, nurse 0, midwife 0. Investment: 0 EUR of {budget} EUR; "
    "apart from it, aid to practitioners: 0 EUR.\n"
    "GP: 2,100 inhabitants uncovered before, 2,100 after (best case); after: 2,100 by shortage, 0 by distance.\n"
)
CSV_FILES = (DEMAND, SUPPLY, SITES, TIMES, ZONES)


def rewrite(names: tuple[str, ...], change: Callable[[str], str]) -> Damage:
    """Change the text of files, and nothing else of them."""

    def damage() -> None:
        for name in names:
            Path(name).write_bytes(change(Path(name).read_text(encoding="utf-8")).encode())

    return damage


@pytest.mark.parametrize(
    "change",
    [
        lambda: None,
        rewrite((*CSV_FILES, SCENARIO, MANIFEST), lambda text: f"\ufeff{text}"),
        rewrite((*CSV_FILES, SCENARIO, MANIFEST), lambda text: text.replace("\n", "\r\n")),
        rewrite(CSV_FILES, lambda text: text.replace("\n", "\r")),
        rewrite(CSV_FILES, lambda text: text.replace(",", ";")),
        rewrite(CSV_FILES, lambda text: text.replace(",", ";").replace(".", ",")),
        rewrite(CSV_FILES, lambda text: text.replace(",", "\t").replace(".", ",")),
        parquet(pd.DataFrame.copy),
        listed("demand.csv", 4),
    ],
    ids=[
        *("as it is", "byte order mark", "CRLF", "CR", "semicolons", "semicolons and decimal commas"),
        *("tabs and decimal commas", "Parquet", "described in the manifest"),
    ],
)
def test_what_is_only_unusual_gives_the_same_plan(run: Run, change: Damage) -> None:
    change()
    result = run("solve", SCENARIO, "--lang", "en")
    assert (result.exit_code, result.stdout, result.stderr) == (0, PLAN, "")
    sites = pd.read_csv("runs/toy/sites.csv")
    assert sites[["site_id", "lon", "lat", "staff_gp"]].to_numpy().tolist() == [["site-c", 5.4, 45.0, 2]]


def test_a_folder_for_a_scenario(run: Run) -> None:
    folder(SCENARIO)()
    assert run("solve", SCENARIO).stderr == f"error: {SCENARIO}: is a folder, expected a file\n"
    # `check` takes a folder for a territory.
    assert run("check", SCENARIO).stderr == f"error: {SCENARIO}/manifest.yaml: this file is missing\n"
    assert not Path("runs").exists()


@pytest.mark.parametrize("put_there", [pipe("out"), link("out", "out")])
def test_a_place_that_no_run_can_take(run: Run, put_there: Damage) -> None:
    put_there()
    result = run("solve", SCENARIO, "--out", "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: out: is neither a folder nor free; give another with --out\n"


def test_a_budget_below_what_is_forced_is_explained(run: Run) -> None:
    edit(SCENARIO, "solve:", "sites: {force_open: [site-a, site-c]}\nsolve:")()
    assert run("check", SCENARIO).exit_code == 0
    result = run("solve", SCENARIO, "--lang", "en")
    assert (result.exit_code, result.stderr) == (3, "")
    first, budget, forced, last = result.stdout.splitlines()
    assert (first, last) == ("No plan satisfies all the rules.", "Written to runs/toy")
    assert budget == (  # 2 x 900,000 EUR
        "Budget: the sites that open in any case cost 1,800,000 EUR at the least, the budget is 1,000,000 EUR: "
        "800,000 EUR short."
    )
    assert re.fullmatch(r"Site to be opened in any case: \w+ \(site-[ac]\) would have to stay closed\.", forced)
    assert json.loads(Path("runs/toy/summary.json").read_text(encoding="utf-8"))["status"] == "infeasible"


@pytest.mark.parametrize(
    ("damage", "options", "why", "budget"),
    [
        (
            edit(SITES, "candidate", "existing"),
            (),
            "the territory has no candidate site, or all are excluded.",
            "1,000,000",
        ),
        (
            edit(SCENARIO, "solve:", "sites: {exclude: [site-a, site-b, site-c]}\nsolve:"),
            (),
            "the territory has no candidate site, or all are excluded.",
            "1,000,000",
        ),
        (
            lambda: None,
            ("--set", "recruitable.gp=0"),
            "every format needs more posts (GP) than one may hope to fill (0).",
            "1,000,000",
        ),
        (
            lambda: None,
            ("--set", "budget_eur=0"),
            "the cheapest site costs 900,000 EUR, more than the budget.",
            "0",
        ),
    ],
    ids=["no candidate", "all excluded", "nobody recruitable", "no budget"],
)
def test_where_nothing_can_open_the_plan_says_why(
    run: Run, damage: Damage, options: tuple[str, ...], why: str, budget: str
) -> None:
    damage()
    result = run("solve", SCENARIO, "--lang", "en", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    first, *rest = result.stdout.splitlines(keepends=True)
    assert first == (
        "Plan proven: within 0.00% of the best possible in the model (improvement gap 0.00%); "
        "precision of the computation, not of the data.\n"
    )
    assert "".join(rest).startswith(f"Nothing can open: {why}\n{NOTHING.format(budget=budget)}")


def test_no_candidate_where_one_is_wanted_is_explained(run: Run) -> None:
    edit(SCENARIO, "solve:", "site_count: 1\nsites: {exclude: [site-a, site-b, site-c]}\nsolve:")()
    result = run("solve", SCENARIO, "--lang", "en")
    assert (result.exit_code, result.stderr) == (3, "")
    first, count, excluded, last = result.stdout.splitlines()
    assert (first, last) == ("No plan satisfies all the rules.", "Written to runs/toy")
    assert count == "Number of sites: at least 1 are asked for, at most 0 can open under the other rules: 1 too few."
    assert re.fullmatch(r"Excluded site: \w+ \(site-[abc]\) would have to open\.", excluded)


def test_supply_without_need_and_need_without_supply(run: Run) -> None:
    put(SUPPLY, "place_id,profession,practitioners\na,gp,200\nb,gp,200\nc,gp,200\n")()
    assert "GP: 0 inhabitants uncovered before, 0 after (best case)" in run("solve", SCENARIO, "--lang", "en").stdout
    put(SUPPLY, "place_id,profession,practitioners\n")()
    # 2 GPs have room for 600 of 2,700.
    assert "GP: 2,700 inhabitants uncovered before, 2,100 after" in run("solve", SCENARIO, "--lang", "en").stdout
