"""Official files under the names and in the layouts they are published in: FINESS, the BPE, the COG; and strangers."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result

from msp_siting.sources.catalogue import read_catalogue
from msp_siting.sources.geographic_code import changes_of_code
from msp_siting.sources.raw_tables import Raw
from msp_siting.territory.manifest import read_manifest

Run = Callable[..., Result]
Build = Callable[..., Path]
Refuse = Callable[..., list[str]]
COLLECTED = "finess_msp603_cds124_pharma620_occitanie.csv"
STOCK = "etalab-cs1100507-stock-20240110-0338.csv"
GPS = "bpe2024_health_by_commune.csv"
CHANGES = "commune_code_changes.csv"


def structure(number: str, name: str, department: str, commune: str, category: str = "603") -> str:
    """Return a line of a structure, 32 cells, as FINESS publishes it."""
    cells = ["structureet", number, "380000000", name, name, "", "", "1", "R", "DE LA MAIRIE", "", "", commune]
    cells += [
        department,
        "ISERE",
        f"{department}000 X",
        "0400000000",
        "",
        category,
        "Maison de santé (L.6223-3)",
        "1101",
    ]
    cells += ["Etablissements", "", "", "", "2019-01-01", "2019-01-01", "2024-01-01", "", "", "", ""]
    return ";".join(cells)


def place(number: str, x: float, y: float, projection: str = "LAMBERT_93") -> str:
    return f"geolocalisation;{number};{x};{y};1,ATLASANTE,100,IGN,BD_ADRESSE,V2.1,{projection};2024-01-10"


# 38901 has its town hall at 923250, 6453250; 38902 6.5 km to the east.
LINES = (
    "finess;etalab;93;2024-01-10",
    structure("380000901", "MSP INVENTÉE", "38", "901"),
    structure("380000902", "MSP SANS LIEU", "38", "902"),
    structure("380000903", "MSP AU LOIN", "38", "902"),
    structure("380000904", "PHARMACIE", "38", "901", category="620"),
    structure("970000905", "MSP D'OUTRE-MER", "9D", "411"),
    structure("050000906", "MSP ANCIENNE", "38", "992"),
    place("380000901", 923250.0, 6453250.0),
    place("380000903", 950000.0, 6453250.0),
    place("380000904", 1.0, 1.0),
    place("970000905", 338000.0, 7690000.0, "UTM_S40"),
    place("050000906", 929750.0, 6453250.0),
)


@pytest.fixture
def stock(workplace: Path) -> Callable[..., None]:
    """Return what puts the FINESS extract in place of the collected file."""

    def call(*lines: str, encoding: str = "cp1252", name: str = STOCK) -> None:
        (workplace / "sources" / COLLECTED).unlink(missing_ok=True)
        (workplace / "sources" / name).write_bytes("\r\n".join([*lines, ""]).encode(encoding))

    return call


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_finess_as_it_is_published(build: Build, stock: Callable[..., None], encoding: str) -> None:
    stock(*LINES, encoding=encoding)
    folder = build()
    sites = pd.read_csv(folder / "sites.csv", dtype=str).query("status == 'existing'").set_index("site_id")
    demand = pd.read_csv(folder / "demand.csv", dtype=str).set_index("demand_id")
    assert sites[["place_id", "name"]].to_numpy().tolist() == [
        ["38902", "MSP ANCIENNE"],
        ["38901", "MSP INVENTÉE"],
        ["38902", "MSP SANS LIEU"],
        ["38902", "MSP AU LOIN"],
    ]
    for axis in ("lon", "lat"):
        places = sites["place_id"].map(demand[axis])  # all stand at the town hall, two for want of a better place
        assert sites[axis].astype(float).to_numpy() == pytest.approx(places.astype(float).to_numpy(), abs=2e-6)
    source = next(source for source in read_manifest(folder).sources if source.key == "finess")
    assert (source.file, source.vintage) == (STOCK, "2024-01-10")
    repairs = [repair["en"] for repair in source.repairs if "UTF-8" not in repair["en"]]
    assert repairs == [
        "rows whose code is no longer current, moved to today's commune: 1",
        "structures without coordinates, put at the town hall of their commune: 1 (MSP SANS LIEU (380000902))",
        (
            "structures more than 10 km from the town hall of their commune, where they are put instead: "
            "1 (MSP AU LOIN (380000903))"
        ),
    ]


def test_finess_of_other_departments_is_said_to_hold_none_here(run: Run, stock: Callable[..., None]) -> None:
    stock(*LINES)
    said = run("--department", "05").stdout
    assert "the file holds no row of this territory; existing structures not loaded" in said


def test_a_department_without_msp_is_covered_by_its_other_structures(build: Build, stock: Callable[..., None]) -> None:
    stock(*LINES[:2], structure("050000001", "PHARMACIE", "05", "901", category="620"), LINES[7])
    folder = build("--department", "05")
    assert "finess" not in [missing.key for missing in read_manifest(folder).missing_sources]
    assert not pd.read_csv(folder / "sites.csv")["status"].eq("existing").any()


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (("nofinesset;rs", "1;2"), ["row 1: expected the line finess;etalab;..., got 'nofinesset'"]),
        ((LINES[0], "autre;1;2"), ["row 2: expected structureet or geolocalisation, got 'autre'"]),
        ((LINES[0], LINES[1][:60]), ["row 2: expected 20 cells, got 8"]),
        (
            (LINES[0], structure("380000901", "MSP", "38", "ABC")),
            ["row 2: departement + commune: expected an INSEE code of 5 characters such as 01004, got '38ABC'"],
        ),
        ((LINES[0],), ["there is no row"]),
    ],
)
def test_what_is_no_finess_extract_is_refused(
    refuse: Refuse, stock: Callable[..., None], lines: tuple[str, ...], problems: list[str]
) -> None:
    stock(*lines)
    assert refuse() == [f"sources/{STOCK}: {problem}" for problem in problems]


def test_two_extracts_or_an_extract_and_a_collected_file_are_one_too_many(
    refuse: Refuse, stock: Callable[..., None], workplace: Path
) -> None:
    kept = (workplace / "sources" / COLLECTED).read_bytes()
    stock(*LINES)
    (workplace / "sources" / COLLECTED).write_bytes(kept)
    assert refuse() == [
        (
            f"--sources sources: {COLLECTED}, {STOCK}: more than one file of Existing MSPs (FINESS, category 603); "
            "keep one"
        )
    ]


def equipment(*rows: tuple[str, str], quote: str = "") -> str:
    """Return a BPE of rows (commune, kind), with other columns and other equipment around."""
    lines = ["AN;BV2012;DEP;DEPCOM;DCIRIS;LAMBERT_X;LAMBERT_Y;TYPEQU"]
    lines += [
        f"2021;1;38;{code};{code}_0000;1.0;2.0;{kind}" for code, kind in (*rows, ("38901", "B101"), ("38904", "D221"))
    ]
    return "\n".join(";".join(f"{quote}{cell}{quote}" for cell in line.split(";")) for line in [*lines]) + "\n"


# The codes of each kind by year, and how many of it each commune has (tests/miniature.py); overseas is left out.
GP_KINDS, NURSE_KINDS, PHYSIO_KINDS, MIDWIFE_KINDS = (
    ("D201", "D265"),
    ("D232", "D281"),
    ("D233", "D279"),
    ("D235", "D278"),
)
PRACTITIONERS = {
    GP_KINDS: {
        "38981": 2,
        "38982": 1,
        "38902": 1,
        "38992": 1,
        "38903": 2,
        "38907": 3,
        "05901": 1,
        "05902": 2,
        "97199": 4,
    },
    NURSE_KINDS: {"38981": 2, "38982": 2, "38902": 2, "38903": 2, "38907": 2, "05901": 1},
    PHYSIO_KINDS: {"38981": 1, "38907": 1},
    MIDWIFE_KINDS: {"38982": 1},
}
STRUCTURES = {
    ("D301", "D307"): {"38981": 1, "38902": 1, "05901": 1},
    ("D113", "D113"): {"38981": 2, "38992": 1, "05902": 1},
    ("D108", "D108"): {"38982": 1},
}
OTHERS = (("38981", "D232"), ("38981", "D233"), ("38982", "D235"))  # so that no profession but GPs lacks


def counted(year: int) -> list[tuple[str, str, int]]:
    """Return commune, kind and number of practitioners and structures, by the codes of 2021 or of 2024."""
    return [
        (code, kinds[year > 2021], count)
        for kinds, counts in (PRACTITIONERS | STRUCTURES).items()
        for code, count in counts.items()
    ]


@pytest.mark.parametrize(
    ("name", "year", "vintage"),
    [
        ("bpe21_ensemble_xy.csv", 2021, "BPE 2021"),
        ("BPE24.csv", 2024, "BPE 2024"),
        ("BPE23_ensemble.csv", 2024, "BPE 2023"),
    ],
)
def test_the_bpe_as_it_is_published_counts_as_the_collected_file(
    build: Build, workplace: Path, name: str, year: int, vintage: str
) -> None:
    names = ("supply.csv", "places.csv")
    before = [(build("--department", "38", "--out", "before") / table).read_bytes() for table in names]
    (workplace / "sources" / GPS).unlink()
    rows = [(code, kind) for code, kind, count in counted(year) for _ in range(count)]
    (workplace / "sources" / name).write_text(equipment(*rows, quote='"' * (vintage == "BPE 2024")), encoding="utf-8")
    folder = build()
    assert [(folder / table).read_bytes() for table in names] == before
    source = next(source for source in read_manifest(folder).sources if source.key == "bpe_counts")
    assert (source.file, source.vintage) == (name, vintage)


def test_a_bpe_by_commune_has_its_counts_added(build: Build, workplace: Path) -> None:
    before = (build("--department", "38", "--out", "before") / "supply.csv").read_bytes()
    (workplace / "sources" / GPS).unlink()
    text = "AN;DEPCOM;TYPEQU;NB_EQUIP\n" + "".join(f"2020;{code};{kind};{n}\n" for code, kind, n in counted(2021))
    (workplace / "sources" / "bpe20_ensemble.csv").write_text(text + "2020;38901;A101;7\n", encoding="utf-8")
    assert (build() / "supply.csv").read_bytes() == before


def test_what_a_bpe_does_not_count_is_unknown_and_not_none(build: Build, workplace: Path) -> None:
    (workplace / "sources" / GPS).unlink()
    rows = [(code, kind) for code, kind, count in counted(2021) for _ in range(count) if kind not in {"D113", "D108"}]
    (workplace / "sources" / "bpe17_ensemble.csv").write_text(equipment(*rows), encoding="utf-8")
    places = pd.read_csv(build("--department", "05") / "places.csv")  # FINESS does not cover it
    assert "pharmacies" in places.columns
    assert not {"msps", "health_centres"} & set(places.columns)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            equipment(*OTHERS, ("38901", "D201"), ("38901", "D265")),
            "TYPEQU: expected rows of one of D265, D201, got 'D201, D265'",
        ),
        (equipment(*OTHERS), "TYPEQU: expected rows of one of D265, D201, got ''"),
        (equipment(("38901", "D201"), *OTHERS[1:]), "TYPEQU: expected rows of one of D281, D232, got ''"),
        ("AN;DEPCOMS;TYPEQU\n2021;38901;D201\n", "column 'DEPCOM' is missing"),
        (
            "DEPCOM;TYPEQU\nMens;D201\n" + "".join(f"{code};{kind}\n" for code, kind in OTHERS),
            "row 2: DEPCOM: expected an INSEE code of 5 characters such as 01004, got 'Mens'",
        ),
        (  # every row ends with a separator that the heading has not
            "DEPCOM;TYPEQU\nMens;D201;\n" + "".join(f"{code};{kind};\n" for code, kind in OTHERS),
            "row 2: DEPCOM: expected an INSEE code of 5 characters such as 01004, got 'Mens'",
        ),
        (
            "DEPCOM;TYPEQU;NB_EQUIP\n38901;D201;deux\n" + "".join(f"{code};{kind};1\n" for code, kind in OTHERS),
            "NB_EQUIP: expected a number, got 'deux'",
        ),
        ("", "the file is empty"),
    ],
)
def test_a_damaged_bpe_is_refused(refuse: Refuse, workplace: Path, text: str, problem: str) -> None:
    (workplace / "sources" / GPS).unlink()
    (workplace / "sources" / "BPE24.csv").write_text(text, encoding="utf-8")
    (found,) = refuse()
    assert found.startswith(f"sources/BPE24.csv: {problem}")


MOVEMENTS = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP\n"
    "32,2016-01-01,COM,38992,0,A,A,A,COM,38902,0,B,B,B\n"
    "32,2016-01-01,COM,38992,0,A,A,A,COMD,38992,0,A,A,A\n"
    "31,1973-01-01,COM,38994,0,A,A,A,COM,38995,0,B,B,B\n"  # and on
    "33,1974-01-01,COM,38995,0,A,A,A,COM,38904,0,B,B,B\n"
    "31,1972-01-01,COM,38993,0,A,A,A,COM,38903,0,B,B,B\n"
    "10,1980-01-01,COM,38901,0,A,A,A,COM,38901,0,B,B,B\n"
    "21,1990-01-01,COM,38904,0,A,A,A,COM,38905,0,B,B,B\n"  # re-established: 38904 goes on
    "41,1976-01-01,COM,20991,0,A,A,A,COM,05901,0,A,A,A\n"
    "30,1969-01-01,COM,38996,0,A,A,A,COM,38901,0,A,A,A\n"  # cut up between two
    "30,1969-01-01,COM,38996,0,A,A,A,COM,38902,0,A,A,A\n"
)


def cog(workplace: Path, movements: str = "v_mvt_commune_2024.csv", communes: str = "v_commune_2024.csv") -> None:
    """Put the COG's two files in place of the collected list of earlier codes."""
    (workplace / "sources" / CHANGES).unlink()
    codes = [*(f"3890{number}" for number in range(1, 10)), *(f"0590{number}" for number in range(1, 5))]
    rows = ["TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT"]
    rows += [f"COM,{code},84,{code[:2]},{code[:2]}D,1,0,X,X,X,1," for code in codes]
    parts = (
        ("ARM", "38981", "38901"),
        ("ARM", "38982", "38901"),
        ("COMD", "38993", "38906"),
        ("COMD", "38906", "38906"),
    )
    rows += [f"{kind},{code},,,,,0,X,X,X,,{parent}" for kind, code, parent in parts]
    (workplace / "sources" / communes).write_text("\n".join([*rows, ""]), encoding="utf-8")
    (workplace / "sources" / movements).write_text(MOVEMENTS, encoding="utf-8")


