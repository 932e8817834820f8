"""From official files to a territory folder, with what was mended, what is missing, and what differs from another."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msp_siting.answer import visits_from_supply
from msp_siting.errors import DataError, problem
from msp_siting.files import (
    MANIFEST,
    check_target,
    find_file,
    has_events,
    is_there,
    read_yaml,
    real_path,
    replace_folder,
    split_sheet,
    write_yaml,
)
from msp_siting.language import Language, say, tell, whole
from msp_siting.scenario import parse_model, read_model
from msp_siting.sources import (
    Built,
    Comparison,
    Difference,
    France,
    Options,
    build_tables,
    compare_territories,
    read_catalogue,
    read_choice,
    read_france,
    select_communes,
    strangers_told,
    write_territory,
)
from msp_siting.territory import Manifest, island_caveats, large_point_caveats, read_manifest, read_territory


@dataclass(frozen=True)
class BuildOrder:
    """The options of ``msp-siting territory build``, by their names."""

    departments: tuple[str, ...]
    regions: tuple[str, ...]
    communes: Path | None
    france: bool
    sources: Path
    catalogue: Path | None
    squares: bool
    rim: bool
    local: bool
    horizon: int
    against: Path | None
    out: Path | None


def build_and_write(request: BuildOrder, language: Language) -> Iterator[str]:
    """Build a territory as asked, write its folder whole, and yield what there is to say.

    Raises
    ------
    DataError, ScenarioError
        With nothing written.
    """
    against = request.against
    if against is not None and not is_there(against / MANIFEST):
        raise DataError(problem("no territory folder").at(f"--against {against}"))
    choice = read_choice(request.departments, request.regions, request.communes, france=request.france)
    folder = request.out or Path("data") / choice.name
    check_target(folder, MANIFEST, problem("an earlier territory"))
    _check_inputs_survive(request, folder)
    if against is not None and real_path(against) == real_path(folder):
        raise DataError(problem("is the folder to write; give another with --out").at(f"--against {against}"))
    leave_out = () if request.squares else ("squares",)
    france = read_france(read_catalogue(request.catalogue), request.sources, leave_out=leave_out)
    selection = select_communes(france, choice)
    options = Options(request.squares, request.rim, request.local, request.horizon)
    built = build_tables(france, selection, options)
    comparison = write(france, built, folder, against)
    yield from _sentences(built, read_manifest(folder), folder, language)
    yield from (tell(fact, language) for fact in strangers_told(france.strangers))
    if against is not None and comparison is not None:
        yield from comparison_sentences(comparison, against, language)


def _check_inputs_survive(request: BuildOrder, folder: Path) -> None:
    """Refuse a folder that holds what the territory is made from, or events: an earlier territory is replaced whole."""
    if has_events(folder):  # whoever wrote them knows which are in the new supply already
        lost = problem("holds events, which would be lost with the earlier territory; keep them elsewhere meanwhile")
        raise DataError(lost.at(folder))
    listed = None if request.communes is None else split_sheet(request.communes)[0]
    inputs = {"--sources": request.sources, "--communes": listed, "--catalogue": request.catalogue}
    for option, path in inputs.items():
        if path is not None and real_path(path).is_relative_to(real_path(folder)):
            lost = problem(
                "holds {option} {path}, which would be lost with the earlier territory; give another folder with --out",
                option=option,
                path=path,
            )
            raise DataError(lost.at(folder))


def write(france: France, built: Built, folder: Path, against: Path | None = None) -> Comparison | None:
    """Write a built territory beside its place, compare it if asked, and move it there whole."""
    comparisons: list[Comparison] = []
    earlier = _earlier_manifest(folder)

    def fill(fresh: Path) -> None:
        write_territory(france, built, fresh)
        _state_visits(fresh, earlier)
        if against is not None:  # before it moves: nothing is written if the other one cannot be read
            comparisons.append(compare_territories(fresh, against))

    replace_folder(folder, fill)
    return comparisons[0] if comparisons else None


def _earlier_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of the territory that is replaced; None where there is none, or one that cannot be read."""
    try:
        return read_manifest(folder) if is_there(folder / MANIFEST) else None
    except DataError:
        return None


