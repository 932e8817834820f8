"""Run by the Python that Debian's QGIS belongs to: opens a run's project and its layers, draws them, prints JSON."""

import json
import os
import sys
from pathlib import Path
from typing import Any


def main(folder: Path, pictures: Path) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from qgis.core import QgsApplication, QgsProject, QgsVectorLayer  # noqa: PLC0415 - here only

    application = QgsApplication([], False)  # noqa: FBT003 - as QGIS wants it
    application.initQgis()
    project = QgsProject.instance()
    opened = project.read(str(folder / "plan.qgz"))
    nodes = project.layerTreeRoot().findLayers()
    extent = project.viewSettings().defaultViewExtent()
    told = {
        "opened": opened,
        "title": project.title(),
        "crs": project.crs().authid(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "layers": [
            described(node.layer())
            | {
                "name": node.name(),
                "shown": node.isVisible(),
                "group": node.parent().name(),
                "colours": drawn(project, [node.layer()], pictures / f"layer-{number}.png"),
            }
            for number, node in enumerate(nodes)
        ],
        "whole": drawn(project, [node.layer() for node in nodes if node.isVisible()], pictures / "whole.png"),
        "alone": {},
    }
    for table in sorted({node.layer().source().partition("layername=")[2] for node in nodes}):
        layer = QgsVectorLayer(f"{folder / 'plan.gpkg'}|layername={table}", table, "ogr")
        told["alone"][table] = described(layer)
    print(json.dumps(told))  # noqa: T201 - what the test reads
    sys.stdout.flush()
    os._exit(0)  # QGIS may not survive its own end


def described(layer: Any) -> dict[str, object]:  # noqa: ANN401 - QGIS has no types
    renderer = layer.renderer()
    return {
        "is_valid": layer.isValid(),
        "features": layer.featureCount(),
        "renderer": renderer.type(),
        "legend": [item.label() for item in renderer.legendSymbolItems()],
        "titles": {field.name(): layer.attributeDisplayName(n) for n, field in enumerate(layer.fields())},
        "names": [feature["name"] for feature in layer.getFeatures()] if layer.fields().indexOf("name") >= 0 else [],
        "labels": layer.labelsEnabled(),
    }


def drawn(project: Any, layers: list[Any], path: Path) -> int:  # noqa: ANN401 - QGIS has no types
    """Draw some layers where the project looks, and return how many colours there are."""
    from qgis.core import QgsMapRendererSequentialJob, QgsMapSettings  # noqa: PLC0415 - here only
    from qgis.PyQt.QtCore import QSize  # noqa: PLC0415
    from qgis.PyQt.QtGui import QColor  # noqa: PLC0415

    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(500, 550))
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(path))
    return len({image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
