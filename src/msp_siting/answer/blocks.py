"""Blocks: who competes for the same practitioners, and shares one level of shortage, tabulated."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from msp_siting.problem import Instance, Plan
from msp_siting.problem.sharing import Block, Levels, Network, blocks_of, network_of, share_out

_KINDS = {"block": "int64", "kind": "str", "profession": "str", "demand_points": "int64"}


def tabulate_blocks(
    instance: Instance, plan: Plan, points: pd.DataFrame, levels: Mapping[str, Levels]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the blocks under a plan, and the number of its block for every row of some points.

    The first has a row per block (docs/files.md, ``blocks.csv``); numbers are by profession, from 1, the block with the
    greatest uncovered share first.

    Parameters
    ----------
    points
        One row per (demand point, profession): ``inhabitants``, ``need``, ``uncovered_before``, ``uncovered_after``.
    levels
        Under the plan, by profession; those that are not given are found.
    """
    number_of, rows = np.zeros(len(points), int), []
    for name in instance.professions:
        network = network_of(instance, name, plan)
        blocks = blocks_of(network, levels.get(name) or share_out(network))
        is_of_it = np.flatnonzero(points["profession"].eq(name))
        own = points.iloc[is_of_it].assign(row=is_of_it).set_index("demand_id").loc[list(network.point_ids)]
        for number, block in enumerate(blocks, start=1):
            if len(block.points):
                members = own.iloc[block.points]
                number_of[members["row"]] = number
                rows.append({"block": number, "profession": name, **_figures(network, block, members)})
    columns = [*_KINDS, "inhabitants", "need", "room", "uncovered_share_before", "uncovered_share_after"]
    return pd.DataFrame(rows, columns=columns).astype(_KINDS), number_of


def _figures(network: Network, block: Block, members: pd.DataFrame) -> dict[str, object]:
    need = float(members["need"].sum())
    index = members["need"] / members["inhabitants"].where(members["inhabitants"] > 0)
    shares = {
        f"uncovered_share_{moment}": float((members[f"uncovered_{moment}"] * index).sum()) / need if need else np.nan
        for moment in ("before", "after")
    }
    return {
        "kind": block.kind,
        "demand_points": len(members),
        "inhabitants": float(members["inhabitants"].sum()),
        "need": need,
        "room": float(network.room[block.places].sum()),
        **shares,
    }
