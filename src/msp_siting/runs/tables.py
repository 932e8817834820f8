"""Tables of a plan: the candidates it chose from, its sites, their staff, and whom each site serves."""

import pandas as pd

from msp_siting.answer import Answer
from msp_siting.scenario import Action

MOST_ORIGINS_NAMED = 5


def site_table(answer: Answer) -> pd.DataFrame:
    """Return ``sites.csv``: one row per opened site (docs/files.md, "A run of solve").

    ``cost_eur`` is works and equipment, ``aid_eur`` the aid that those get who come to its posts; ``owner_eur`` is
    empty, since the model has no funders.
    """
    names = list(answer.instance.professions)
    columns = [
        *("site_id", "place_id", "name", "action", "parent_place_id", "format", "lon", "lat"),
        *("capex_eur", "cost_eur", "aid_eur", "aci_eur_per_year"),
        *(f"staff_{name}" for name in names),
        *(f"inhabitants_served_{name}" for name in names),
        "owner_eur",
    ]
    places, parents = answer.territory.sites.set_index("site_id"), parents_of(answer)
    rows = [
        _site_row(answer, places.loc[site_id], format_name, parents[site_id])
        for site_id, format_name in answer.plan.sites.itertuples(index=False)
    ]
    kinds = dict.fromkeys(columns[:6], "str") | dict.fromkeys(columns[6:], "float64")
    kinds |= {f"staff_{name}": "int64" for name in names}
    return pd.DataFrame(rows, columns=columns).astype(kinds)


def staff_table(answer: Answer) -> pd.DataFrame:
    """Return ``staff.csv``: one row per (opened site, profession with posts)."""
    recruited = answer.plan.staff
    installation = {name: terms.installation_eur for name, terms in answer.instance.professions.items()}
    aid = recruited["profession"].map(installation).astype(float) * recruited["recruited"]
    return recruited.assign(moved=0, aid_eur=aid).reset_index(drop=True)


def price_table(answer: Answer) -> pd.DataFrame:
    """Return ``prices.csv``: what one more of each scarce thing is worth at most, in objective units.

    One row per (rule, place, profession), as far as each applies: room for one standardised inhabitant (``capacity``),
    a million EUR (``budget``, ``aid_budget``), a post that can be recruited (``recruitment_pool``), a site allowed
    (``site_count_max``) or no longer wanted (``site_count_min``), a visit that lacks to the floor of the APL
    (``apl_floor``).
    """
    certificate = answer.solution.certificate
    rows: list[tuple[str, str, str, float]] = []
    if certificate is not None:
        prices = certificate.prices
        rows += [("capacity", place, name, price) for (place, name), price in sorted(prices.room.items())]
        rows += [("recruitment_pool", "", name, price) for name, price in prices.recruit.items()]
        rows += [("zone_apl", f"{kind}:{zone}", "", price) for (kind, zone), price in prices.zone_apl.items()]
        rows += [(rule, str(number), "", price) for (rule, number), price in prices.spacing.items()]
        goal = answer.instance.goal
        profession = "" if goal is None else goal.profession
        rows += [("apl_floor", unit, profession, price) for unit, price in sorted(prices.visits.items())]
        rows += [("coverage_target", "", name, price) for name, price in prices.target.items()]
        rows += [
            ("zone_coverage", f"{kind}:{zone}", name, each) for (kind, zone, name), each in prices.zone_target.items()
        ]
        rows += [
            (rule, "", "", price)
            for rule, price in (
                ("budget", prices.budget),
                ("aid_budget", prices.aid_budget),
                ("site_count_max", prices.site),
                ("site_count_min", prices.site_wanted),
            )
        ]
    return pd.DataFrame(rows, columns=["rule", "place_id", "profession", "price"])


def candidate_table(answer: Answer) -> pd.DataFrame:
    """Return ``candidates.csv``: one row per candidate site of the territory, with what the rules of candidates say."""
    sites = answer.review.sites
    return sites.assign(kept=sites["kept"].map({True: "true", False: "false"}).astype("str"))


