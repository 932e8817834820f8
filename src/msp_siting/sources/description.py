"""What a built territory says of itself: where every file and column comes from, what was mended, what is missing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msp_siting.files import Text, sha256_of
from msp_siting.language import LANGUAGES, Fact, Language, decimal, percent, say, tell
from msp_siting.sources.boundaries import CRS
from msp_siting.sources.build import Built
from msp_siting.sources.catalogue import CatalogueEntry
from msp_siting.sources.communes import WITH_OTHER_APL
from msp_siting.sources.estimates import Scale, scale
from msp_siting.sources.france import CODES_ONLY, France
from msp_siting.sources.tables import FEWEST_INHABITANTS_OF_A_SITE

SURROGATE = "Estimated from crow-fly distance (models/parameters/surrogate.yaml)"


def manifest(france: France, built: Built, folder: Path) -> dict[str, Any]:
    """Return the content of ``manifest.yaml`` for a folder whose other files are written."""
    notes = _Notes(france, built)
    rows = {name: len(table) for name, table in built.tables.items()}
    if built.layers:
        rows["boundaries.gpkg"] = sum(map(len, built.layers.values()))
    files = []
    for name, count in rows.items():
        files.append({"path": name, "rows": count, "sha256": sha256_of(folder / name), **notes.of_file(name)})
    return {
        "name": built.selection.name,
        "title": dict(built.selection.title),
        "crs": CRS,
        "files": files,
        "caveats": list(_caveats(france, built)),
        "sources": list(_sources(france, built)),
        "missing_sources": list(_missing(france, built)),
    }


def _text(key: str, **values: object) -> Text:
    return {language: say(key, language, **values) for language in LANGUAGES}


def _in_both(fact: Fact) -> Text:
    return {language: tell(fact, language) for language in LANGUAGES}


def _caveats(france: France, built: Built) -> Iterator[Text]:
    yield from map(_in_both, (*built.selection.cautions, *_arrondissement_caveats(france, built)))
    if built.times is not None:
        yield _text("caveat_routed_times")
    yield _text("caveat_apl_differs")
    yield _text("caveat_places_of_practice")
    if built.without_outline:
        yield _text("caveat_without_outline", points=", ".join(built.without_outline))


def _arrondissement_caveats(france: France, built: Built) -> Iterator[Fact]:
    """Yield which arrondissements are demand points, and what is known of them only by their city."""
    around = built.tables["rim_demand.csv"]["demand_id"] if "rim_demand.csv" in built.tables else ()
    shown = {*built.selection.commune_ids, *around}
    cities = {city: set(codes) for city, codes in france.codes.divided.items() if shown.intersection(codes)}
    if not cities:
        return
    by_city: dict[bool, list[Text]] = {True: [], False: []}
    for raw in (raw for key, raw in france.files.items() if key not in {"communes", *CODES_ONLY}):
        if "commune_id" in raw.frame.columns and raw.frame["commune_id"].isin(list(cities)).any():
            by_city[any(column.is_count for column in raw.entry.columns.values())].append(raw.entry.title)
    names = france.files["communes"].frame.set_index("commune_id")["name"]
    count = len(shown.intersection(set().union(*cities.values())))
    yield Fact("caveat_arrondissements", {"count": count, "cities": [names[city] for city in cities]})
    for is_shared, titles in by_city.items():
        if titles:
            key = "caveat_arrondissements_shared" if is_shared else "caveat_arrondissements_alike"
            yield Fact(key, {"files": titles})


def _used(france: France, built: Built) -> list[str]:
    """Return keys of the sources that the territory's figures come from."""
    used = [key for key in france.files if france.entry(key).local is None and key not in built.uncovered]
    if "commune" not in built.kinds:
        used = [key for key in used if key != "squares"]
    others = {key for key in (built.outlines, built.centres, built.times) if key is not None and key not in used}
    return [*used, *sorted(others)]


def _sources(france: France, built: Built) -> Iterator[dict[str, Any]]:
    for key in _used(france, built):
        entry, path = france.entry(key), france.paths[key]
        yield {
            "key": key,
            "file": path.name,
            "sha256": sha256_of(path),
            "publisher": entry.publisher,
            "page": entry.page,
            "licence": entry.licence,
            "vintage": entry.vintage,
            "repairs": [_in_both(repair) for repair in france.repairs.get(key, ())],
        }


