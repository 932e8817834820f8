"""Damaged official files: told in words (place, what, what to do) with nothing written, or mended and declared."""

import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import LineString, Polygon

from msp_siting.territory.reading import read_territory

Build = Callable[..., Path]
Refuse = Callable[..., list[str]]
Damage = Callable[[Path], None]
AddSource = Callable[[str], None]
COMMUNES = "communes_national_npm6.0.0_datafrance1.1.0.csv"
CHANGES = "commune_code_changes.csv"
DREES = "DREES_apl_generalistes_2022_2023.xlsx"
GPS = "bpe2024_health_by_commune.csv"
COUNTS_HEADER = (
    '"commune","gp_d265","nurse_d281","physiotherapist_d279","midwife_d278","pharmacy","msp_d113",'
    '"health_centre_d108","dentist_d277"\n'
)
AREAS = "table_supracom_2023_from_COGugaison.csv"
NAMES = "libelles_BV2022_from_COGugaison.csv"
HEALTH = "BV_health_cartosante.csv"
AGES = "BV_social_determinants_insee.csv"
NURSES = "zonage_infirmiers_commune_cartosante.csv"
POLYGONS = "communes_polygons_l93.parquet"
FINESS = "finess_msp603_cds124_pharma620_occitanie.csv"
DIABETES = "pathologie_clean.csv"
CENTRES = "isere.geojson"
TIMES = "TimeDistCarIsere.csv"
SQUARES = "carreaux_200m_met.csv"
STANDARDISED = "Population standardisée 2021 pour la médecine générale"


def text(name: str, old: str, new: str, encoding: str = "utf-8") -> Damage:
    """Replace a text that is in the file, and write it in some encoding."""

    def damage(sources: Path) -> None:
        content = (sources / name).read_text(encoding="utf-8")
        assert old in content
        (sources / name).write_bytes(content.replace(old, new).encode(encoding))

    return damage


def content(name: str, new: bytes) -> Damage:
    """Put something else in the place of the file."""

    def damage(sources: Path) -> None:
        (sources / name).write_bytes(new)

    return damage


def cut(name: str, share: float) -> Damage:
    """Keep the first part of the file only."""

    def damage(sources: Path) -> None:
        whole = (sources / name).read_bytes()
        (sources / name).write_bytes(whole[: int(len(whole) * share)])

    return damage


def cells(changes: dict[str, object], name: str = DREES) -> Damage:
    """Write cells of the last sheet of a workbook."""

    def damage(sources: Path) -> None:
        book = openpyxl.load_workbook(sources / name)
        for cell, value in changes.items():
            book.worksheets[-1][cell] = value
        book.save(sources / name)

    return damage


def workbook(change: Callable[[openpyxl.Workbook], object]) -> Damage:
    """Change DREES's workbook."""

    def damage(sources: Path) -> None:
        book = openpyxl.load_workbook(sources / DREES)
        change(book)
        book.save(sources / DREES)

    return damage


def inside_workbook(change: Callable[[bytes], bytes]) -> Damage:
    """Change the part of DREES's workbook that holds the sheet."""

    def damage(sources: Path) -> None:
        with zipfile.ZipFile(sources / DREES) as whole:
            parts = {name: whole.read(name) for name in whole.namelist()}
        with zipfile.ZipFile(sources / DREES, "w") as whole:
            for name, part in parts.items():
                is_sheet = name.endswith("sheet2.xml")
                assert not is_sheet or change(part) != part
                whole.writestr(name, change(part) if is_sheet else part)

    return damage


def promise_gigabytes(sources: Path) -> None:
    """Let the list of a workbook's parts say that the first has 2 GB."""
    content = bytearray((sources / DREES).read_bytes())
    size = content.index(b"PK\x01\x02") + 24
    content[size : size + 4] = b"\xff\xff\xff\x7f"
    (sources / DREES).write_bytes(content)


def add_last_corner(sheet: bytes) -> bytes:
    """Write a cell where a sheet can have its last one, a million rows below and 16,384 columns to the right."""
    return sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def outlines(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame], name: str = POLYGONS) -> Damage:
    """Change the file of outlines."""

    def damage(sources: Path) -> None:
        path = sources / name
        if path.suffix == ".parquet":
            change(gpd.read_parquet(path)).to_parquet(path)
        else:
            change(gpd.read_file(path)).to_file(path, driver="GeoJSON")

    return damage


def catalogue(entry: str, old: str, new: str) -> Damage:
    """Change a line of one entry of the catalogue."""

    def damage(sources: Path) -> None:
        path = sources.parent / "catalogue.yaml"
        whole = path.read_text(encoding="utf-8")
        start = whole.index(f"\n  {entry}:\n")
        assert old in whole[start:]
        path.write_text(whole[:start] + whole[start:].replace(old, new, 1), encoding="utf-8")

    return damage


def together(*damages: Damage) -> Damage:
    """Do one damage after another."""

    def damage(sources: Path) -> None:
        for one in damages:
            one(sources)

    return damage


def all_departments(name: str) -> Damage:
    """Let an entry cover all departments, as in the bundled catalogue."""
    return catalogue(name, "departments: some", "departments: all")


def folder_instead(name: str) -> Damage:
    """Put a folder in the place of a file."""

    def damage(sources: Path) -> None:
        (sources / name).unlink(missing_ok=True)
        (sources / name).mkdir()

    return damage


