r"""A made-up miniature France: thirteen invented communes in two departments, every official file in its real layout.

Nothing here is real. Departments 05 and 38 lend their numbers; no commune of France has a code 389.. or 059.., nor
the name "Commune inventée ...". Communes are squares of 6.5 km, their town halls in the middle:

    38901  38902  38903 | 05901
    38904  38905  38906 | 05902  05904        38905 has no outline: it is the hole among its neighbours
    38907  38908  38909 | 05903

- 38901 stands in the population file as two arrondissements (38981, 38982), 38902 beside 38992, which it took in;
- 38908 left 38907, which still counts its people (split_communes); nobody lives in 38909;
- living area 38901 holds 38901, 38902, 38904, 38905; 38907 the rest of 38; 05901 all of 05.

At 3.03 minutes + 1.45 a km, 20 minutes are 11.7 km: neighbours (6.5 km) and corners (9.19 km), no further.

The files that the project has no copy of (GP zoning, TVS, CPTS, POP1B, ages of GPs, squares of 200 m) are made up
whole: they follow the layout that their publishers describe, and ``add_source`` puts one beside the others. So does
it with the two files of one department only (centres and car times of "38").
"""

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
from ruamel.yaml import YAML
from shapely import Point, Polygon, box

from msp_siting.files.yaml import write_yaml