def near_host_table(answer: Answer) -> pd.DataFrame:
    """Return ``hosts.csv``: where the team of each opened site might work instead (docs/files.md, "A run of solve")."""
    names = answer.territory.sites.set_index("site_id")["name"]
    table = answer.near_hosts.copy()
    table.insert(1, "name", table["site_id"].map(names))
    table.insert(3, "host_name", table["host_site_id"].map(names))
    return table


def site_effects(answer: Answer) -> pd.DataFrame:
    """Return whom the new posts serve, one row per (opened site, profession with posts).

    Columns: ``site_id``, ``name``, ``profession``, ``posts``, ``inhabitants_served``, ``filled_share`` (0-1, of
    the capacity at the site's place) and ``origins``, the demand points that most people come from: name and
    inhabitants of each.
    """
    columns = ["site_id", "name", "profession", "posts", "inhabitants_served", "filled_share", "origins"]
    if answer.coverage is None or answer.coverage.fill.empty:
        return pd.DataFrame({name: [] for name in columns})
    names = answer.territory.sites.set_index("site_id")["name"]
    fill, demand_names = answer.coverage.fill, answer.territory.demand.set_index("demand_id")["name"]
    origins = [
        _origins(answer, site_id, profession, demand_names)
        for site_id, profession in fill[["site_id", "profession"]].itertuples(index=False)
    ]
    return fill.assign(name=fill["site_id"].map(names), origins=origins)[columns]


def action_at(answer: Answer, place_id: str, format_name: str) -> Action:
    """Return what opening a candidate site in a format is: an extension wherever an MSP stands already."""
    there = answer.territory.existing_msps
    action = answer.instance.formats[format_name].action
    return "extension" if action == "creation" and there is not None and place_id in there.index else action


def parents_of(answer: Answer) -> dict[str, str]:
    """Return the place of the MSP that each candidate site would extend or be a satellite of, where there is one."""
    sites = answer.review.sites
    return dict(zip(sites["site_id"], sites["parent_place_id"], strict=True))


def _site_row(answer: Answer, site: pd.Series, format_name: str, parent: str) -> dict[str, object]:
    instance, site_id = answer.instance, str(site.name)
    staff = answer.plan.staff[answer.plan.staff["site_id"].eq(site_id)]
    posts = dict(zip(staff["profession"], staff["recruited"], strict=True))
    capex_eur = instance.capex_eur[site_id, format_name]
    aid_eur = sum(instance.professions[name].installation_eur * n for name, n in posts.items())
    served = _inhabitants_served(answer, site_id)
    action = action_at(answer, str(site["place_id"]), format_name)
    return {
        "site_id": site_id,
        "place_id": site["place_id"],
        "name": site["name"],
        "action": action,
        "parent_place_id": "" if action == "creation" else parent,
        "format": format_name,
        "lon": site["lon"],
        "lat": site["lat"],
        "capex_eur": capex_eur,
        "cost_eur": capex_eur,
        "aid_eur": aid_eur,
        "aci_eur_per_year": instance.formats[format_name].aci_eur_per_year,
        **{f"staff_{name}": posts.get(name, 0) for name in instance.professions},
        **{f"inhabitants_served_{name}": served.get(name, 0.0) for name in instance.professions},
        "owner_eur": float("nan"),
    }


def _inhabitants_served(answer: Answer, site_id: str) -> dict[str, float]:
    if answer.coverage is None:
        return {}
    rows = answer.coverage.fill[answer.coverage.fill["site_id"].eq(site_id)]
    return dict(zip(rows["profession"], rows["inhabitants_served"], strict=True))


def _origins(answer: Answer, site_id: str, profession: str, names: pd.Series) -> tuple[tuple[str, float], ...]:
    if answer.coverage is None:
        return ()
    allocation = answer.coverage.allocation
    rows = allocation[allocation["site_id"].eq(site_id) & allocation["profession"].eq(profession)]
    largest = rows.astype({"inhabitants": float}).nlargest(MOST_ORIGINS_NAMED, "inhabitants")
    return tuple(
        (str(names[demand_id]), float(people))
        for demand_id, people in largest[["demand_id", "inhabitants"]].itertuples(index=False)
    )