@pytest.mark.parametrize(
    "names",
    [
        ("v_mvt_commune_2024.csv", "v_commune_2024.csv"),
        ("v_mvtcommune_2023.csv", "v_commune_2023.csv"),
        ("mvtcommune2021.csv", "commune2021.csv"),
    ],
)
def test_the_cog_as_it_is_published_gives_earlier_codes(build: Build, workplace: Path, names: tuple[str, str]) -> None:
    before = (build("--department", "38", "--out", "before") / "demand.csv").read_bytes()
    cog(workplace, *names)
    (workplace / "pays.csv").write_text("commune_id\n38994\n38993\n38981\n38992\n", encoding="utf-8")
    folder = build()
    assert (folder / "demand.csv").read_bytes() == before
    files = {source.key: source.file for source in read_manifest(folder).sources}
    assert (files["code_changes"], files["cog_communes"]) == names
    listed = pd.read_csv(build("--communes", "pays.csv", "--out", "listed") / "demand.csv", dtype=str)
    assert listed["demand_id"].tolist() == ["38901", "38902", "38904", "38906"]


def test_movements_without_the_communes_are_not_enough(refuse: Refuse, workplace: Path) -> None:
    cog(workplace)
    (workplace / "sources" / "v_commune_2024.csv").unlink()
    (problem,) = refuse()
    assert problem.startswith(
        "--sources sources: v_commune_2024.csv is missing (Communes, delegated and associated ones"
    )