BUNDLED_CATALOGUE = Path(__file__).parents[1] / "data" / "catalogue.yaml"
SIDE_M = 6500
CORNER_M = 920_000, 6_450_000  # Lambert-93
GRID = {  # column, row from the north-west
    code: (column, row)
    for row, codes in enumerate(
        (
            ("38901", "38902", "38903", "05901"),
            ("38904", "38905", "38906", "05902", "05904"),
            ("38907", "38908", "38909", "05903"),
        )
    )
    for column, code in enumerate(codes)
}
LIST_POPULATION = {"38908": 300, "38909": 0}  # of the others it does not matter
EPCI = {
    "200000001": ("38901", "38902", "38904", "38905"),
    "200000002": ("38903", "38906", "38907", "38908", "38909"),
    "200000003": ("05901", "05902", "05904"),  # 05903 belongs to none
}
LIVING_AREAS = {
    "38901": ("38901", "38992", "38904", "38905"),  # 38902 stands there under the code that it took in
    "38907": ("38903", "38906", "38907", "38908", "38909"),
    "05901": ("05901", "05902", "05903", "05904"),
}
DREES = (  # code, APL, APL under 65, standardised, total population
    ("38981", 3, 2, 1000, 1000),
    ("38982", 1, 1, 3000, 2000),
    ("38902", 4, 3, 900, 1000),
    ("38992", 2, 1.5, 100, 100),
    ("38903", 3, 3, 600, 600),
    ("38904", 2, 1, 400, 500),
    ("38905", 5, 4, 800, 800),
    ("38906", 2.5, 2, 499, 499),
    ("38907", 2, 1.5, 1200, 1000),
    ("05901", 1, 0.5, 700, 700),
    ("05902", 3, 3, 1000, 1000),
    ("05903", 0, 0, 300, 300),
    ("05904", 2, 2, 450, 450),
    ("97199", 6, 6, 1000, 1000),  # overseas, invented too
)
TEXTS = {
    "commune_code_changes.csv": (
        "old_code,current_code,kind\n38981,38901,arrondissement-municipal\n38982,38901,arrondissement-municipal\n"
        "38992,38902,merged\n38993,38903,merged\n38993,38906,commune-deleguee\n"
    ),
    "bpe2024_health_by_commune.csv": (
        '"commune","gp_d265","nurse_d281","physiotherapist_d279","midwife_d278","pharmacy","msp_d113",'
        '"health_centre_d108","dentist_d277"\n'
        '"38981",2,2,1,0,1,2,0,1\n"38982",1,2,0,1,0,0,1,2\n"38902",1,2,0,0,1,0,0,3\n"38992",1,0,0,0,0,1,0,4\n'
        '"38903",2,2,0,0,0,0,0,5\n"38907",3,2,1,0,1,0,0,6\n"05901",1,1,0,0,1,0,0,7\n"05902",2,0,0,0,0,1,0,8\n'
    ),
    # no row for 05: its practitioners are as the BPE counts them
    "liberal_professionals_by_department_2024_cnam.csv": (
        "departement,libelle_departement,gp_all,nurse,physio,gp_without_mep,gp_mep,midwife\n38,Isère,10,5,3,8,2,2\n"
    ),
    "libelles_BV2022_from_COGugaison.csv": (
        "NIVGEO,CODGEO,LIBGEO,NB_COM\nBV2022,38901,Bassin inventé 1,4\nBV2022,38907,Bassin inventé 2,5\n"
        "BV2022,05901,Bassin inventé 3,4\n"
    ),
    "BV_health_cartosante.csv": (
        "\ufeffCartoSanté; ; ; ; ; \nRéférentiel géographique : France par bassin de vie; ; ; ; ; \n"
        "Code;Libellé;Densité de généralistes lib. 2024;Densité d'infirmiers lib. 2024;"
        "Densité de sages-femmes lib. 2024;Part des bénéf. en ALD dans la pop 2024\n"
        "38901;Bassin inventé 1;10;20;4;N/A - secret statistique\n38907;Bassin inventé 2;20;10;2;12\n"
        "05901;Bassin inventé 3;8;16;10;10.5\n"
    ),
    "BV_social_determinants_insee.csv": (
        "\ufeffInsee - Statistiques locales; ; ; \nRéférentiel géographique : France par bassin de vie; ; ; \n"
        "Code;Libellé;Part des pers. âgées de 75 ans ou + 2022;Part des pers. âgées de - 15 ans 2022\n"
        "38901;Bassin inventé 1;10;20\n38907;Bassin inventé 2;20;15\n05901;Bassin inventé 3;12;18\n"
    ),
    "finess_msp603_cds124_pharma620_occitanie.csv": (
        "numero_finess_etablissement,raison_sociale,rslongue,categetab,categorie,departement,code_insee,"
        "latitude,longitude,dateouv\n"
        "380000002,MSP INVENTEE DEUX,,603,Maison de santé,38,38901,{38901},2020-01-01\n"
        "380000001,MSP INVENTEE UNE,,603,Maison de santé,38,38901,{38901},2019-01-01\n"
        "380000003,MSP INVENTEE TROIS,,603,Maison de santé,38,38992,{38902},2021-01-01\n"
        "380000004,MSP INVENTEE QUATRE,,603,Maison de santé,38,38908,{38908},2021-01-01\n"
        "380000005,PHARMACIE INVENTEE,,620,Pharmacie,38,38901,{38901},2021-01-01\n"
    ),
    "pathologie_clean.csv": (
        "annee,dept,libelle_classe_age,patho_niv1,Npop,Ntop,prev_calculee\n"
        "2022,38,tous âges,Diabète,1,1,4.0\n2023,38,tous âges,Cancers,1,1,3.0\n2023,38,tous âges,Diabète,1,1,5.0\n"
        "2023,38,de 0 à 4 ans,Diabète,1,1,0.1\n2023,38,de 10 à 14 ans,Diabète,1,1,0.3\n"
        "2023,38,de 40 à 44 ans,Diabète,1,1,2.0\n2023,38,de 75 à 79 ans,Diabète,1,1,18.0\n"
        "2023,38,plus de 95 ans,Diabète,1,1,20.0\n2023,5,tous âges,Diabète,1,1,6.0\n"
    ),
}
NURSE_ZONES = {"38901": "1_Tres_sous_dotee", "38902": "3_intermediaire", "38904": "N/A - résultat non disponible"}
MADE_UP_TEXTS = {  # the project has no copy of these: layouts as published, content invented
    "zonage_medecins_commune_cartosante.csv": (
        "\ufeffCartoSanté; ; \nRéférentiel géographique : France par commune; ; \n"
        "Code;Libellé;Zonage médecins généralistes\n38901;Commune inventée 1;1_ZIP\n38992;Commune inventée 92;1_ZIP\n"
        "38904;Commune inventée 4;2_ZAC\n38905;Commune inventée 5;2_ZAC\n38903;Commune inventée 3;1_ZIP\n"
        "38906;Commune inventée 6;4_HZ\n38907;Commune inventée 7;4_HZ\n"
    ),
    # the project has copies of these two
    "zoning_gp_zip_zac_by_commune_june2025.csv": (
        "commune,name,departement,zone,match\n38901,Commune inventée 1,38,ZIP,name+department\n"
        "38992,Commune inventée 92,38,ZAC,name+department\n38902,Commune inventée 2,38,ZIP,name+department\n"
        "38903,Commune inventée 3,38,ZAR,name+department\n38904,Commune inventée 4,38,none,name+department\n"
        "38905,Commune inventée 5,38,ZAC,name+department\n38906,Commune inventée 6,38,,unmatched\n"
        "38907,Commune inventée 7,38,ZIP,name+department\n05901,Commune inventée 05901,05,ZIP,name+department\n"
        "05902,Commune inventée 05902,05,ZAC,name+department\n"
    ),
    "tvs_like_units_by_commune_ODbL.csv": (
        "commune,departement,region,tvs_like,tvs_like_largest_commune\n38901,38,84,B38901,Commune inventée 1\n"
        "38902,38,84,B38901,Commune inventée 1\n38903,38,84,C3801,\n38904,38,84,C3801,\n05901,05,93,B05901,Ailleurs\n"
    ),
    "CPTS-communes.csv": (
        "Code INSEE;Commune;CPTS;Département\n38901;Commune inventée 1;CPTS inventée;38\n"
        "38904;Commune inventée 4;CPTS inventée;38\n05901;Commune inventée 05901;CPTS inventée d'ailleurs;05\n"
    ),
    # 200 of 1,000 are 75 or over and 100 are under 15, of 38904 only
    "TD_POP1B_2021.csv": (
        "NIVGEO;CODGEO;LIBGEO;SEXE;AGED100;NB\nCOM;38904;Commune inventée 4;1;014;100\n"
        "COM;38904;Commune inventée 4;1;015;300\nCOM;38904;Commune inventée 4;2;074;400\n"
        "COM;38904;Commune inventée 4;2;075;150\nCOM;38904;Commune inventée 4;2;100;50\n"
        "ARM;38981;Arrondissement inventé 1;2;100;50\n"
    ),
    # the project has a copy of this one; no commune of the others lies in a massif
    "anct_centre_density_mountain_rurality_by_commune.csv": (
        "commune,name,centre_level,density,massif,rurality\n38981,Arrondissement inventé 1,,,,\n"
        "38982,Arrondissement inventé 2,,,Massif inventé,\n"
        "38902,Commune inventée 2,Centre local d'équipements et de services,Bourgs ruraux,Massif inventé,\n"
        "38903,Commune inventée 3,Communes non centre,,,\n38906,Commune inventée 6,,,Massif inventé,\n"
        "05901,Commune inventée,,,Massif inventé,\n"
    ),
    # and of these two
    "age_structure_by_commune_2020_2022.csv": (
        "commune,pop_municipale_2020,under15_pct_2020,age65plus_pct_2020,age75plus_pct_2020,age75plus_pct_2022\n"
        "38981,1000,20.0,10.0,4.0,5.0\n38982,3000,12.0,30.0,16.0,17.0\n38904,500,18.0,20.0,9.0,8.0\n05901,700,,,,\n"
    ),
    "diabetes_prevalence_by_department_2016_2023.csv": (
        "dep,department_name,treated_std_pct_2023_spf_odisse\n38,Isère,4.0\n05,Hautes-Alpes,5.0\n"
    ),
    "gp_ages.csv": (
        "annee;departement;age;effectif\n2019;38;70;9\n2025;38;45;6\n2025;38;59;1\n2025;38;60;2\n2025;38;70;1\n"
    ),
}
AGE_COLUMNS = ("0_3", "4_5", "6_10", "11_17", "18_24", "25_39", "40_54", "55_64", "65_79", "80p")
MADE_UP_SQUARES = (  # id, communes, people by age; squares of 200 m, two of them in the same square of 1 km
    ("CRS3035RES200mN2510000E4010000", "38901", (0, 0, 0, 0, 0, 20, 0, 0, 0, 0)),
    ("CRS3035RES200mN2510800E4010800", "3890138904", (0, 0, 0, 0, 0, 10, 0, 0, 10, 0)),
    ("CRS3035RES200mN2511000E4010000", "38981", (0, 0, 0, 0, 0, 0, 0, 0, 30, 10)),
    ("CRS3035RES200mN2520000E4010000", "38904", (0, 0, 0, 0, 0, 0, 4, 0, 0, 0)),
    ("CRS3035RES200mN2530000E4010000", "38908", (0, 0, 0, 0, 0, 0, 4, 0, 0, 0)),
)
MINUTES_A_SQUARE = 5  # of the made-up matrix of car times: rows and columns apart, and 1 more towards larger codes


