"""The table of what is expected of practitioners until the horizon, and of recruits beside them."""

from collections.abc import Mapping
from typing import Any

from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Subject, Wording, profession_title


def trend_page_table(subject: Subject, summary: Mapping[str, Any], wording: Wording) -> PageTable | None:
    """Return a row per profession whose balance is known: its posts, and recruits beside installations."""
    trends = {name: figures for name, figures in (summary["trend"] or {}).items() if figures is not None}
    if not trends:
        return None
    recruits = summary.get("recruits_per_installation")  # of a plan
    rows = []
    for name, figures in trends.items():
        low, high = (wording.whole(figures[f"posts_{end}"]) for end in ("low", "high"))
        cells = [wording.whole(figures[number]) for number in ("posts_today", "departures", "installations", "posts")]
        cells.append(wording.say("page_span", low=low, high=high))
        cells += [] if recruits is None else [wording.percent(recruits[name])]
        cells.append(wording.say("page_balance_assumed" if figures["is_assumed"] else "page_balance_published"))
        rows.append((profession_title(subject, name, wording), *cells))
    years = {"first": str(figures["first_year"]), "last": str(figures["last_year"])}
    keys = ["posts_today", "departures", "installations", "posts", "span"]
    keys += [*([] if recruits is None else ["recruits"]), "source"]
    head = [wording.say("page_profession"), *(wording.say(f"page_trend_{key}", **years) for key in keys)]
    return PageTable(head, rows)