def _missing(france: France, built: Built) -> Iterator[dict[str, Any]]:
    for key, entry in france.catalogue.sources.items():
        if entry.local is None and (key in built.uncovered or key not in france.paths):
            why = _text("source_covers_other_departments" if key in built.uncovered else "source_not_there")
            yield {
                "key": key,
                "title": dict(entry.title),
                "page": entry.page,
                "why": why,
                "without": dict(entry.without),
            }


class _Notes:
    """Source, licence, vintage, kind and label of every file, and of columns from elsewhere."""

    def __init__(self, france: France, built: Built) -> None:
        self.france = france
        self.built = built
        header = france.entry("drees_apl").columns["inhabitants"].header
        year = re.search(r"\d{4}", header)
        self.population_year = year[0] if year else france.entry("drees_apl").vintage

    def of_file(self, name: str) -> dict[str, Any]:
        """Return what the manifest says of one file."""
        make = {
            "demand.csv": self._demand,
            "supply.csv": self._supply,
            "sites.csv": self._sites,
            "places.csv": self._places,
            "zones.csv": self._zones,
            "flows.csv": self._flows,
            "travel_times.parquet": self._times,
            "boundaries.gpkg": self._boundaries,
            "rim_demand.csv": self._rim_demand,
            "rim_supply.csv": self._rim_supply,
            "rim_travel_times.parquet": self._rim_times,
        }[name]
        return make()

    def _entry(self, key: str) -> CatalogueEntry:
        return self.france.entry(key)

    def _note(self, *keys: str, kind: str, vintage: str | None = None) -> dict[str, Any]:
        entries = [self._entry(key) for key in keys]
        return {
            "source": "; ".join(dict.fromkeys(entry.publisher for entry in entries)),
            "licence": "; ".join(dict.fromkeys(entry.licence for entry in entries)),
            "vintage": vintage or "; ".join(dict.fromkeys(entry.vintage for entry in entries)),
            "kind": kind,
        }

    def _demand(self) -> dict[str, Any]:
        keys = ["drees_apl", *(["squares"] if "commune" in self.built.kinds else [])]
        kind = "derived" if len(keys) > 1 else "measured"
        year = self.population_year
        return {
            **self._note(*keys, kind=kind, vintage=year),
            "url": self._entry("drees_apl").page,
            "label": _text("label_demand", year=year, apl_year=self._entry("drees_apl").vintage),
            "columns": dict(self._demand_columns()),
        }

    def _demand_columns(self) -> Iterator[tuple[str, dict[str, Any]]]:
        year, present = self.population_year, self.built.tables["demand.csv"].columns
        yield "name", self._note("communes", kind="measured")
        for name in ("lon", "lat"):
            yield name, self._note(self.built.centres, kind="measured")
        index = self._note("drees_apl", kind="derived", vintage=year)
        yield "need_index_gp", index | {"source": "DREES, standardised over total population"}
        for name in ("apl_official", "apl_under_65_official"):
            yield name, self._note("drees_apl", kind="modelled")
        for name in (f"apl_{name}_official" for name in WITH_OTHER_APL):
            if name in present:
                yield name, self._note("drees_apl_others", kind="modelled")
        border = self._note("communes", kind="derived")
        yield "border", border | {"source": f"communes outside within 20 estimated minutes ({border['source']})"}
        if "massif" in present:
            yield "massif", self._note("commune_types", kind="measured")
        known = [key for key in ("ages", "age_shares", "living_area_ages") if key in self.france.files]
        ages = known[:1]
        diabetes = [key for key in ("diabetes", "diabetes_standardised") if key in self.france.files]
        estimated = {
            "inhabitants_75_plus": ages,
            "inhabitants_65_plus": ages,
            "inhabitants_under_15": ages,
            "inhabitants_diabetes": [*diabetes, *ages],
            "inhabitants_ald": ["living_area_health"],
        }
        for name, keys in estimated.items():
            if name in present:
                yield name, self._note(*keys, kind="derived")
        zones = {
            "epci": "communes",
            "living_area": "living_areas",
            "department": "communes",
            "nurse_zoning": "nurse_zoning",
            "tvs": "tvs",
            "tvs_like": "tvs_like",
            "cpts": "cpts",
            "gp_zoning": "gp_zoning",
            "commune": "communes",
        }
        for kind in self.built.kinds:
            yield f"{kind}_id", self._note(zones[kind], kind="measured")

    def _supply(self, beside: str = "demand.csv") -> dict[str, Any]:
        departments = tuple(sorted(set(self.built.tables[beside]["department_id"])))
        found = scale(self.france, departments)
        keys = [key for key in ("bpe_counts", "liberal_practitioners") if key in self.france.files]
        return {
            **self._note(*keys, kind="derived"),
            "url": self._entry(keys[-1]).page,
            "label": {language: _supply_label(found, language) for language in LANGUAGES},
            "columns": {"retiring_share": self._departures(departments)},
        }

    def _departures(self, departments: tuple[str, ...]) -> dict[str, Any]:
        series = "DREES, APL to all GPs and to GPs under 65, by living area: GPs of 65 and over"
        ages = self.france.tables.get("gp_ages")
        known = set() if ages is None else set(ages["department_id"]) & set(departments)
        if not known:
            return self._note("drees_apl", kind="derived") | {"source": series}
        given = f"{self._entry('gp_ages').publisher}: GPs of 65 and over at the horizon ({', '.join(sorted(known))})"
        rest = [series] if known < set(departments) else []
        return self._note("gp_ages", "drees_apl", kind="derived") | {"source": "; ".join([given, *rest])}

    def _sites(self) -> dict[str, Any]:
        keys = [self.built.centres, "drees_apl"]
        existing = self.built.tables["sites.csv"]["status"].eq("existing").any()
        keys += ["finess"] if existing else []
        label = "label_sites_and_existing" if existing else "label_sites"
        return {
            **self._note(*keys, kind="derived"),
            "url": self._entry(keys[-1] if existing else keys[0]).page,
            "label": _text(label, fewest=FEWEST_INHABITANTS_OF_A_SITE),
        }

    def _places(self) -> dict[str, Any]:
        beside = ("finess", "commune_types")
        keys = [key for key in beside if key in self.france.files and key not in self.built.uncovered]
        note = self._note("communes", "bpe_counts", *keys, kind="measured")
        before = {"gps_2021": self._note("bpe_2021", kind="measured")} if "bpe_2021" in self.france.files else {}
        return {**note, "url": self._entry("bpe_counts").page, "label": _text("label_places"), "columns": before}

    def _zones(self) -> dict[str, Any]:
        keys = ["communes", "living_area_names", *(kind for kind in self.built.kinds if kind in self.france.files)]
        return {**self._note(*keys, kind="measured"), "url": self._entry("living_area_names").page}

    def _flows(self) -> dict[str, Any]:
        flows = self.built.tables["flows.csv"]
        return {
            "source": "; ".join(flows["source"].unique()),
            "licence": "figures quoted from a publication",
            "vintage": "; ".join(flows["period"].unique()),
            "kind": "measured",
        }

    def _times(self) -> dict[str, Any]:
        key = self.built.times
        if key is None:
            return self._estimated_times()
        return {
            **self._note(key, kind="derived"),
            "url": self._entry(key).page,
            "label": _text("label_routed_times"),
        }

    def _estimated_times(self) -> dict[str, Any]:
        places = self._note(self.built.centres, kind="modelled")
        return {
            **places,
            "source": f"{SURROGATE}; {places['source']}",
            "url": self._entry(self.built.centres).page,
            "label": _in_both(self.built.surrogate.label("label_estimated_times")),
            "accuracy": _in_both(self.built.surrogate.accuracy()),
        }

    def _boundaries(self) -> dict[str, Any]:
        key = self.built.outlines or "polygons"
        return {**self._note(key, "communes", "living_areas", kind="derived"), "url": self._entry(key).page}

    def _rim_demand(self) -> dict[str, Any]:
        return {
            **self._note("drees_apl", kind="measured", vintage=self.population_year),
            "url": self._entry("drees_apl").page,
            "label": _text("label_rim"),
        }

    def _rim_supply(self) -> dict[str, Any]:
        return {key: value for key, value in self._supply("rim_demand.csv").items() if key != "label"}

    def _rim_times(self) -> dict[str, Any]:
        return self._estimated_times() | {"label": _in_both(self.built.surrogate.label("label_rim_times"))}


def _supply_label(found: Scale, language: Language) -> str:
    """Return how practitioners were counted: the least and the greatest factor of GPs and of the others."""
    gps = found.factors["gp"]
    if not gps:
        return say("label_supply_unscaled", language)
    others = [factor for name, factors in found.factors.items() if name != "gp" for factor in factors.values()]
    return say(
        "label_supply",
        language,
        factors=_range([*gps.values()], language),
        special=percent(max(found.special_share.values(), default=0.0), language, 1),
        others=_range(others or [1.0], language),
    )


def _range(factors: list[float], language: Language) -> str:
    """Return the least and the greatest factor, or the only one."""
    least, greatest = (decimal(factor, language, 3) for factor in (min(factors), max(factors)))
    return least if least == greatest else say("label_factors", language, least=least, greatest=greatest)