def _square(code: str) -> Polygon:
    column, row = GRID[code]
    west, south = CORNER_M[0] + column * SIDE_M, CORNER_M[1] - row * SIDE_M
    return box(west, south, west + SIDE_M, south + SIDE_M)


def _halls() -> gpd.GeoSeries:
    middles = {code: _square(code).centroid for code in GRID}
    return gpd.GeoSeries(middles, crs="EPSG:2154").to_crs("EPSG:4326")


HALLS: dict[str, Point] = dict(_halls().items())


def _write_communes(folder: Path) -> None:
    zone = {code: epci for epci, codes in EPCI.items() for code in codes}
    lines = ["code,nom,departement,region,zone,population,epci,epci_nom,lon,lat,cen_lon,cen_lat"]
    for code in sorted(GRID):
        name = f"Commune inventée {code[4] if code.startswith('38') else code}"
        region = {"38": "84", "05": "93"}[code[:2]]
        epci = f"{zone[code]},CC inventée {zone[code][-1]}" if code in zone else ","
        lon, lat = round(HALLS[code].x, 6), round(HALLS[code].y, 6)
        population = LIST_POPULATION.get(code, 1000)
        lines.append(f"{code},{name},{code[:2]},{region},metro,{population}.0,{epci},{lon},{lat},{lon},{lat}")
    text = "\n".join([*lines, ""])
    (folder / "communes_national_npm6.0.0_datafrance1.1.0.csv").write_text(text, encoding="utf-8")


