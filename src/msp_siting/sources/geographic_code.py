"""What earlier codes of communes are today, from INSEE's code officiel géographique as it is published."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from msp_siting.sources.raw_tables import Raw
from msp_siting.territory import earlier_communes

COMMUNE = "COM"
PARTS = {"COMD": "commune-deleguee", "COMA": "commune-associee", "ARM": "arrondissement-municipal"}
# Creations and re-establishments: the commune that people left goes on. All other changes end the earlier code.
BEGINNINGS = ("20", "21")


def changes_of_code(movements: Raw, communes: Raw, listed: frozenset[str]) -> Raw:
    """Return earlier codes as the file of them gives them: ``old_id``, ``commune_id``, ``kind``.

    Delegated and associated communes and arrondissements are of the commune that INSEE names as theirs; other codes
    follow their last movement, and that one's, until a commune of today. A code that became several is left out.

    Parameters
    ----------
    movements, communes
        ``v_mvt_commune`` and ``v_commune``.
    listed
        Codes of the list of communes, which may be of another year.
    """
    frame = communes.frame
    today = frozenset(frame.loc[frame["kind"].eq(COMMUNE), "old_id"])
    parts = frame[frame["kind"].isin(list(PARTS)) & frame["parent_id"].ne("") & frame["old_id"].ne(frame["parent_id"])]
    rows = {
        old: (_listed(parent, listed), PARTS[kind])
        for old, parent, kind in parts[["old_id", "parent_id", "kind"]].itertuples(index=False)
    }
    steps = _last_steps(movements.frame)
    for old in steps:
        end = _followed(old, steps, today | listed)
        if old not in rows and old not in today and end is not None:
            rows[old] = (_listed(end, listed), "merged")
    table = pd.DataFrame(
        [(old, commune, kind) for old, (commune, kind) in sorted(rows.items()) if old not in listed],
        columns=["old_id", "commune_id", "kind"],
    )
    return replace(movements, frame=table, repairs=(*movements.repairs, *communes.repairs))


def _last_steps(movements: pd.DataFrame) -> dict[str, str]:
    """Return the commune that a code became by its last movement, where that is one commune."""
    whole = movements["kind_before"].eq(COMMUNE) & movements["kind_after"].eq(COMMUNE)
    moved = movements["old_id"].ne(movements["commune_id"]) & ~movements["change"].isin(BEGINNINGS)
    rows = movements[whole & moved]
    last = rows[rows["date"].eq(rows.groupby("old_id")["date"].transform("max"))]
    one = last[last.groupby("old_id")["commune_id"].transform("nunique").eq(1)]
    return dict(zip(one["old_id"], one["commune_id"], strict=True))


def _followed(code: str, steps: Mapping[str, str], today: frozenset[str]) -> str | None:
    """Return the commune of today that the movements of a code lead to; None where they lead to none."""
    seen = {code}
    while code in steps:
        code = steps[code]
        if code in today:
            return code
        if code in seen:
            return None
        seen.add(code)
    return None


def _listed(code: str, listed: frozenset[str]) -> str:
    """Return a commune of the COG as the list has it, which may be of a later year."""
    later = earlier_communes().get(code)
    return later.commune_id if code not in listed and later is not None else code