def test_what_earlier_codes_are_by_the_cog() -> None:
    entries = read_catalogue().sources
    rows = [line.split(",") for line in MOVEMENTS.splitlines()[1:]]
    movements = pd.DataFrame(
        {
            "change": [row[0] for row in rows],
            "date": [row[1] for row in rows],
            "kind_before": [row[2] for row in rows],
            "old_id": [row[3] for row in rows],
            "kind_after": [row[8] for row in rows],
            "commune_id": [row[9] for row in rows],
        }
    )
    today = ("38901", "38902", "38903", "38904", "38905", "05901")
    communes = pd.DataFrame(
        {
            "kind": [*["COM"] * 6, "COMD", "COMA", "COMD"],
            "old_id": [*today, "38992", "38995", "38125"],
            "parent_id": [*[""] * 6, "38902", "38904", "38456"],
        }
    )
    raws = [
        Raw(entries["cog_changes"], Path("m"), movements, ()),
        Raw(entries["cog_communes"], Path("c"), communes, ()),
    ]
    found = changes_of_code(*raws, frozenset({*today, "38456"})).frame
    assert found.to_numpy().tolist() == [
        ["20991", "05901", "merged"],
        ["38125", "38456", "commune-deleguee"],
        ["38992", "38902", "commune-deleguee"],
        ["38993", "38903", "merged"],
        ["38994", "38904", "merged"],
        ["38995", "38904", "commune-associee"],
    ]


