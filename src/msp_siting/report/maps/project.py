"""``plan.qgz``: a project of QGIS that opens ``plan.gpkg`` beside it, written without QGIS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import geopandas as gpd
import pyproj

from msp_siting.answer import Answer
from msp_siting.report.maps.views import View
from msp_siting.report.rendering import draw
from msp_siting.report.titles import question_title
from msp_siting.report.wording import Wording
from msp_siting.runs import RunFile

NAME = "plan.qgs"
MOMENT = (1980, 1, 1, 0, 0, 0)  # of every file in it: the same run has the same bytes
ON_UNIX = 3  # the system that a ZIP says it was made on, the same everywhere
ID_START = "msp_siting_"  # QGIS gives a short id another name
MARGIN_SHARE = 0.03
GROUPS = ("plan", "today", "access")


@dataclass(frozen=True)
class ProjectLayer:
    """A layer of a project: its id, where its data are from beside the project, and how it is shown."""

    id: str
    source: str
    view: View


@dataclass(frozen=True)
class Group:
    """Layers that a project shows together."""

    title: str
    layers: Sequence[ProjectLayer]


def write_project(
    path: Path, answer: Answer, layers: Mapping[str, gpd.GeoDataFrame], views: Sequence[View], wording: Wording
) -> None:
    """Write a project with every way of showing each layer.

    Raises
    ------
    OSError
        If the disk takes no more.
    """
    crs = pyproj.CRS(answer.territory.manifest.crs)
    west, south, east, north = layers["demand"].total_bounds
    margin = MARGIN_SHARE * max(east - west, north - south)
    placed = [
        ProjectLayer(f"{ID_START}{view.layer}_{number}", f"./{RunFile.LAYERS}|layername={view.layer}", view)
        for number, view in enumerate(views)
    ]
    project = draw(
        "plan.qgs.j2",
        title=f"{question_title(answer.scenario, wording)} {wording.of(answer.territory.manifest.title)}",
        abstract=wording.say("layer_abstract"),
        language=wording.language,
        wkt=crs.to_wkt(),
        authid=answer.territory.manifest.crs,
        units="meters" if crs.is_projected else "degrees",
        extent=(west - margin, south - margin, east + margin, north + margin),
        groups=[
            Group(wording.say(f"layer_group_{name}"), [each for each in placed if each.view.group == name])
            for name in GROUPS
        ],
    )
    entry = ZipInfo(NAME, MOMENT)
    entry.compress_type, entry.create_system = ZIP_DEFLATED, ON_UNIX
    with ZipFile(path, "w") as project_file:
        project_file.writestr(entry, project.encode())