def _state_visits(folder: Path, earlier: Manifest | None) -> None:
    """Write into a new territory's manifest what one GP offers in the APL.

    That of an earlier build of the same territory is kept where the official APL is of the same vintage, so that the
    APL of the two can be compared whatever their supply; else it is taken from the supply.
    """
    territory = read_territory(folder)
    visits = None
    if earlier is not None and _subject(earlier) == _subject(territory.manifest):
        visits = earlier.visits_per_gp_per_year
    if visits is None:
        model = find_file("allocation", "models", Path())
        apl = parse_model(read_model(model), problem("{file}: ", file=model)).apl
        visits = visits_from_supply(territory, apl)
    if visits is None:
        return
    content = read_yaml(folder / MANIFEST, DataError)
    stated = visits.model_dump(exclude={"origin"})
    write_yaml({**content, "visits_per_gp_per_year": stated}, folder / MANIFEST)


def _subject(manifest: Manifest) -> tuple[str, str | None]:
    """Return what visits of a GP are about: a territory, and the vintage of its official APL."""
    entry = next((entry for entry in manifest.files if entry.path.startswith("demand.")), None)
    column = None if entry is None else entry.columns.get("apl_official", entry)
    return manifest.name, None if column is None else column.vintage


def _sentences(built: Built, manifest: Manifest, folder: Path, language: Language) -> Iterator[str]:
    demand, sites, supply = (built.tables[f"{name}.csv"] for name in ("demand", "sites", "supply"))
    territory = read_territory(folder)
    existing = 0.0 if territory.existing_msps is None else float(territory.existing_msps.sum())
    yield say(
        "built_written",
        language,
        title=manifest.title[language],
        communes=whole(len(built.selection.commune_ids), language),
        inhabitants=whole(float(demand["inhabitants"].sum()), language),
        sites=whole(int(sites["status"].eq("candidate").sum()), language),
        existing=whole(existing, language),
        gps=whole(float(supply.loc[supply["profession"].eq("gp"), "practitioners"].sum()), language),
        folder=folder,
    )
    if "rim_demand.csv" in built.tables:
        rim = built.tables["rim_demand.csv"]
        people = whole(float(rim["inhabitants"].sum()), language)
        yield say("built_rim", language, communes=whole(len(rim), language), inhabitants=people)
    visits = manifest.visits_per_gp_per_year
    if visits is not None:
        yield say("built_visits", language, visits=visits.value, source=visits.source)
    if built.times is None:
        yield say("built_times_estimated", language, accuracy=tell(built.surrogate.accuracy(), language))
    facts = (*island_caveats(territory), *large_point_caveats(territory))
    yield from (tell(fact, language) for fact in facts)
    yield from (tell(fact, language) for fact in (*built.selection.cautions, *built.selection.repairs))
    for source in manifest.sources:
        for repair in source.repairs:
            yield say("built_repair", language, file=source.file, repair=repair[language])
    for missing in manifest.missing_sources:
        yield say(
            "built_missing",
            language,
            title=missing.title[language],
            why=missing.why[language],
            without=missing.without[language],
            page=missing.page,
        )


def comparison_sentences(comparison: Comparison, there: Path, language: Language) -> Iterator[str]:
    """Yield one sentence on the files that are the same, and one per file or column that is not, with why."""
    if comparison.same:
        yield say("compared_same", language, there=there, files=", ".join(comparison.same))
    for difference in comparison.differences:
        yield _difference_sentence(difference, there, language)


def _difference_sentence(difference: Difference, there: Path, language: Language) -> str:
    place = f"{difference.path}: {difference.column}" if difference.column else difference.path
    source = difference.here if difference.what == "only_here" else difference.there
    why_key = "compared_same_source" if difference.same_source else "compared_other_source"
    why = say(why_key, language, here=difference.here, source=difference.there)
    return say(
        f"compared_{difference.what}",
        language,
        place=place,
        there=there,
        source=source,
        cells=whole(difference.cells, language),
        why=why,
    )