def test_files_that_are_none_of_the_catalogue_are_listed_with_the_nearest(run: Run, workplace: Path) -> None:
    sources = workplace / "sources"
    (sources / "extrait.csv").write_bytes("\n".join(LINES).encode("cp1252"))
    (sources / "equipements.csv").write_text(equipment(), encoding="utf-8")
    (sources / "Diplomes_APL_generalistes_2024.xlsx").write_bytes(b"")
    (sources / "notes.txt").write_text("rien", encoding="utf-8")
    (sources / ".hidden").write_text("", encoding="utf-8")
    (line,) = [
        line for line in run("--department", "38").stdout.splitlines() if line.startswith("Not in the catalogue")
    ]
    assert line == (
        "Not in the catalogue of official files, and not read: "
        "equipements.csv (has the columns of BPE24.csv: give it its official name if it is that file), "
        f"extrait.csv (has the columns of {STOCK}: give it its official name if it is that file), "
        "Diplomes_APL_generalistes_2024.xlsx (most like DREES_apl_generalistes_2022_2023.xlsx), notes.txt."
    )


def test_a_missing_file_is_asked_for_by_the_name_it_may_have(refuse: Refuse, workplace: Path) -> None:
    (workplace / "sources" / GPS).rename(workplace / "sources" / "cppRouting_doctor_BPE.csv")
    (problem,) = refuse()
    assert problem.endswith("; is it cppRouting_doctor_BPE.csv, under another name?")


