"""Writes the folder of a built territory: the same sources give the same bytes."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import MANIFEST, write_yaml
from msp_siting.sources.boundaries import write_layers
from msp_siting.sources.build import Built
from msp_siting.sources.description import manifest
from msp_siting.sources.france import France
from msp_siting.territory import read_territory


def write_territory(france: France, built: Built, folder: Path) -> None:
    """Write every file of a territory into an empty folder, and read it back.

    Raises
    ------
    DataError
        If what was written is no sound territory.
    """
    for name, table in built.tables.items():
        write_table(table, folder / name)
    if built.layers:
        write_layers(built.layers, folder / "boundaries.gpkg")
    write_yaml(manifest(france, built, folder), folder / MANIFEST)
    try:
        read_territory(folder)
    except DataError as fault:  # the folder has a name of its own until it is whole
        raise DataError(
            problem("what was built is no sound territory: {problem}", problem=_within(folder, each))
            for each in fault.problems
        ) from fault


def _within(folder: Path, value: object) -> object:
    """Return a sentence, or a value of one, that names files of a folder by their place in it."""
    if isinstance(value, Sentence):
        values = {name: _within(folder, each) for name, each in value.values.items()}
        return Sentence(value.template.replace(f"{folder.as_posix()}/", ""), **values)
    return value.replace(f"{folder.as_posix()}/", "") if isinstance(value, str) else value


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV or Parquet by its ending."""
    if path.suffix == ".csv":
        table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        return
    columns = {name: pa.array(cells.to_numpy()) for name, cells in table.items()}
    pq.write_table(pa.table(columns), path, compression="zstd")