def _write_living_areas(folder: Path) -> None:
    rows = [f"{code},Commune inventée,{area[:2]},{area}" for area, codes in LIVING_AREAS.items() for code in codes]
    text = "\n".join(["CODGEO,LIBGEO,DEP,BV2022", *rows, "NA,NA,NA,NA", ""])
    (folder / "table_supracom_2023_from_COGugaison.csv").write_text(text, encoding="utf-8")


def _write_drees(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Paramètres"
    sheet = book.create_sheet("APL 2023")
    for title in ("Fichier inventé pour les tests", None, "Millésime : 2023", None, None, None, None, None):
        sheet.append([title])
    sheet.append(
        [
            "Code commune INSEE",
            "Commune",
            "APL aux médecins généralistes",
            "APL aux médecins généralistes de moins de 65 ans",
            "Population standardisée 2021 pour la médecine générale",
            "Population totale 2021",
        ]
    )
    sheet.append([None, None, *["En nombre"] * 4])
    for code, *numbers in DREES:
        sheet.append([code, f"Commune inventée {code}", *numbers])
    book.save(folder / "DREES_apl_generalistes_2022_2023.xlsx")


def _write_nurse_zones(folder: Path) -> None:
    rows = [f"{code};Commune inventée;{NURSE_ZONES.get(code, '5_Sur_dotee')}" for code in sorted(GRID)]
    text = "\n".join(["\ufeffCartoSanté; ; ", "Référentiel; ; ", "Code;Libellé;Zonage infirmiers", *rows, ""])
    (folder / "zonage_infirmiers_commune_cartosante.csv").write_text(text, encoding="utf-8")


def write_polygons(folder: Path, codes: Iterable[str]) -> None:
    """Write the outlines of some of the invented communes."""
    listed = sorted(codes)
    frame = gpd.GeoDataFrame(
        {"code": listed, "name": ["Commune inventée"] * len(listed)},
        geometry=[_square(code) for code in listed],
        crs="EPSG:2154",
    )
    frame.to_parquet(folder / "communes_polygons_l93.parquet")


def _write_made_up(folder: Path) -> None:
    for name, text in MADE_UP_TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.append(["Code commune", "Code du territoire de vie-santé", "Libellé du territoire de vie-santé"])
    zones = {"84901": ("38901", "38902"), "84902": ("38904", "38905"), "84903": ("38903", "38906"), "84904": ("38907",)}
    for zone, codes in zones.items():
        for code in codes:
            book.active.append([code, zone, f"TVS inventé {zone[-1]}"])
    book.save(folder / "Correspondance_communes_tvs.xlsx")
    lines = [",".join(["idcar_200m", "lcog_geo", "ind", *(f"ind_{ages}" for ages in AGE_COLUMNS)])]
    lines += [",".join([name, codes, *map(str, (sum(ages), *ages))]) for name, codes, ages in MADE_UP_SQUARES]
    (folder / "carreaux_200m_met.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _write_local(folder: Path) -> None:
    codes = [code for code in GRID if code.startswith("38")]
    # Centres 600 m east of the town halls, so that it shows which ones are used.
    moved = gpd.GeoSeries([_square(code).centroid for code in codes], crs="EPSG:2154").translate(600)
    centres = moved.to_crs("EPSG:4326")
    frame = gpd.GeoDataFrame(
        {"id": codes, "name": ["Commune inventée"] * len(codes), "lon": centres.x.round(6), "lat": centres.y.round(6)},
        geometry=[_square(code) for code in codes],
        crs="EPSG:2154",
    )
    frame.to_crs("EPSG:4326").to_file(folder / "isere.geojson", driver="GeoJSON")
    ends = [code for code in codes if code not in LIST_POPULATION]
    seconds = pd.DataFrame(
        [[_seconds(begin, end) for begin in ends] for end in ends], index=pd.Index(ends, name="id"), columns=ends
    )
    seconds.to_csv(folder / "TimeDistCarIsere.csv")


def _seconds(begin: str, end: str) -> int:
    squares = sum(abs(one - other) for one, other in zip(GRID[begin], GRID[end], strict=True))
    return 60 * (squares * MINUTES_A_SQUARE + (begin < end))


def write_miniature(folder: Path) -> None:
    """Write into a folder ``sources`` (files that exist), ``more`` (those added one by one) and ``catalogue.yaml``."""
    held, more = folder / "sources", folder / "more"
    held.mkdir()
    more.mkdir()
    places = {code: f"{point.y:.9f},{point.x:.9f}" for code, point in HALLS.items()}
    for name, text in TEXTS.items():
        for code, place in places.items():
            text = text.replace(f"{{{code}}}", place)  # noqa: PLW2901
        (held / name).write_text(text, encoding="utf-8")
    for write in (_write_communes, _write_living_areas, _write_drees, _write_nurse_zones):
        write(held)
    write_polygons(held, GRID.keys() - {"38905"})
    _write_made_up(more)
    _write_local(more)
    content = YAML(typ="safe", pure=True).load(BUNDLED_CATALOGUE.read_text(encoding="utf-8"))
    for entry in content["sources"].values():
        entry |= {"rows_fewest": 1, "departments": "some"}
    content["split_communes"] |= {"parents": {"38908": "38907"}}
    write_yaml(content, folder / "catalogue.yaml")
