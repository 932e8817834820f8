"""Every reader of files, with a small valid file of every kind that it reads."""

import json
import shutil
import threading
from collections.abc import Callable
from datetime import date
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import geopandas as gpd
import networkx as nx
import openpyxl
import osmium
import osmnx
import pandas as pd
from click.testing import CliRunner
from shapely import box

from miniature import write_miniature
from msp_siting.answer.pipeline import read_at_horizon
from msp_siting.cli import main
from msp_siting.commands.sweeping.folder import open_place
from msp_siting.commands.sweeping.question import SweepQuestion, ask
from msp_siting.errors import DataError
from msp_siting.files.fingerprints import sha256_of
from msp_siting.files.projects import bundled_folder
from msp_siting.files.tables import read_table
from msp_siting.files.yaml import read_yaml, write_yaml
from msp_siting.problem.building import build_instance
from msp_siting.report.maps.shapes import demand_shapes, zone_shapes
from msp_siting.requests.evaluation.parameters import read_parameters
from msp_siting.requests.gates.judging import judge
from msp_siting.requests.gates.places import local_facts
from msp_siting.requests.gates.rules import read_gates
from msp_siting.requests.reading import read_requests
from msp_siting.runs.reading import read_assignments, read_plan, read_prices, read_runs
from msp_siting.scenario.model import parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.scenario.scenario import read_scenario
from msp_siting.sources.boundaries import read_polygons
from msp_siting.sources.build import Options, build_tables
from msp_siting.sources.catalogue import read_catalogue
from msp_siting.sources.differences import compare_territories
from msp_siting.sources.france import read_france
from msp_siting.sources.listed import COMMUNES
from msp_siting.sources.official_files import READERS as OFFICIAL_READERS
from msp_siting.sources.raw_tables import read_raw
from msp_siting.sources.selection import read_choice, select_communes
from msp_siting.sources.zone_lists import read_zone_list
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory
from msp_siting.travel.cache import cached
from msp_siting.travel.distance import read_surrogate
from msp_siting.travel.matrices import read_matrix
from msp_siting.travel.matrix_cells import MatrixForm
from msp_siting.travel.points import Points, read_points_file, read_territory_points
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.osmnx_fetching import read_polygon
from msp_siting.travel.roads.osmnx_graphs import read_graphml
from msp_siting.travel.roads.speeds import read_speeds
from msp_siting.travel.search import Routed, Search, route
from msp_siting.travel.servers import server_times

TOY = Path(__file__).parents[1] / "toy"
TERRITORY = "data/toy"
OFFICIAL = {  # key of the catalogue by file
    "communes_national_npm6.0.0_datafrance1.1.0.csv": "communes",
    "DREES_apl_generalistes_2022_2023.xlsx": "drees_apl",
    "BV_health_cartosante.csv": "living_area_health",
    "communes_polygons_l93.parquet": "polygons",
    "isere.geojson": "isere_centres",
    "Correspondance_communes_tvs.xlsx": "tvs",
}
PUBLISHED = {  # key of the catalogue by file, as it is published
    "etalab-cs1100507-stock-20240110-0338.csv": "finess_stock",
    "BPE24.csv": "bpe_equipment",
    "v_mvt_commune_2024.csv": "cog_changes",
}
DEMAND_POINTS = pd.DataFrame({"point_id": ["b", "a"], "lon": [0.1, 0.0], "lat": [0.0, 0.0]})
PLACES = pd.DataFrame({"point_id": ["c", "a"], "lon": [0.2, 0.0], "lat": [0.0, 0.0]})
ANSWERS = {
    "osrm": {"code": "Ok", "durations": [[600.0, 660.0], [1200.0, 0.0]]},
    "valhalla": {
        "sources_to_targets": [
            [{"time": 600, "distance": None}, {"time": 660, "distance": None}],
            [{"time": 1200, "distance": None}, {"time": 0, "distance": None}],
        ]
    },
    "ors": {"durations": [[600.0, 660.0], [1200.0, None]]},
}


def write_files(base: Path) -> None:
    """Write every valid file, and what belongs to it, into a folder."""
    _write_project(base / "project")
    _write_runs(base / "project")
    _write_roads(base / "roads")
    _write_matrices(base / "matrices")
    write_miniature(_made(base / "france"))
    for file in (base / "france" / "more").iterdir():
        shutil.copy(file, base / "france" / "sources")
    _write_lists(base / "france")
    _write_published(_made(base / "france" / "published"))
    for kind, answer in ANSWERS.items():
        _made(base / "servers").joinpath(f"{kind}.json").write_text(json.dumps(answer), encoding="utf-8")
    _made(base / "cache")
    _kept(base / "cache")