def copied(name: str, to: str) -> Damage:
    """Put a copy of a file somewhere else."""

    def damage(sources: Path) -> None:
        (sources / to).parent.mkdir(exist_ok=True)
        shutil.copy(sources / name, sources / to)

    return damage


def parents(old: str, new: str) -> Damage:
    """Change which commune still counts the people of another."""

    def damage(sources: Path) -> None:
        path = sources.parent / "catalogue.yaml"
        whole = path.read_text(encoding="utf-8")
        assert old in whole
        path.write_text(whole.replace(old, new), encoding="utf-8")

    return damage


def crossed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make an outline an hourglass."""
    west, south, east, north = frame.geometry[frame["code"].eq("38904")].total_bounds
    hourglass = Polygon([(west, south), (east, north), (east, south), (west, north)])
    shapes = frame.geometry.where(frame["code"].ne("38904"), hourglass)
    return frame.set_geometry(shapes)


def sources_in_a_file(sources: Path) -> None:
    """Put a file in the place of the folder."""
    shutil.rmtree(sources)
    sources.write_text("", encoding="utf-8")


# Kind of damage: how it is done, and what is told ("...": more lines like the first).
REFUSED: dict[str, tuple[Damage, list[str]]] = {
    "outline that crosses itself": (
        outlines(crossed),
        [f"sources/{POLYGONS}: row 8: the outline of '38904' crosses itself; mend it (make_valid in any GIS)"],
    ),
    "department that the code is not of": (
        text(COMMUNES, "Commune inventée 4,38", "Commune inventée 4,05"),
        [f"sources/{COMMUNES}: commune '38904' is of department 05; is its code or department wrong?"],
    ),
    "list without a population": (
        text(COMMUNES, "metro,0.0", "metro,"),
        [
            (
                f"sources/{DREES}: no inhabitants for commune '38909' (Commune inventée 9), where the list of "
                "communes has no figure; if it left another commune since, name that one in split_communes"
            )
        ],
    ),
    "split commune of an unknown one": (
        parents("'38908': '38907'", "'38908': '38999'"),
        ["split_communes of the catalogue: '38999', named for '38908', is no commune with inhabitants"],
    ),
    "commas of thousands": (
        cells({"F11": "1,000", "F12": "2,000"}),
        [
            f"sources/{DREES}: row {row}: Population totale 2021: '{number}' may be a decimal or thousands; "
            "write it without a comma"
            for row, number in ((11, "1,000"), (12, "2,000"))
        ],
    ),
    "one population in thousands": (
        cells({"F16": 0.5}),
        [
            (
                f"sources/{DREES}: commune '38904' (Commune inventée 4): {STANDARDISED} is 400 for 0.5 inhabitants; "
                "has the unit changed?"
            )
        ],
    ),
    "catalogue with an unknown limit": (
        catalogue("bpe_counts", "least: 0", "leest: 0"),
        ["catalogue.yaml: sources.bpe_counts.columns.gps.leest: unknown key; did you mean least?"],
    ),
    "header missing": (
        text(GPS, COUNTS_HEADER, ""),
        [
            (
                f"sources/{GPS}: no header found in the first 40 rows (looked for 'commune', 'gp_d265', 'nurse_d281' "
                "...); is it the file of the catalogue?"
            )
        ],
    ),
    "column renamed": (
        text(GPS, "gp_d265", "gp_d256"),
        [(f"sources/{GPS}: column 'gp_d265' is missing; did you mean gp_d256?; data/catalogue.yaml names the columns")],
    ),
    "column of a sheet renamed": (
        cells({"E9": "Population standardisée 2022 pour la médecine générale"}),
        [
            (
                f"sources/{DREES}: column 'Population standardisée 2021 pour la médecine générale' is missing; did"
                " you mean Population standardisée 2022 pour la médecine générale?; data/catalogue.yaml names the"
                " columns"
            )
        ],
    ),
    "column given twice": (
        text(GPS, "dentist_d277", "commune"),
        [f"sources/{GPS}: row 1: column 'commune' is given twice; keep one"],
    ),
    "decimal commas and points in one column": (
        together(text(HEALTH, "10;10.5", "10;10,5"), text(HEALTH, "2;12", "2;12.5")),
        [f"sources/{HEALTH}: row 6: Part des bénéf. en ALD dans la pop 2024: expected a number, got '10,5'"],
    ),
    "code cut": (
        text(GPS, '"38903"', '"389"'),
        [f"sources/{GPS}: row 6: commune: expected an INSEE code of 5 characters such as 01004, got '389'"],
    ),
    "code of text": (
        text(GPS, '"38903"', '"Commune inventée"'),
        [
            (
                f"sources/{GPS}: row 6: commune: expected an INSEE code of 5 characters such as 01004, got 'Commune"
                " inventée'"
            )
        ],
    ),
    "code empty": (
        text(GPS, '"38903"', '""'),
        [f"sources/{GPS}: row 6: commune: expected an INSEE code of 5 characters such as 01004, got ''"],
    ),
    "duplicate code with other figures": (
        text(GPS, '"38903",2', '"38902",2'),
        [
            f"sources/{GPS}: row 4: commune '38902' is given twice, with other figures; keep one",
            f"sources/{GPS}: row 6: commune '38902' is given twice, with other figures; keep one",
        ],
    ),
    "department missing": (
        together(all_departments("bpe_counts"), text(GPS, '"05901",1,1,0,0,1,0,0,7\n"05902",2,0,0,0,0,1,0,8\n', "")),
        [f"sources/{GPS}: no row of department 05; is the file complete?"],
    ),
    "text in a number": (
        text(GPS, '"38903",2', '"38903",deux'),
        [f"sources/{GPS}: row 6: gp_d265: expected a number, got 'deux'"],
    ),
    "negative number": (
        text(GPS, '"38903",2', '"38903",-2'),
        [f"sources/{GPS}: row 6: gp_d265: must be at least 0, got -2"],
    ),
    "impossible number": (
        cells({"C11": 99}),
        [f"sources/{DREES}: row 11: APL aux médecins généralistes: must be at most 60, got 99"],
    ),
    "many impossible numbers": (
        text(COMMUNES, ",5.8", ",58"),
        [
            f"sources/{COMMUNES}: row 6: lon: must be at most 9.7, got 5840976",
            "...",
            f"sources/{COMMUNES}: row 12: cen_lon: must be at most 9.7, got 5835039",
        ],
    ),
    "NaN in a required cell": (
        text(GPS, '"38903",2', '"38903",NaN'),
        [f"sources/{GPS}: row 6: gp_d265: expected a number, got 'NaN'"],
    ),
    "empty required cell": (text(GPS, '"38903",2', '"38903",'), [f"sources/{GPS}: row 6: gp_d265: the cell is empty"]),
    "empty required cell of a sheet": (
        cells({"F11": None}),
        [f"sources/{DREES}: row 11: Population totale 2021: the cell is empty"],
    ),
    "error value of a sheet": (
        cells({"F11": "#N/A"}),
        [f"sources/{DREES}: row 11: Population totale 2021: expected a number, got '#N/A'"],
    ),
    "date in a number": (
        cells({"F11": pd.Timestamp("2021-01-01").to_pydatetime()}),
        [f"sources/{DREES}: row 11: Population totale 2021: expected a number, got '2021-01-01 00:00:00'"],
    ),
    "infinite number": (
        text(GPS, '"38903",2', '"38903",inf'),
        [f"sources/{GPS}: row 6: gp_d265: expected a finite number, got 'inf'"],
    ),
    "empty sheet": (
        workbook(lambda book: book.worksheets[1].delete_rows(1, 99)),
        [f"sources/{DREES}: sheet 'APL 2023' is empty"],
    ),
    "missing sheet": (
        workbook(lambda book: setattr(book.worksheets[1], "title", "APL 2024")),
        [(f"sources/{DREES}: no sheet 'APL 2023'; did you mean APL 2024?; its sheets are Paramètres, APL 2024")],
    ),
    "workbook cut": (cut(DREES, 0.6), [f"sources/{DREES}: is no readable XLSX workbook; download it again"]),
    "figure of 400 digits": (
        inside_workbook(lambda part: part.replace(b"<v>499</v>", b"<v>" + b"9" * 400 + b"</v>", 1)),
        [f"sources/{DREES}: row 18: {STANDARDISED}: expected a finite number, got '{'9' * 400}'"],
    ),
    "sheet cut inside": (
        inside_workbook(lambda part: part[: len(part) // 2]),
        [f"sources/{DREES}: is no readable XLSX workbook; download it again"],
    ),
    "workbook that unpacks to gigabytes": (
        promise_gigabytes,
        [f"sources/{DREES}: unpacks to 2,148 MB, expected at most 1000; is it a table?"],
    ),
    "workbook that is none": (
        content(DREES, b"<html>404</html>"),
        [f"sources/{DREES}: is no readable XLSX workbook; download it again"],
    ),
    "empty file": (content(GPS, b""), [f"sources/{GPS}: the file is empty"]),
    "spreadsheet called csv": (
        copied(DREES, GPS),
        [f"sources/{GPS}: is a spreadsheet or an archive, expected CSV text; save it as CSV UTF-8"],
    ),
    "UTF-16": (
        content(GPS, COUNTS_HEADER.encode("utf-16")),
        [f"sources/{GPS}: 0 rows, expected at least 1; is the file cut short?"],
    ),
    "folder in place of the file": (
        folder_instead(GPS),
        [
            (
                f"sources/{GPS}: is no file, expected one (Practitioners and structures of care by commune, BPE 2024); "
                "put the file itself there"
            )
        ],
    ),
    "folder in place of an optional file": (
        folder_instead(SQUARES),
        [(f"sources/{SQUARES}: is no file, expected one (Squares of 200 m (Filosofi)); put the file itself there")],
    ),
    "file cut short": (
        together(catalogue("bpe_counts", "rows_fewest: 1", "rows_fewest: 9"), cut(GPS, 1)),
        [f"sources/{GPS}: 8 rows, expected at least 9; is the file cut short?"],
    ),
    "header only": (
        content(GPS, COUNTS_HEADER.encode()),
        [f"sources/{GPS}: 0 rows, expected at least 1; is the file cut short?"],
    ),
    "last row cut": (cut(COMMUNES, 0.97), [f"sources/{COMMUNES}: row 14: expected 12 cells, got 8"]),
    "ragged row": (text(GPS, '"38903",2,2,', '"38903",2,'), [f"sources/{GPS}: row 6: expected 9 cells, got 8"]),
    "too many cells": (
        text(GPS, '"38903",2', '"38903",2,7'),
        [f"sources/{GPS}: row 6: expected 9 cells, got 10"],
    ),
    "quotation mark never closed": (
        text(GPS, '"38903",2', '"38903,2'),
        [(f"sources/{GPS}: cannot be read as CSV: line 6: ',' expected after '\"'; is a quotation mark left open?")],
    ),
    "two numbers in a cell": (
        text(GPS, '"38903",2', '"38903",2 3'),
        [f"sources/{GPS}: row 6: gp_d265: expected a number, got '2 3'"],
    ),
    "no header of a sheet": (
        workbook(lambda book: book.worksheets[1].delete_rows(9)),
        [
            (
                f"sources/{DREES}: no header found in the first 40 rows (looked for 'Code commune INSEE', 'APL aux"
                " médecins généralistes', 'APL aux médecins généralistes de moins de 65 ans' ...); is it the file"
                " of the catalogue?"
            )
        ],
    ),
    "header cell merged": (
        workbook(lambda book: book.worksheets[1].merge_cells("A9:C9")),
        [
            (
                f"sources/{DREES}: column 'APL aux médecins généralistes' is missing; did you mean APL aux "
                "médecins généralistes de moins de 65 ans?; data/catalogue.yaml names the columns"
            )
        ],
    ),
    "formula without a value": (
        cells({"F11": "=1+1"}),
        [
            (
                f"sources/{DREES}: row 11: Population totale 2021: '=1+1' has no value yet; open the workbook in a "
                "spreadsheet and save it"
            )
        ],
    ),
    "truth value in a number": (
        cells({"F11": True}),
        [f"sources/{DREES}: row 11: Population totale 2021: expected a number, got 'True'"],
    ),
    "code as a date": (
        cells({"A11": pd.Timestamp("2021-01-01").to_pydatetime()}),
        [
            (
                f"sources/{DREES}: row 11: Code commune INSEE: expected an INSEE code of 5 characters such as "
                "01004, got datetime.datetime(2021, 1, 1, 0, 0)"
            )
        ],
    ),
    "unknown commune": (
        text(GPS, '"38903"', '"38999"'),
        [
            (
                f"sources/{GPS}: commune: no such commune '38999', today or earlier; if it is right, the list of "
                "communes and the file of earlier codes are out of date"
            )
        ],
    ),
    "unknown commune in FINESS": (
        text(FINESS, "38,38992", "38,38994"),
        [
            (
                f"sources/{FINESS}: code_insee: no such commune '38994', today or earlier; if it is right, the "
                "list of communes and the file of earlier codes are out of date"
            )
        ],
    ),
    "shares instead of percent": (
        text(
            AGES,
            "10;20\n38907;Bassin inventé 2;20;15\n05901;Bassin inventé 3;12;18",
            "0.10;0.20\n38907;Bassin inventé 2;0.20;0.15\n05901;Bassin inventé 3;0.12;0.18",
        ),
        [
            (
                f"sources/{AGES}: row 5: Part des pers. âgées de 75 ans ou + 2022: the largest value is 0.2, "
                "expected one of at least 10; has the unit changed?"
            ),
            (
                f"sources/{AGES}: row 4: Part des pers. âgées de - 15 ans 2022: the largest value is 0.2, expected"
                " one of at least 10; has the unit changed?"
            ),
        ],
    ),
    "population in thousands": (
        cells({f"E{row}": 0.4 for row in (16,)}),
        [
            (
                f"sources/{DREES}: commune '38904' (Commune inventée 4): Population standardisée 2021 pour la "
                "médecine générale is 0.4 for 500 inhabitants; has the unit changed?"
            )
        ],
    ),
    "two files": (
        copied(GPS, "older/" + GPS),
        [
            (
                "--sources sources: bpe2024_health_by_commune.csv, older/bpe2024_health_by_commune.csv: more "
                "than one file of Practitioners and structures of care by commune, BPE 2024; keep one"
            )
        ],
    ),
    "two names of one file": (
        copied(DREES, "Indicateur d'accessibilité potentielle localisée (APL) aux médecins généralistes.xlsx"),
        [
            (
                "--sources sources: DREES_apl_generalistes_2022_2023.xlsx, Indicateur d'accessibilité potentielle"
                " localisée (APL) aux médecins généralistes.xlsx: more than one file of APL to GPs 2023; keep one"
            )
        ],
    ),
    "required file missing": (
        lambda sources: (sources / DREES).unlink(),
        [
            (
                "--sources sources: DREES_apl_generalistes_2022_2023.xlsx is missing (APL to GPs 2023): without "
                "it no population, no need, no official APL; published by DREES, APL aux médecins généralistes "
                "2023, "
                "https://data.drees.solidarites-sante.gouv.fr/explore/dataset/530_l-accessibilite-potentielle-localisee-apl/information/"
            )
        ],
    ),
    "code change that leads nowhere": (
        text(CHANGES, "38992,38902", "38992,38992"),
        [(f"sources/{CHANGES}: current code '38992' is not in the list of communes; are the two of the same year?")],
    ),
    "commune without population": (
        workbook(lambda book: book.worksheets[1].delete_rows(15)),
        [
            (
                f"sources/{DREES}: no inhabitants for commune '38903' (Commune inventée 3), where the list of "
                "communes has 1000; if it left another commune since, name that one in split_communes"
            )
        ],
    ),
    "living area without name": (
        text(NAMES, "BV2022,38907", "BV2022,38908"),
        [f"sources/{AREAS}: living area '38907' of commune '38903' has no row in the files by living area"],
    ),
    "commune without living area": (
        text(AREAS, "38904,Commune inventée,38,38901\n", ""),
        [f"sources/{AREAS}: commune '38904' (Commune inventée 4) has no living area"],
    ),
    "coordinates exchanged": (
        text(COMMUNES, "lon,lat,cen_lon,cen_lat", "lat,lon,cen_lat,cen_lon"),
        [
            f"sources/{COMMUNES}: row 2: lon: must be at most 9.7, got 45.135801",
            "...",
            f"sources/{COMMUNES}: 32 more problems",
        ],
    ),
    "FINESS coordinates exchanged": (
        text(FINESS, "latitude,longitude", "longitude,latitude"),
        [
            f"sources/{FINESS}: row 2: longitude: must be at most 9.7, got 45.142391940",
            "...",
            f"sources/{FINESS}: row 6: latitude: must be at least 41.2, got 5.840976318",
        ],
    ),
    "FINESS site 50 km off": (
        text(FINESS, "38908,45.02", "38908,45.52"),
        [
            (
                f"sources/{FINESS}: 380000004 (MSP INVENTEE QUATRE) is 56 km from the town hall of its commune "
                "38907, expected at most 10; is its code or a coordinate wrong?"
            )
        ],
    ),
    "unknown value of a list": (
        text(NURSES, "3_intermediaire", "3_moyenne"),
        [
            (
                f"sources/{NURSES}: row 9: Zonage infirmiers: expected one of 1_Tres_sous_dotee, 2_Sous_dotee, "
                "3_intermediaire, 4_Tres_dotee, 5_Sur_dotee, got '3_moyenne'"
            )
        ],
    ),
    "diabetes without the year": (text(DIABETES, "2023,", "2021,"), [f"sources/{DIABETES}: no row has annee '2023'"]),
    "diabetes without the disease": (
        text(DIABETES, "Diabète", "Diabete"),
        [f"sources/{DIABETES}: no row has patho_niv1 'Diabète'"],
    ),
    "diabetes without all ages": (
        text(DIABETES, "tous âges,Diabète,1,1,5.0", "ensemble,Diabète,1,1,5.0"),
        [f"sources/{DIABETES}: department 38: no row has libelle_classe_age 'tous âges'"],
    ),
    "polygons unreadable": (
        content(POLYGONS, b"PAR1 not at all"),
        [f"sources/{POLYGONS}: cannot be read as polygons; download it again"],
    ),
    "polygons without column": (
        outlines(lambda frame: frame.rename(columns={"code": "insee"})),
        [f"sources/{POLYGONS}: column 'code' is missing; it has insee, name, geometry"],
    ),
    "polygons without projection": (
        outlines(lambda frame: frame.set_crs(None, allow_override=True)),
        [f"sources/{POLYGONS}: states no projection; write it with one"],
    ),
    "polygons that are lines": (
        outlines(lambda frame: frame.set_geometry([LineString([(0, 0), (1, 1)])] * len(frame), crs=frame.crs)),
        [f"sources/{POLYGONS}: holds something else than polygons; give outlines of communes"],
    ),
    "polygons that are empty": (
        outlines(lambda frame: frame.set_geometry([Polygon()] * len(frame), crs=frame.crs)),
        [f"sources/{POLYGONS}: holds something else than polygons; give outlines of communes"],
    ),
    "polygons with duplicate codes": (
        outlines(lambda frame: pd.concat([frame, frame.iloc[[0]]])),
        [f"sources/{POLYGONS}: '05901' has two outlines; keep one"],
    ),
    "polygons with numeric codes": (
        outlines(lambda frame: frame.assign(code=frame["code"].astype(int))),
        [f"sources/{POLYGONS}: column 'code': codes must be text with their leading zero"],
    ),
    "polygons with cut codes": (
        outlines(lambda frame: frame.assign(code=frame["code"].str[:3])),
        [
            f"sources/{POLYGONS}: row 1: code: expected an INSEE code of 5 characters such as 01004, got '059'",
            "...",
            (f"sources/{POLYGONS}: row 12: code: expected an INSEE code of 5 characters such as 01004, got '389'"),
        ],
    ),
    "polygons cut short": (
        together(catalogue("polygons", "rows_fewest: 1", "rows_fewest: 13")),
        [f"sources/{POLYGONS}: 12 rows, expected at least 13; is the file cut short?"],
    ),
    "polygons without a department": (
        together(all_departments("polygons"), outlines(lambda frame: frame[frame["code"].str.startswith("38")])),
        [f"sources/{POLYGONS}: no row of department 05; is the file complete?"],
    ),
    "catalogue with an unknown key": (
        catalogue("bpe_counts", "rows_fewest:", "rows_few:"),
        ["catalogue.yaml: sources.bpe_counts.rows_few: unknown key; did you mean rows_fewest?"],
    ),
    "catalogue with an unknown column as key": (
        catalogue("bpe_counts", "- commune_id", "- commune"),
        ["catalogue.yaml: sources.bpe_counts.key: no such column 'commune'; did you mean commune_id?"],
    ),
    "catalogue without a source": (
        catalogue("bpe_counts", "bpe_counts:", "bpe:"),
        [
            "catalogue.yaml: sources.bpe_counts: missing; this key must be given",
            (
                "catalogue.yaml: sources.bpe_equipment.instead_of: no such source 'bpe_counts'; did you mean "
                "bpe_equipment?"
            ),
        ],
    ),
    "catalogue without a column": (
        catalogue("bpe_counts", "      gps:", "      gp:"),
        ["catalogue.yaml: sources.bpe_counts.columns.gps: missing; this key must be given"],
    ),
    "catalogue that calls a needed file optional": (
        catalogue("bpe_counts", "required: true", "required: false"),
        [
            (
                "catalogue.yaml: sources.bpe_counts.required: expected true, got false; without this file "
                "practitioners cannot be placed"
            )
        ],
    ),
    "catalogue without any file of a source": (
        catalogue("bpe_counts", f"files:\n    - {GPS}", "files: []"),
        ["catalogue.yaml: sources.bpe_counts.files: expected the name of a file"],
    ),
    "sources in a file": (
        sources_in_a_file,
        ["--sources sources: no such folder"],
    ),
    "nothing there": (shutil.rmtree, ["--sources sources: no such folder"]),
}

# Kind of damage: a further source, options, how it is done, and what is told.
REFUSED_WITH_MORE: dict[str, tuple[str, tuple[str, ...], Damage, list[str]]] = {
    "matrix without a commune": (
        TIMES,
        (),
        text(TIMES, "38906,", "38999,"),
        [
            f"sources/{TIMES}: column 7: no such point '38999'; did you mean 38907?",
            f"sources/{TIMES}: row 7: id: no such point '38999'; did you mean 38907?",
            f"sources/{TIMES}: no column for demand point '38906'",
            f"sources/{TIMES}: no row for place '38906'",
        ],
    ),
    "matrix in another unit": (
        TIMES,
        (),
        catalogue("isere_times", "unit: seconds", "unit: minutes"),
        [
            (
                f"sources/{TIMES}: median speed 1.1 km/h as the crow flies between points more than 5 km apart, "
                "expected 10 to 130: are these really minutes? State the unit of the file"
            )
        ],
    ),
    "matrix with a text": (
        TIMES,
        (),
        text(TIMES, "360", "six"),
        [
            f"sources/{TIMES}: row 3: 38901: expected a number (with a decimal point), got 'six'",
            "...",
            f"sources/{TIMES}: row 7: 38905: expected a number (with a decimal point), got 'six'",
        ],
    ),
    "centres without a column": (
        CENTRES,
        (),
        outlines(lambda frame: frame.drop(columns="lon"), CENTRES),
        [f"sources/{CENTRES}: column 'lon' is missing; it has id, name, lat, geometry"],
    ),
    "centres without a number": (
        CENTRES,
        (),
        outlines(lambda frame: frame.assign(lon="5 east"), CENTRES),
        [
            f"sources/{CENTRES}: row 1: lon: expected a number, got '5 east'",
            "...",
            f"sources/{CENTRES}: row 9: lon: expected a number, got '5 east'",
        ],
    ),
    "centres without a commune": (
        CENTRES,
        (),
        outlines(lambda frame: frame[frame["id"].ne("38902")], CENTRES),
        [f"sources/{CENTRES}: no row for commune '38902'"],
    ),
    "centres that are no file of shapes": (
        CENTRES,
        (),
        content(CENTRES, b"{}"),
        [f"sources/{CENTRES}: cannot be read as polygons; download it again"],
    ),
    "outline of two corners": (
        CENTRES,
        (),
        content(
            CENTRES,
            b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "38901"}, '
            b'"geometry": {"type": "Polygon", "coordinates": [[[5.8, 45.1], [5.9, 45.2]]]}}]}',
        ),
        [f"sources/{CENTRES}: cannot be read as polygons; download it again"],
    ),
    "squares in an unknown commune": (
        SQUARES,
        ("--squares",),
        text(SQUARES, "38908", "38999"),
        [f"sources/{SQUARES}: lcog_geo: no commune '38999'"],
    ),
    "squares with another name": (
        SQUARES,
        ("--squares",),
        text(SQUARES, "CRS3035RES200mN2520000", "200mN25200"),
        [
            (
                f"sources/{SQUARES}: idcar_200m: expected a name such as CRS3035RES200mN2029800E4254200, got "
                "'200mN25200E4010000'"
            )
        ],
    ),
    "squares not there": (
        CENTRES,
        ("--squares",),
        lambda _: None,
        [
            (
                f"--squares: {SQUARES} is missing; published by INSEE, Filosofi, carreaux de 200 m, "
                "https://www.insee.fr/fr/statistiques/7655475"
            )
        ],
    ),
    "ages as text": (
        "TD_POP1B_2021.csv",
        (),
        text("TD_POP1B_2021.csv", ";100;50", ";100+;50"),
        [
            "sources/TD_POP1B_2021.csv: row 6: AGED100: expected a number, got '100+'",
            "sources/TD_POP1B_2021.csv: row 7: AGED100: expected a number, got '100+'",
        ],
    ),
}

# Kind of damage: key of the source, how it is done, and what the manifest declares besides.
REPAIRED: dict[str, tuple[str, Damage, list[str]]] = {
    "town hall in another region": (
        "communes",
        text(COMMUNES, "6.006253,45.138059,6", "-5.2,45.138059,6"),
        ["town halls more than 15 km from the centroid of their commune, which is used instead: 1"],
    ),
    "decimal commas with three digits": (
        "living_area_health",
        text(HEALTH, "10;10.5", "10;10,500"),
        ["Part des bénéf. en ALD dans la pop 2024: decimal commas read as points: 1"],
    ),
    "accents kept apart": ("living_area_health", text(HEALTH, "bénéf", "be\u0301ne\u0301f"), []),
    "accents kept apart in a cell": ("diabetes", text(DIABETES, "Diabète", "Diabe\u0300te"), []),
    "header moved down": (
        "bpe_counts",
        text(GPS, '"commune"', 'Titre\n\n"commune"'),
        ["the header was found on row 3, expected on row 1"],
    ),
    "decimal commas": (
        "living_area_health",
        text(HEALTH, "10;10.5", "10;10,5"),
        ["Part des bénéf. en ALD dans la pop 2024: decimal commas read as points: 1"],
    ),
    "decimal commas in a sheet": (
        "drees_apl",
        cells({"C12": "1,0", "F12": "2000,0"}),
        [
            "APL aux médecins généralistes: decimal commas read as points: 1",
            "Population totale 2021: decimal commas read as points: 1",
        ],
    ),
    "thousands spaces": (
        "drees_apl",
        cells({"F11": "1 000", "F12": "2\u202f000"}),
        ["Population totale 2021: numbers from which spaces were taken: 2"],
    ),
    "byte order mark": (
        "bpe_counts",
        text(GPS, '"commune"', '\ufeff"commune"'),
        ["the file began with a byte order mark"],
    ),
    "Windows-1252": (
        "living_area_names",
        text(NAMES, "NIVGEO", "NIVGEO", "cp1252"),
        ["the file was not UTF-8; read as Windows-1252"],
    ),
    "semicolons for commas": ("living_area_names", text(NAMES, ",", ";"), ["columns were separated by semicolons"]),
    "semicolons for commas, quoted": ("bpe_counts", text(GPS, ",", ";"), ["columns were separated by semicolons"]),
    "tabs for semicolons": ("living_area_health", text(HEALTH, ";", "\t"), ["columns were separated by tabs"]),
    "code without its leading zero": (
        "bpe_counts",
        text(GPS, '"05901"', "5901"),
        ["commune: codes completed or cleaned: 1 (the first: 05901)"],
    ),
    "code as a number with .0": (
        "bpe_counts",
        text(GPS, '"38903"', "38903.0"),
        ["commune: codes completed or cleaned: 1 (the first: 38903)"],
    ),
    "codes of a sheet as numbers": (
        "drees_apl",
        cells({"A15": 38903, "A20": 5901}),
        ["Code commune INSEE: codes completed or cleaned: 1 (the first: 05901)"],
    ),
    "row twice, alike": (
        "bpe_counts",
        text(GPS, '"38903",2,2,0,0,0,0,0,5\n', '"38903",2,2,0,0,0,0,0,5\n"38903",2,2,0,0,0,0,0,9\n'),
        ["rows that stood there twice, alike, and count once: 1 (38903)"],
    ),
    "figure not given": (
        "living_area_health",
        text(HEALTH, "N/A - secret statistique", "N/A - résultat non disponible"),
        [
            (
                'Part des bénéf. en ALD dans la pop 2024: figures not given by the publisher ("N/A - '
                'résultat non disponible"), left empty: 1'
            )
        ],
    ),
    "negative and grouped": (
        "diabetes",
        text(DIABETES, "2023,38,tous âges,Cancers,1,1,3.0", "2023,38,tous âges,Cancers,1,1,-3"),
        [],
    ),
    "Windows line ends": ("bpe_counts", text(GPS, "\n", "\r\n"), []),
    "empty rows": ("bpe_counts", text(GPS, '"38903"', '\n"38903"'), []),
    "wrong dimension of a sheet": (
        "drees_apl",
        inside_workbook(lambda part: part.replace(b'<dimension ref="A1:F24"', b'<dimension ref="A1:A1"')),
        [],
    ),
    "stray cell in the last corner of a sheet": ("drees_apl", inside_workbook(add_last_corner), []),
    "other years beside": (
        "diabetes",
        text(DIABETES, "2022,38,tous âges,Diabète,1,1,4.0", "2022,38,tous âges,Diabète,1,1,4;?"),
        [],
    ),
}


def compare(found: list[str], expected: list[str]) -> None:
    """Compare what is told line by line; dots stand for any number of lines."""
    if "..." in expected:
        assert [found[0], "...", found[-1]] == expected
    else:
        assert found == expected


@pytest.mark.parametrize("kind", REFUSED)
def test_damage_is_told(kind: str, workplace: Path, refuse: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msp_siting.sources.raw_cells.METROPOLITAN", ("05", "38"))  # what "all departments" means
    damage, expected = REFUSED[kind]
    damage(workplace / "sources")
    compare(refuse(), expected)


@pytest.mark.parametrize("kind", REFUSED_WITH_MORE)
def test_damage_of_further_sources_is_told(kind: str, workplace: Path, refuse: Refuse, add_source: AddSource) -> None:
    name, options, damage, expected = REFUSED_WITH_MORE[kind]
    add_source(name)
    damage(workplace / "sources")
    compare(refuse("--department", "38", *options), expected)


@pytest.mark.parametrize("kind", REPAIRED)
def test_repairs_are_declared_and_change_no_figure(kind: str, workplace: Path, build: Build) -> None:
    key, damage, expected = REPAIRED[kind]
    plain = build()
    damage(workplace / "sources")
    mended = build("--department", "38", "--out", "mended")
    assert [sentence for sentence in repairs(mended, key) if sentence not in repairs(plain, key)] == expected
    for name in ("demand.csv", "supply.csv", "sites.csv", "zones.csv", "rim_demand.csv", "rim_supply.csv"):
        assert (mended / name).read_bytes() == (plain / name).read_bytes(), name


def repairs(folder: Path, key: str) -> list[str]:
    """Return what the manifest says was mended in one source."""
    (source,) = [source for source in read_territory(folder).manifest.sources if source.key == key]
    return [repair["en"] for repair in source.repairs]


def test_a_missing_optional_file_is_declared(workplace: Path, build: Build) -> None:
    (workplace / "sources" / DIABETES).unlink()
    folder = build()
    missing = {one.key: one for one in read_territory(folder).manifest.missing_sources}
    assert list(missing) == [
        "drees_apl_others",
        "bpe_2021",
        "commune_types",
        "diabetes",
        "diabetes_standardised",
        "gp_zoning",
        "tvs",
        "tvs_like",
        "cpts",
        "age_shares",
        "ages",
        "gp_ages",
        "squares",
    ]
    assert missing["diabetes"].why["en"] == "not in the sources folder"
    assert missing["diabetes"].without["en"] == "people with diabetes not estimated"
    assert "inhabitants_diabetes" not in pd.read_csv(folder / "demand.csv").columns


def test_maps_do_without_outlines(workplace: Path, build: Build) -> None:
    (workplace / "sources" / POLYGONS).unlink()
    folder = build()
    assert not (folder / "boundaries.gpkg").exists()
    assert "polygons" in [one.key for one in read_territory(folder).manifest.missing_sources]


def test_a_file_that_holds_other_departments_is_declared(build: Build) -> None:
    missing = {one.key: one for one in read_territory(build("--department", "05")).manifest.missing_sources}
    assert missing["finess"].why["en"] == "the file holds no row of this territory"
    assert missing["finess"].without["en"] == "existing structures not loaded"


def test_a_department_without_any_msp_in_finess_is_not_taken_for_one_that_is_not_covered(
    workplace: Path, build: Build
) -> None:
    text(FINESS, ",603,", ",124,")(workplace / "sources")
    folder = build()
    assert "finess" not in [one.key for one in read_territory(folder).manifest.missing_sources]
    assert "finess" in [one.key for one in read_territory(folder).manifest.sources]
    assert set(pd.read_csv(folder / "sites.csv")["status"]) == {"candidate"}


def test_files_are_found_in_subfolders_and_past_loops(workplace: Path, build: Build) -> None:
    plain = (build() / "demand.csv").read_bytes()
    sources = workplace / "sources"
    (sources / "insee" / "2021").mkdir(parents=True)
    (sources / GPS).rename(sources / "insee" / "2021" / GPS)
    (sources / "insee" / "loop").symlink_to(sources)
    (sources / "itself").symlink_to(sources / "itself")
    (sources / "nowhere.csv").symlink_to(sources / "not there")
    assert (build() / "demand.csv").read_bytes() == plain


def test_a_name_whose_accents_are_kept_apart_is_the_same_name(workplace: Path, build: Build) -> None:
    name = "Indicateur d'accessibilité potentielle localisée (APL) aux médecins généralistes.xlsx"
    apart = unicodedata.normalize("NFD", name)
    assert apart != name
    (workplace / "sources" / DREES).rename(workplace / "sources" / apart)
    sources = {one.key: one.file for one in read_territory(build()).manifest.sources}
    assert sources["drees_apl"] == apart


def test_a_list_of_cpts_may_be_a_workbook(workplace: Path, build: Build) -> None:
    book = openpyxl.Workbook()
    for row in (("Code INSEE", "Commune", "CPTS"), (38901, "Commune inventée 1", "CPTS inventée")):
        book.active.append(row)
    book.save(workplace / "sources" / "CPTS-communes.xlsx")
    folder = build()
    assert pd.read_csv(folder / "demand.csv")["cpts_id"].dropna().tolist() == ["CPTS inventée"]


def test_squares_are_not_read_unless_asked_for(workplace: Path, build: Build, add_source: AddSource) -> None:
    add_source(SQUARES)
    content(SQUARES, b"not squares at all")(workplace / "sources")
    manifest = read_territory(build()).manifest
    assert "squares" not in [one.key for one in (*manifest.sources, *manifest.missing_sources)]


def test_people_whose_age_no_square_gives_weigh_as_the_mean(
    workplace: Path, build: Build, add_source: AddSource
) -> None:
    add_source(SQUARES)
    # All ages of one of the two squares of 38901 are unknown: its 40 people weigh 1 each, the other 40 weigh 38.8.
    text(SQUARES, "38981,40,0,0,0,0,0,0,0,0,30,10", "38981,40,0,0,0,0,0,0,0,0,0,0")(workplace / "sources")
    frame = pd.read_csv(build("--department", "38", "--squares") / "demand.csv").set_index("demand_id")
    found = frame.loc[["38901-N2510E4010", "38901-N2511E4010"], "need_index_gp"].tolist()
    assert found == pytest.approx([38.8 / 78.8 * 4000 / 1500, 40 / 78.8 * 4000 / 1500], abs=2e-6)