OTHERS = "drees_apl_nurse_physio_midwife_dentist_2022_2023.parquet"
OTHER_APL = pd.DataFrame(
    {
        "commune": ["38902", "38992", "38904"],  # 38902 took 38992 in
        "apl_nurse_2023": [100.0, 160.0, 50.0],
        "standardised_nurse_2023": [3000.0, 1000.0, 10.0],
        "apl_physiotherapist_2023": [80.0, 80.0, None],
        "standardised_physiotherapist_2023": [3000.0, 1000.0, 10.0],
        "apl_midwife_2023": [20.0, 20.0, 0.0],
        "standardised_midwife_2023": [1500.0, 500.0, 5.0],
    }
)


def test_official_apl_of_other_professions_is_weighed_by_their_own_population(workplace: Path, build: Build) -> None:
    OTHER_APL.to_parquet(workplace / "sources" / OTHERS)
    folder = build()
    demand = pd.read_csv(folder / "demand.csv", dtype={"demand_id": str}).set_index("demand_id")
    assert demand.loc["38902", "apl_nurse_official"] == (3000 * 100 + 1000 * 160) / 4000
    assert demand.loc["38904", ["apl_nurse_official", "apl_midwife_official"]].tolist() == [50, 0]
    assert pd.isna(demand.loc["38904", "apl_physiotherapist_official"])
    assert pd.isna(demand.loc["38901", "apl_nurse_official"])
    columns = next(file.columns for file in read_manifest(folder).files if file.path == "demand.csv")
    assert columns["apl_nurse_official"].source.startswith("DREES, APL aux infirmiers")


def test_official_apl_of_other_professions_that_holds_no_row_of_the_territory_is_declared(
    workplace: Path, build: Build
) -> None:
    OTHER_APL.to_parquet(workplace / "sources" / OTHERS)
    folder = build("--department", "05")
    assert not any(name.startswith("apl_nurse") for name in pd.read_csv(folder / "demand.csv").columns)
    manifest = read_manifest(folder)
    (missing,) = [each for each in manifest.missing_sources if each.key == "drees_apl_others"]
    assert missing.why["en"] == "the file holds no row of this territory"
    assert "drees_apl_others" not in [each.key for each in manifest.sources]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "not a Parquet file; write it again"),
        (OTHER_APL.drop(columns="apl_midwife_2023"), "column 'apl_midwife_2023' is missing"),
        (OTHER_APL.assign(apl_nurse_2023=-1.0), "row 2: apl_nurse_2023"),
    ],
)
def test_damaged_apl_of_other_professions_is_told(
    workplace: Path, refuse: Refuse, content: pd.DataFrame | None, told: str
) -> None:
    path = workplace / "sources" / OTHERS
    path.write_bytes(b"PK") if content is None else content.to_parquet(path)
    first = refuse()[0]
    assert first.startswith(f"sources/{OTHERS}: ")
    assert told in first