def _write_published(folder: Path) -> None:
    """Write a few lines of FINESS, the BPE and the COG as they are published."""
    finess, bpe, cog = PUBLISHED
    cells = ["structureet", "380000901", "1", "MSP É", *[""] * 8, "901", "38", *[""] * 4, "603", *[""] * 13]
    lines = [
        "finess;etalab;93;2024-01-10",
        ";".join(cells),
        "geolocalisation;380000901;923250.0;6453250.0;1,LAMBERT_93;x",
    ]
    (folder / finess).write_bytes("\n".join(lines).encode("cp1252"))
    equipment = [("38901", "D265"), ("38901", "D281"), ("38901", "D279"), ("38902", "D278"), ("38902", "B1")]
    rows = [f'"2024";"{commune}";"{kind}"\n' for commune, kind in equipment]
    (folder / bpe).write_text('"AN";"DEPCOM";"TYPEQU"\n' + "".join(rows), encoding="utf-8")
    heading = "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TYPECOM_AP,COM_AP\n"
    (folder / cog).write_text(heading + "32,2016-01-01,COM,38992,COM,38902\n", encoding="utf-8")


def _write_lists(folder: Path) -> None:
    """Write lists of communes as spreadsheets save them."""
    (folder / "listed.csv").write_text("commune_id,name\n38901,A\n38902,B\n", encoding="utf-8")
    (folder / "listed-cp1252.csv").write_bytes("sep=;\n Code INSEE ;Libellé\n38901;É\n\n38902;B\n".encode("cp1252"))
    (folder / "listed-utf16.csv").write_bytes("CODGEO\tPopulation\n38901\t1 234\n38902\t2,5\n".encode("utf-16"))
    _write_sheet(folder / "listed.xlsx", [["Code commune", "Nom"], ["38901", "A"], [38902, "B"]])


