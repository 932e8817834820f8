"""The table of what is expected of practitioners until the horizon, and of recruits beside them."""

from collections.abc import Mapping
from typing import Any

from msp_siting.answer import Answer
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Wording, profession_title


def trend_page_table(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> PageTable | None:
    """Return a row per profession whose balance is known: its posts, and recruits beside installations."""
    trends = {name: figures for name, figures in (summary["trend"] or {}).items() if figures is not None}
    if not trends:
        return None
    rows = []
    for name, figures in trends.items():
        numbers = ("posts_today", "departures", "installations", "posts")
        low, high = (wording.whole(figures[f"posts_{end}"]) for end in ("low", "high"))
        recruits = (summary["recruits_per_installation"] or {}).get(name)
        rows.append(
            (
                profession_title(answer, name, wording),
                *(wording.whole(figures[number]) for number in numbers),
                wording.say("page_span", low=low, high=high),
                wording.percent(recruits),
                wording.say("page_balance_assumed" if figures["is_assumed"] else "page_balance_published"),
            )
        )
    years = {"first": str(figures["first_year"]), "last": str(figures["last_year"])}
    keys = ("posts_today", "departures", "installations", "posts", "span", "recruits", "source")
    return PageTable(
        [wording.say("page_profession"), *(wording.say(f"page_trend_{key}", **years) for key in keys)], rows
    )