def _write_sheet(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def _write_workbooks(project: Path) -> None:
    """Write tables of the toy and requests as workbooks, their cells typed."""
    folder = project / "data" / "sheets"
    shutil.copytree(project / TERRITORY, folder)
    for stem in ("demand", "supply", "sites"):
        table = pd.read_csv(folder / f"{stem}.csv")
        (folder / f"{stem}.csv").unlink()
        _write_sheet(folder / f"{stem}.xlsx", [list(table.columns), *table.astype(object).to_numpy().tolist()])
    header = ["N° dossier", "Commune", "Date d'ouverture", "Coût total HT", "Subvention demandée Région", "qpv"]
    _write_sheet(project / "requests.xlsx", [header, [12, "Bourg", date(2028, 1, 15), 1234.5, "250 000", True]])


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write_project(project: Path) -> None:
    """Write the toy project with a rim, places and outlines, and a model of its own with one profession and format."""
    shutil.copytree(TOY, project)
    data = project / TERRITORY
    texts = {
        "places.csv": "place_id,name,lon,lat\nd,Dole,5.1,44.9\nh,Halle,5.2,45.0\n",
        "supply.csv": "place_id,profession,practitioners,retiring_share\nb,gp,2,0.5\n",
        "events.csv": "date,place_id,profession,posts,kind,source\n2026-05-01,b,gp,-0.5,departure,CPTS\n",
        "rim_demand.csv": "demand_id,name,inhabitants,lon,lat\ne,Esnes,200,5.10,45.15\nf,Faverges,100,5.55,45.00\n",
        "rim_supply.csv": "place_id,profession,practitioners\nf,gp,2\n",
        "rim_travel_times.csv": "demand_id,place_id,minutes\ne,b,15\nb,e,15.5\ne,e,0\nf,f,0\n",
    }
    for name, text in texts.items():
        (data / name).write_text(text, encoding="utf-8")
    shutil.rmtree(project / "models")  # the toy's have no gates and no appraisal
    _write_models(project / "models")
    squares = [box(x, 6_400_000, x + 9_000, 6_410_000) for x in range(850_000, 890_000, 10_000)]
    demand = gpd.GeoDataFrame({"demand_id": ["a", "b", "c", "d"]}, geometry=squares, crs="EPSG:2154")
    demand.to_file(data / "boundaries.gpkg", layer="demand")
    zones = gpd.GeoDataFrame({"zone_id": ["west", "east"]}, geometry=squares[:2], crs="EPSG:2154")
    zones.to_file(data / "boundaries.gpkg", layer="epci")
    parquet = project / "data" / "other"
    shutil.copytree(data, parquet)
    times = pd.read_csv(parquet / "travel_times.csv")
    (parquet / "travel_times.csv").unlink()
    times.to_parquet(parquet / "travel_times.parquet", index=False)
    described = {"path": "supply.csv", "sha256": sha256_of(parquet / "supply.csv"), "vintage": "2024"}
    manifest = read_yaml(parquet / "manifest.yaml", DataError)
    manifest["files"] = [described | {"source": "S", "licence": "L", "kind": "measured"}]
    write_yaml(manifest, parquet / "manifest.yaml")
    (parquet / "flows.csv").write_text(
        "kind,zone_id,profession,installations_per_year,departures_per_year,net_per_year_low,net_per_year_high,inhabitants,"
        "period,source\nepci,west,gp,0.5,0.75,-0.5,0,3600,2018-2023,CPTS\n",
        encoding="utf-8",
    )
    (project / "scenarios" / "toy.yaml").write_text(
        'question: {fr: "Où ?", en: "Where?"}\nterritory: toy\nmodel: allocation\nbudget_eur: 1000000\n'
        "recruitable: {gp: 4}\nsite_count: {min: 0, max: 3}\nhorizon_year: 2030\nsites: {exclude: [site-b]}\n"
        "changes:\n  professions.gp.capacity_inhabitants_per_post: 300\n"
        "solve: {time_limit_s: 60, relative_gap: 0, improvement_gap: 0, threads: 1, seed: 1}\n",
        encoding="utf-8",
    )
    (project / "requests.csv").write_text(
        "request_id;project_name;place_id;action;zoning_status;projet_sante_status;validation_date;gp_present;"
        "gp_joining_from_place_ids;gp_new_committed;works_eur;capex_ht_eur;requested_eur_region;occupancy_share;lon;lat\n"
        "r1;MSP d'Aubois;Aubois;création;ZIP;validé;12/03/2026;1;Bourg;1;900 000,00;900 000;300000;90 %;5,0;45\n"
        "r2;MSP;c;creation;none;letter;;0;;2;;950000;200000;;;\n",
        encoding="utf-8",
    )
    _write_workbooks(project)
    zones = "CartoSanté;;\nCode INSEE;Commune;Zonage\na;Aubois;1_ZIP\nb;Bourg;Hors zonage\n38185;Grenoble;ZAC\n"
    (project / "zonage.csv").write_text(zones, encoding="utf-8")
    _write_sheet(project / "cpts.xlsx", [["Commune", "CPTS"], ["Aubois", "CPTS Ouest"], ["Clairval", 12]])
    (project / "points.csv").write_text("point_id,name,lon,lat\na,A,0.0,0.0\nb,B,0.1,0.0\n", encoding="utf-8")


def _write_models(models: Path) -> None:
    """Write the bundled models with one profession, one format, few gates."""
    bundled = bundled_folder() / "models"
    shutil.copytree(bundled / "parameters", models / "parameters")
    professions = read_yaml(bundled / "parameters" / "professions.yaml", DataError)
    write_yaml({"gp": professions["gp"]}, models / "parameters" / "professions.yaml")
    small = read_yaml(bundled / "parameters" / "formats.yaml", DataError)["small"]
    small["staff_fewest"]["value"], small["staff_most"]["value"] = {"gp": 2}, {"gp": 2}
    small["paramedical_fewest"]["value"] = 0
    write_yaml({"small": small}, models / "parameters" / "formats.yaml")
    shutil.copy(bundled / "allocation.yaml", models)
    (models / "plain.yaml").write_text(
        "based_on: allocation\nname: plain\ntitle: {fr: Simple, en: Plain}\nchanges: {objective.bands: false}\n",
        encoding="utf-8",
    )
    gates = read_yaml(bundled / "gates.yaml", DataError)
    funder, first = next(iter(gates["funders"].items()))
    write_yaml({"common": gates["common"][:4], "funders": {funder: first}}, models / "gates.yaml")
    shutil.copy(bundled / "appraisal.yaml", models)


def _write_runs(project: Path) -> None:
    """Solve the toy, and put the run into an unfinished sweep too."""
    run, scenario = project / "runs" / "toy", str(project / "scenarios" / "toy.yaml")
    result = CliRunner().invoke(main, ["solve", scenario, "--out", str(run), "--lang", "en"])
    assert result.exit_code == 0, result.output
    for page in ("report.html", "plan.gpkg", "run.log"):
        (run / page).unlink()
    question = _question(scenario)
    place = open_place(project / "runs" / "sweep", question, resume=False)
    files = {file.name: file.read_bytes() for file in run.iterdir()}
    summary = json.loads(files["summary.json"]) | {"input_sha256": question.fingerprints["1000000"]}
    place.keep("1000000", files | {"summary.json": json.dumps(summary).encode()}, question.fingerprints["1000000"])


def _write_roads(roads: Path) -> None:
    _made(roads)
    nodes = "".join(f'<node id="{n}" version="1" lon="{n / 100}" lat="{n % 2 / 100}"/>' for n in range(1, 6))
    ways = "".join(
        f'<way id="{n}" version="1"><nd ref="{n}"/><nd ref="{n + 1}"/><tag k="highway" v="{kind}"/>'
        f'<tag k="maxspeed" v="50"/></way>'
        for n, kind in ((1, "primary"), (2, "residential"), (3, "track"), (4, "primary"))
    )
    place = '<node id="9" version="1" lon="0.03" lat="0.01"><tag k="place" v="village"/><tag k="name" v="Dole"/></node>'
    text = f"<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">{nodes}{place}{ways}</osm>\n"
    (roads / "map.osm").write_text(text.replace("><", ">\n<"), encoding="utf-8")
    for name in ("map.osm.pbf", "plain.osm.pbf"):
        kind = osmium.io.File(str(roads / name), "pbf,pbf_compression=none" if name.startswith("plain") else "pbf")
        with osmium.SimpleWriter(kind) as writer:
            for item in osmium.FileProcessor(str(roads / "map.osm")):
                writer.add(item)
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for number in range(1, 5):
        graph.add_node(number, x=number / 100, y=number % 2 / 100)
    for tail, head in ((1, 2), (2, 1), (2, 3), (3, 2), (3, 4), (4, 3)):
        graph.add_edge(tail, head, 0, osmid=tail, highway="primary", length=1500.0, oneway=False)
    osmnx.save_graphml(graph, roads / "map.graphml")
    (roads / "area.geojson").write_text(
        '{"type": "Polygon", "coordinates": [[[0.0, 0.0], [0.1, 0.0], [0.1, 0.1], [0.0, 0.0]]]}', encoding="utf-8"
    )


def _write_matrices(matrices: Path) -> None:
    _made(matrices)
    (matrices / "wide.csv").write_text("id,a,b,01004\na,0,600,1200\nb,660,0,600\n01004,1260,720,0\n", encoding="utf-8")
    (matrices / "wide;.csv").write_text(
        "id;a;b;01004\na;0,5;600;1200\nb;660;0;600\n01004;1260;720;0\n", encoding="utf-8"
    )
    (matrices / "long.csv").write_text(
        "demand_id,place_id,minutes\na,a,0\na,b,10\na,01004,20\nb,b,0\nb,a,11\nb,01004,10\n01004,01004,0\n",
        encoding="utf-8",
    )
    keys = dict.fromkeys(("id", "demand_id", "place_id"), str)
    for name in ("wide", "long"):
        pd.read_csv(matrices / f"{name}.csv", dtype=keys).to_parquet(matrices / f"{name}.parquet", index=False)


# -- readers, each of one file that lies in the folder of all


@cache
def _question(scenario: str) -> SweepQuestion:
    return ask(scenario, "budget_eur", "1000000,2000000", {})


def read_whole_scenario(path: Path) -> object:
    """Read a scenario, and what it and its model say of the territory."""
    scenario = read_scenario(path)
    return build_instance(read_at_horizon(scenario), scenario)


def read_whole_model(path: Path) -> object:
    return parse_model(read_model(path), f"{path}: ")


def read_own_parameters(path: Path) -> object:
    """Read a file of parameters with the model that it belongs to."""
    return read_whole_model(path.parents[1] / "allocation.yaml")


def read_own_gates(path: Path) -> object:
    """Read gates, and hold a request against them."""
    territory = _territory(path.parents[1] / TERRITORY)
    gates = read_gates(path)
    requests = read_requests(path.parents[1] / "requests.csv", territory, ["gp"]).requests
    on = pd.Timestamp("2026-11-01").date()
    return [judge(request, gates, local_facts(territory, on), on) for request in requests]


def read_own_territory(path: Path) -> object:
    """Read a territory with one of its files, as a question on it does, and its outlines."""
    scenario = read_scenario(path.parents[2] / "scenarios" / "toy.yaml", {"territory": path.parent.name})
    territory = read_at_horizon(scenario)
    instance = build_instance(territory, scenario)
    if path.suffix in {".gpkg", ".yaml"}:
        return demand_shapes(territory), zone_shapes(territory, "epci"), compare_territories(path.parent, path.parent)
    return instance, read_territory_points(path.parent)


@cache
def _territory(folder: Path) -> Territory:
    return read_territory(folder)


def read_own_run(path: Path) -> object:
    folder = path.parent
    return read_runs([folder]), read_plan(folder), read_prices(folder), read_assignments(folder)


def read_own_sweep(path: Path) -> object:
    """Resume a sweep: what was asked, and a finished point."""
    project = next(folder for folder in path.parents if folder.name == "project")
    question = _question(str(project / "scenarios" / "toy.yaml"))
    place = open_place(project / "runs" / "sweep", question, resume=True)
    return {key: place.summary(key) for key in question.keys if place.holds(key, question.fingerprints[key])}


def read_own_requests(path: Path) -> object:
    return read_requests(path, _territory(path.parent / TERRITORY), ["gp"])


def read_own_zones(path: Path) -> object:
    """Read a list of communes with their zones for the toy territory."""
    kind = "gp_zoning" if path.suffix == ".csv" else "cpts"
    return read_zone_list(path, kind, _territory(path.parent / TERRITORY))


def read_listed(path: Path) -> object:
    return read_table(path, COMMUNES)


def read_official(path: Path) -> object:
    """Read one official file as the catalogue declares it."""
    entry = read_catalogue(path.parents[1] / "catalogue.yaml").sources[OFFICIAL[path.name]]
    return read_polygons(path, entry) if entry.layout.kind == "polygons" else read_raw(path, entry)


def read_published(path: Path) -> object:
    """Read an official file as it is published."""
    entry = read_catalogue(path.parents[1] / "catalogue.yaml").sources[PUBLISHED[path.name]]
    return OFFICIAL_READERS[entry.layout.kind](path, entry)


def build_from_official(path: Path) -> object:
    """Read all the official files and build a territory from them."""
    folder = path.parent if path.name == "catalogue.yaml" else path.parents[1]
    france = read_france(read_catalogue(folder / "catalogue.yaml"), folder / "sources")
    return build_tables(france, select_communes(france, read_choice(departments=["38"])), Options())


def read_own_roads(path: Path) -> object:
    """Read roads and search them."""
    speeds = read_speeds(bundled_folder() / "models" / "parameters" / "speeds.yaml")
    ways = read_graphml(path, speeds) if path.suffix == ".graphml" else read_osm_file(path, speeds)
    points = pd.DataFrame({"point_id": ["p", "q"], "name": ["P", "Q"], "lon": [0.01, 0.03], "lat": [0.01, 0.01]})
    return route(ways, Points(points, points), speeds, Search(60.0, processes=1))


def read_area(path: Path) -> object:
    """Read a polygon; the roads inside are not fetched but read."""
    speeds = read_speeds(bundled_folder() / "models" / "parameters" / "speeds.yaml")
    osmnx.graph_from_polygon = lambda *_, **__: osmnx.load_graphml(path.parent / "map.graphml")
    osmnx.features_from_polygon = lambda *_, **__: gpd.GeoDataFrame(
        {"place": []}, geometry=[], index=pd.MultiIndex.from_arrays([[], []], names=["element", "id"])
    )
    return read_polygon(path, speeds)


def read_own_matrix(path: Path) -> object:
    points = pd.DataFrame({"point_id": ["b", "01004", "a"], "lon": [0.1, 0.2, 0.0], "lat": [0.0, 0.0, 0.0]})
    is_wide = path.stem.startswith("wide")
    form = MatrixForm("wide", "seconds") if is_wide else MatrixForm("long", "minutes")
    return read_matrix(path, form, Points(points, points), 20.0)


class Canned(BaseHTTPRequestHandler):
    """A server that answers whatever the file of its kind holds."""

    body: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@cache
def _server() -> str:
    server = HTTPServer(("127.0.0.1", 0), Canned)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def ask_server(path: Path) -> object:
    """Ask a server whose answer is what the file holds."""
    Canned.body = path.read_bytes()
    kind: Any = path.stem
    return server_times(kind, _server(), DEMAND_POINTS, PLACES, 60.0)


def _kept(folder: Path) -> Routed:
    times = pd.DataFrame({"demand_id": ["a", "b"], "place_id": ["c", "c"], "minutes": [0.0, 5.0]})
    return cached(folder, "key", lambda: Routed(times, {"pairs": 2}))


def read_cache(path: Path) -> object:
    """Take times from the cache, or make them again where it is damaged."""
    routed = _kept(path.parent)
    assert list(routed.table.columns) == ["demand_id", "place_id", "minutes"]
    assert routed.table["minutes"].dtype == float
    return routed.record["pairs"]


Reader = Callable[[Path], object]
_DATA, _OTHER = "project/data/toy", "project/data/other"
READERS: dict[str, Reader] = {
    "project/scenarios/toy.yaml": read_whole_scenario,
    "project/models/allocation.yaml": read_whole_model,
    "project/models/plain.yaml": read_whole_model,
    "project/models/parameters/professions.yaml": read_own_parameters,
    "project/models/parameters/need.yaml": read_own_parameters,
    "project/models/gates.yaml": read_own_gates,
    "project/models/appraisal.yaml": read_parameters,
    "project/models/parameters/speeds.yaml": read_speeds,
    "project/models/parameters/surrogate.yaml": read_surrogate,
    **{
        f"{_DATA}/{name}": read_own_territory
        for name in (
            *("manifest.yaml", "demand.csv", "supply.csv", "sites.csv", "places.csv", "zones.csv", "travel_times.csv"),
            *("rim_demand.csv", "rim_supply.csv", "rim_travel_times.csv", "boundaries.gpkg", "events.csv"),
        )
    },
    f"{_OTHER}/travel_times.parquet": read_own_territory,
    f"{_OTHER}/flows.csv": read_own_territory,
    **{f"project/data/sheets/{name}.xlsx": read_own_territory for name in ("demand", "supply", "sites")},
    **{
        f"project/runs/toy/{name}": read_own_run
        for name in (
            *("summary.json", "run.json", "scenario.resolved.yaml", "sites.csv", "staff.csv", "coverage.csv"),
            *("zones.csv", "prices.csv", "allocation.csv"),
        )
    },
    "project/runs/sweep/sweep.json": read_own_sweep,
    "project/runs/sweep/points/1000000/summary.json": read_own_sweep,
    "project/requests.csv": read_own_requests,
    "project/points.csv": read_points_file,
    "project/requests.xlsx": read_own_requests,
    "project/zonage.csv": read_own_zones,
    "project/cpts.xlsx": read_own_zones,
    **{
        f"france/{name}": read_listed for name in ("listed.csv", "listed-cp1252.csv", "listed-utf16.csv", "listed.xlsx")
    },
    "france/catalogue.yaml": read_catalogue,
    **{f"france/sources/{name}": read_official for name in OFFICIAL},
    **{f"france/published/{name}": read_published for name in PUBLISHED},
    "roads/map.osm": read_own_roads,
    "roads/map.osm.pbf": read_own_roads,
    "roads/plain.osm.pbf": read_own_roads,
    "roads/map.graphml": read_own_roads,
    "roads/area.geojson": read_area,
    **{
        f"matrices/{name}": read_own_matrix
        for name in ("wide.csv", "wide;.csv", "long.csv", "wide.parquet", "long.parquet")
    },
    **{f"servers/{kind}.json": ask_server for kind in ANSWERS},
    "cache/key.parquet": read_cache,
    "cache/key.json": read_cache,
}
SLOW: dict[str, Reader] = {
    f"france/{name}": build_from_official
    for name in ("catalogue.yaml", *(f"sources/{name}" for name in OFFICIAL), "sources/TimeDistCarIsere.csv")
}
