"""Small problems, drawn by hand or at random, and what scipy makes of them without any of the package's models."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from msp_siting.problem.instance import Instance
from msp_siting.problem.spacing import cliques_of
from msp_siting.problem.terms import FormatTerms, Pairs, ProfessionTerms, ZoneLimits, ZoneTerms

RULES = frozenset(
    {"need_balance", "capacity", "composition", "one_format", "budget", "aid_budget", "recruitment_pool"}
    | {"recruitment_by_zone", "site_count", "spacing", "forced_sites", "excluded_sites"}
    | {"kept_sites", "zone_sites", "zone_budget", "coverage_target", "zone_coverage"}
)
BANDS = (0.05, 0.1, 0.2, 0.4, 1.0), (1.0, 1.5, 2.0, 2.5, 3.0)
Staff = Mapping[tuple[str, str], float]


def profession(  # noqa: PLR0913 - what a profession is made of
    reach: Mapping[str, str],
    *,
    existing: Mapping[str, float] | None = None,
    reserved: Mapping[str, float] | None = None,
    need_index: Mapping[str, float] | None = None,
    capacity: float = 100.0,
    weight: float = 1.0,
    pool: int = 99,
    installation_eur: float = 0.0,
    paramedical: bool = True,
) -> ProfessionTerms:
    """Return a profession; ``reach`` lists the places that each demand point reaches: ``{"a": "x y"}``."""
    pairs = [(point, place) for point, places in reach.items() for place in places.split()]
    return ProfessionTerms(
        capacity=capacity,
        cutoff_minutes=20.0,
        weight=weight,
        installation_eur=installation_eur,
        paramedical=paramedical,
        need_index={point: (need_index or {}).get(point, 1.0) for point in reach},
        existing=dict(existing or {}),
        pool=pool,
        pairs=Pairs(tuple(point for point, _ in pairs), tuple(place for _, place in pairs), np.zeros(len(pairs))),
        reserved=dict(reserved or {}),
    )


def problem(  # noqa: PLR0913 - what a problem is made of
    professions: Mapping[str, ProfessionTerms],
    people: Mapping[str, float],
    *,
    sites: Mapping[str, str] | None = None,
    formats: Mapping[str, FormatTerms] | None = None,
    capex_eur: Mapping[str, float] | None = None,
    budget_eur: float = 1e6,
    bands: tuple[tuple[float, ...], tuple[float, ...]] = BANDS,
) -> Instance:
    """Return a problem; without ``formats`` there is one, of up to two posts of each profession for a million EUR."""
    formats = formats or {"small": FormatTerms(dict.fromkeys(professions, 0), dict.fromkeys(professions, 2), 0, 0.0)}
    sites = dict(sites or {})
    costs = capex_eur or dict.fromkeys(formats, 1e6)
    return Instance(
        professions=dict(professions),
        formats=dict(formats),
        inhabitants=dict(people),
        sites=sites,
        capex_eur={(site, name): costs[name] for site in sites for name in formats},
        budget_eur=budget_eur,
        site_count=(0, None),
        forced_sites=(),
        excluded_sites=(),
        band_upper_shares=bands[0],
        band_slopes=bands[1],
        constraints=RULES,
    )


def drawn(seed: int) -> Instance:
    """Return a random problem: 4 to 12 demand points, 8 to 15 sites (some at one place), 2 or 3 professions."""
    random = np.random.default_rng(seed)
    points = [f"i{n}" for n in range(random.integers(4, 13))]
    places = [f"p{n}" for n in range(random.integers(4, 11))]
    apart = np.hypot(*(random.random((2, len(points), 1)) - random.random((2, 1, len(places)))))
    names = ["gp", "nurse", "midwife"][: random.integers(2, 4)]
    weights = [1.0, *random.choice([0.0, 0.005, 0.03, 0.3], 2)]
    professions = {}
    for name, weight in zip(names, weights, strict=False):
        within = apart <= random.uniform(0.1, 0.6)
        existing = {place: float(random.integers(1, 5)) / 2 for place in places if random.random() < 0.4}
        professions[name] = profession(
            {point: " ".join(np.array(places)[row]) for point, row in zip(points, within, strict=True)},
            existing=existing,
            reserved={place: float(random.integers(1, 50)) for place in existing if random.random() < 0.3},
            need_index={point: float(random.choice([0.8, 1.0, 1.25])) for point in points},
            capacity=float(random.choice([100, 300, 651])),
            weight=float(weight),
            pool=int(random.integers(0, 12)),
            installation_eur=float(random.choice([0, 10_000, 50_000])),
            paramedical=name != "gp",
        )
    formats = {
        kind: FormatTerms(
            {name: int(random.integers(0, 2)) for name in names},
            {name: int(random.integers(1, most + 1)) for name in names},
            int(random.integers(0, 2)),
            0.0,
        )
        for kind, most in (("small", 2), ("large", 4))
    }
    return problem(
        professions,
        {point: float(random.integers(0, 1500)) for point in points},
        sites={f"s{n}": str(random.choice(places)) for n in range(random.integers(8, 16))},
        formats=formats,
        capex_eur={"small": 5e5, "large": 8e5},
        budget_eur=float(random.integers(0, 5) * 6e5),
        bands=BANDS if random.random() < 0.6 else ((1.0,), (1.0,)),
    )


def drawn_with_aid(seed: int) -> Instance:
    """Return a random problem in which aid to practitioners has a limit."""
    instance, random = drawn(seed), np.random.default_rng(seed + 3000)
    return replace(instance, aid_budget_eur=float(random.integers(0, 20) * 10_000))


def drawn_with_moves(seed: int) -> Instance:
    """Return a random problem in which existing posts of the first profession move where some sites open.

    What is kept at a place is less than the room there.
    """
    instance, random = drawn(seed), np.random.default_rng(seed + 1000)
    name, terms = next(iter(instance.professions.items()))
    reserved = {
        place: min(kept, 0.5 * terms.capacity * terms.existing[place]) for place, kept in terms.reserved.items()
    }
    moved = {}
    for key in instance.capex_eur:
        if terms.existing and random.random() < 0.4:
            origin = str(random.choice(list(terms.existing)))
            posts = float(random.choice([0.5, 1.0, terms.existing[origin]]))
            if instance.sites[key[0]] != origin:
                moved[key] = {(origin, name): -posts, (instance.sites[key[0]], name): posts}
    professions = instance.professions | {name: replace(terms, reserved=reserved)}
    return replace(instance, professions=professions, moved=moved)


def drawn_with_spacing(seed: int) -> Instance:
    """Return a random problem with more money in which some sites of different places are too near to one another."""
    instance, random = drawn(seed), np.random.default_rng(seed + 2000)
    at = {place: random.random(2) for place in dict.fromkeys(instance.sites.values())}
    distance = random.uniform(0.4, 0.9)
    pairs = [
        (site, other)
        for site, place in instance.sites.items()
        for other, there in instance.sites.items()
        if place < there and np.hypot(*(at[place] - at[there])) < distance
    ]
    return replace(instance, near_sites=cliques_of(pairs), budget_eur=instance.budget_eur + 1.2e6)


def drawn_with_zone_limits(seed: int) -> Instance:
    """Return a random problem in which posts of some professions are limited at some places."""
    instance, random = drawn(seed), np.random.default_rng(seed + 4000)
    places = list(dict.fromkeys(instance.sites.values()))
    kinds = {(place, name): random.integers(0, 4) for place in places for name in instance.professions}
    kinds[places[0], next(iter(instance.professions))] = 0  # one at least
    one_for_one = {key: int(random.integers(0, 2)) for key, kind in kinds.items() if kind == 0}
    limits = ZoneLimits(one_for_one, frozenset(key for key, kind in kinds.items() if kind == 1))
    return replace(instance, zone_limits=limits, budget_eur=instance.budget_eur + 1.2e6)


def drawn_with_satellites(seed: int) -> Instance:
    """Return a random problem with spacing in which one format is a satellite's, exempt from some other sites."""
    instance, random = drawn_with_spacing(seed), np.random.default_rng(seed + 4000)
    satellite = replace(instance.formats["small"], action="satellite")
    kept = [tuple(sorted(pair)) for pair in near_pairs(instance)]
    exempt = [pair for pair in sorted(kept) if random.random() < 0.4]
    return replace(
        instance,
        formats=instance.formats | {"satellite": satellite},
        capex_eur=instance.capex_eur | {(site, "satellite"): 3e5 for site in instance.sites if random.random() < 0.6},
        near_sites=cliques_of(pair for pair in kept if pair not in exempt),
        near_parents=tuple((other, site) for site, other in exempt),
    )


def drawn_with_openings(seed: int) -> Instance:
    """Return a random problem with more money and sites at few places, of which not all may open unless as extensions.

    The sites of two of the places may be too near to one another.
    """
    instance, random = drawn(seed), np.random.default_rng(seed + 5000)
    places = sorted({place for terms in instance.professions.values() for place in terms.pairs.place_ids})[:4]
    sites = {site: str(random.choice(places)) for site in instance.sites}
    at = replace(instance, sites=sites).sites_by_place
    limits = [(tuple(group), most) for group in at.values() if len(group) > (most := int(random.integers(1, 4)))]
    extended = [site for group, _ in limits for site in group if random.random() < 0.2]
    apart = [(site, other) for site in at.get(places[0], []) for other in at.get(places[-1], []) if site != other]
    return replace(
        instance,
        professions={name: replace(terms, pool=terms.pool + 6) for name, terms in instance.professions.items()},
        sites=sites,
        formats=instance.formats | {"extension": replace(instance.formats["large"], action="extension")},
        capex_eur=instance.capex_eur | {(site, "extension"): 9e5 for site in extended},
        budget_eur=instance.budget_eur + 2.4e6,
        near_sites=cliques_of(apart) if random.random() < 0.3 else (),
        openings_by_commune=tuple(limits),
    )


def drawn_with_installations(seed: int, share: float) -> Instance:
    """Return a random problem, posts moving in some, whose recruits draw on ordinary installations by a share."""
    instance, random = (drawn_with_moves if seed % 2 else drawn)(seed), np.random.default_rng(seed + 6000)
    professions = {}
    for name, terms in instance.professions.items():
        reserved = {
            place: min(kept, 0.5 * terms.capacity * terms.existing[place]) for place, kept in terms.reserved.items()
        }
        coming = {
            place: round(posts * random.random(), 3) for place, posts in terms.existing.items() if random.random() < 0.7
        }
        there = replace(
            terms, reserved=reserved, installations=coming, ordinary=sum(coming.values()), drawn_share=share
        )
        professions[name] = replace(there, pool=there.most_recruits(terms.pool))
    return replace(instance, professions=professions, budget_eur=instance.budget_eur + 1.2e6)


def drawn_with_zones(seed: int, *, in_cents: bool = False) -> Instance:
    """Return a random problem of two zones with fewest and most sites and money, sites forced, kept and barred so.

    With costs in cents, which have no large divisor, limits have several digits.
    """
    instance, random = drawn(seed), np.random.default_rng(seed + 7000)
    west = [site for site in instance.sites if random.random() < 0.5]
    cents = int(in_cents)
    zones = tuple(
        ZoneTerms(
            kind="epci",
            zone_id=name,
            sites=tuple(sites),
            opened=(int(random.integers(0, 2)), int(random.integers(1, 3))),
            spent_cents=(int(random.integers(0, 2)) * 60_000_000 + cents, 130_000_000 + 7 * cents),
        )
        for name, sites in (("west", west), ("east", [site for site in instance.sites if site not in west]))
    )
    sites = list(instance.sites)
    return replace(
        instance,
        capex_eur={
            key: capex + cents * number / 100 for number, (key, capex) in enumerate(instance.capex_eur.items(), 1)
        },
        budget_eur=instance.budget_eur + 3e6,
        forced_sites=(sites[0],),
        forced_formats={sites[0]: "large"} if random.random() < 0.5 else {},
        excluded_formats=((sites[1], "large"),),
        kept={(sites[2], "small"): dict.fromkeys(instance.professions, int(random.integers(0, 2)))},
        zones=zones,
    )


def drawn_with_targets(seed: int, *, by_zone: bool) -> Instance:
    """Return a random problem with more money in which shares of the need are to be served, in all or in a zone."""
    instance, random = drawn(seed), np.random.default_rng(seed + 8000)
    rich = replace(
        instance,
        professions={name: replace(terms, pool=terms.pool + 6) for name, terms in instance.professions.items()},
        budget_eur=instance.budget_eur + 2.4e6,
    )
    names = list(rich.professions)[: random.integers(1, len(rich.professions) + 1)]
    if not by_zone:
        shares = {name: random.uniform(0.5, 1.0) for name in names}
        return replace(rich, most_uncovered={name: share * rich.need(name) for name, share in shares.items()})
    points = [point for point in rich.inhabitants if random.random() < 0.5] or list(rich.inhabitants)
    zone = ZoneTerms("epci", "west", (), tuple(points), covered_share={name: random.uniform(0, 0.4) for name in names})
    return replace(rich, zones=(zone,))


def drawn_small(random: np.random.Generator, points_below: int, sites_below: int) -> Instance:
    """Return a random problem of few points, sites and posts, of which every plan can be looked at."""
    points = [f"i{n}" for n in range(random.integers(2, points_below))]
    places = [f"p{n}" for n in range(random.integers(2, 5))]
    names = ["gp", "nurse"][: random.integers(1, 3)]
    professions = {
        name: profession(
            {point: " ".join(place for place in places if random.random() < 0.7) for point in points},
            existing={place: 0.5 for place in places if random.random() < 0.3},
            capacity=300.0,
            weight=1.0 if name == "gp" else float(random.choice([0.01, 0.3])),
            pool=int(random.integers(1, 5)),
            paramedical=name != "gp",
        )
        for name in names
    }
    kinds = {
        "small": FormatTerms(dict.fromkeys(names, 0), dict.fromkeys(names, 1), 0, 0.0),
        "large": FormatTerms(dict.fromkeys(names, 1), dict.fromkeys(names, 2), 0, 0.0),
    }
    sites = {f"s{n}": str(random.choice(places)) for n in range(random.integers(2, sites_below))}
    people = {point: float(random.integers(0, 900)) for point in points}
    return problem(professions, people, sites=sites, formats=kinds, capex_eur={"small": 5e5, "large": 8e5})


def near_pairs(instance: Instance) -> set[tuple[str, str]]:
    """Return the pairs of sites too near to one another for both to open."""
    if "spacing" not in instance.constraints:
        return set()
    return {pair for group in instance.near_sites for pair in combinations(group, 2)}


def drawn_staff(instance: Instance, seed: int) -> dict[tuple[str, str], float]:
    """Return random posts at some sites, at most what a format takes."""
    random = np.random.default_rng(seed)
    most = {name: max(terms.most[name] for terms in instance.formats.values()) for name in instance.professions}
    return {
        (site, name): float(random.integers(0, most[name] + 1))
        for site in instance.sites
        for name in instance.professions
        if random.random() < 0.3
    }


class _Program:
    """A mixed-integer problem, filled column by column and row by row."""

    def __init__(self) -> None:
        self.columns: list[tuple[float, float, bool]] = []  # cost, upper bound, integer
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def column(self, cost: float = 0.0, upper: float = np.inf, *, integer: bool = False) -> int:
        self.columns.append((cost, upper, integer))
        return len(self.columns) - 1

    def row(self, terms: Mapping[int, float], lower: float, upper: float) -> None:
        self.rows.append((dict(terms), lower, upper))

    def least(self) -> float | None:
        """Return the least cost; None where nothing satisfies the rows."""
        cost, upper, integer = (np.array(part, float) for part in zip(*self.columns, strict=True))
        table = sp.lil_array((len(self.rows), len(cost)))
        for number, (terms, _, _) in enumerate(self.rows):
            for column, coefficient in terms.items():
                table[number, column] = coefficient
        lows, highs = (np.array([row[side] for row in self.rows], float) for side in (1, 2))
        found = milp(
            cost,
            constraints=LinearConstraint(sp.csr_array(table), lows, highs),
            integrality=integer,
            bounds=Bounds(0.0, upper),
            options={"mip_rel_gap": 0.0},
        )
        assert found.status in {0, 2}, found.message
        return float(found.fun) if found.status == 0 else None


def least_objective(instance: Instance, staff: Staff | None = None, *, relaxed: bool = False) -> float | None:
    """Return the least objective of an instance (FORMULATION.md, written out); None where there is no plan.

    Parameters
    ----------
    staff
        Posts by (site, profession): the least objective with these, whatever the rules on plans say.
    relaxed
        Whether sites and posts need not be whole.
    """
    program = _Program()
    posts: dict[tuple[str, str], int] = {}
    opened: dict[tuple[str, str], int] = {}
    if staff is None:
        opened, posts = _add_plan(program, instance, integer=not relaxed)
    for name in instance.professions:
        _add_need(program, instance, name, (opened, posts), staff or {})
    return program.least()


def _add_plan(
    program: _Program, instance: Instance, *, integer: bool
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    rules, formats, professions = instance.constraints, instance.formats, instance.professions
    opened = {
        key: program.column(capex if instance.measure == "cost" else 0.0, upper=1.0, integer=integer)
        for key, capex in instance.capex_eur.items()
    }
    posts = {(site, name): program.column(integer=integer) for site in instance.sites for name in professions}
    for site in instance.sites:
        here = {kind: opened[site, kind] for kind in formats if (site, kind) in opened}
        program.row(dict.fromkeys(here.values(), 1.0), -np.inf, 1.0)
        for name in professions:
            most = {column: -float(formats[kind].most[name]) for kind, column in here.items()}
            program.row({posts[site, name]: 1.0, **most}, -np.inf, 0.0)
            if "composition" in rules:
                fewest = {column: float(formats[kind].fewest[name]) for kind, column in here.items()}
                program.row({posts[site, name]: -1.0, **fewest}, -np.inf, 0.0)
        if "composition" in rules:
            team = {posts[site, name]: -1.0 for name, terms in professions.items() if terms.paramedical}
            needed = {column: float(formats[kind].paramedical_fewest) for kind, column in here.items()}
            program.row({**team, **needed}, -np.inf, 0.0)
        is_forced = "forced_sites" in rules and site in instance.forced_sites
        is_excluded = "excluded_sites" in rules and site in instance.excluded_sites
        program.row(dict.fromkeys(here.values(), 1.0), float(is_forced), float(not is_excluded))
    _add_money(program, instance, opened, posts)
    if "recruitment_pool" in rules:
        for name, terms in professions.items():
            program.row({posts[site, name]: 1.0 for site in instance.sites}, -np.inf, terms.pool)
    if "site_count" in rules:
        least, most_sites = instance.site_count
        program.row(dict.fromkeys(opened.values(), 1.0), least, np.inf if most_sites is None else most_sites)
    _add_spacing(program, instance, opened)
    _add_zone_limits(program, instance, opened, posts)
    _add_asked(program, instance, opened, posts)
    for place, name in {key for moved in instance.moved.values() for key in moved}:
        leaving = {opened[key]: -moved.get((place, name), 0.0) for key, moved in instance.moved.items()}
        leaving = {column: count for column, count in leaving.items() if count > 0}
        coming = professions[name].installations.get(place, 0.0) if _is_drawn(professions[name]) else 0.0
        program.row(leaving, -np.inf, professions[name].existing.get(place, 0.0) - coming + 1e-9)
    _add_installations(program, instance, posts)
    return opened, posts


def _add_installations(program: _Program, instance: Instance, posts: Mapping[tuple[str, str], int]) -> None:
    for name, terms in instance.professions.items():
        if _is_drawn(terms):
            recruits = {posts[site, name]: terms.drawn_share for site in instance.sites}
            program.row(recruits, -np.inf, terms.ordinary)


def _is_drawn(terms: ProfessionTerms) -> bool:
    return terms.drawn_share > 0 and terms.ordinary > 0


def _add_money(
    program: _Program,
    instance: Instance,
    opened: Mapping[tuple[str, str], int],
    posts: Mapping[tuple[str, str], int],
) -> None:
    """Add the limits of the two purses, in millions."""
    if "budget" in instance.constraints:
        works = {column: instance.capex_eur[key] / 1e6 for key, column in opened.items()}
        program.row(works, -np.inf, instance.budget_eur / 1e6)
    if "aid_budget" in instance.constraints and instance.aid_budget_eur is not None:
        aid = {column: instance.professions[name].installation_eur / 1e6 for (_, name), column in posts.items()}
        program.row(aid, -np.inf, instance.aid_budget_eur / 1e6)


def _add_spacing(program: _Program, instance: Instance, opened: Mapping[tuple[str, str], int]) -> None:
    for pair in near_pairs(instance):
        kinds = [column for (site, _), column in opened.items() if site in pair]
        program.row(dict.fromkeys(kinds, 1.0), -np.inf, 1.0)
    for first, parent in instance.near_parents if "spacing" in instance.constraints else ():
        own = [
            column
            for (site, kind), column in opened.items()
            if site == parent or (site == first and instance.formats[kind].action != "satellite")
        ]
        program.row(dict.fromkeys(own, 1.0), -np.inf, 1.0)
    for group, most in instance.openings_by_commune if "spacing" in instance.constraints else ():
        new = [
            column
            for (site, kind), column in opened.items()
            if site in group and instance.formats[kind].action != "extension"
        ]
        program.row(dict.fromkeys(new, 1.0), -np.inf, most)


def _add_asked(
    program: _Program,
    instance: Instance,
    opened: Mapping[tuple[str, str], int],
    posts: Mapping[tuple[str, str], int],
) -> None:
    """Add sites forced, barred or kept in a format, and what is asked of zones, money in millions."""
    for key in instance.forced_formats.items():
        program.row({opened[key]: 1.0}, 1.0, 1.0)
    for key in instance.excluded_formats:
        program.row({opened[key]: 1.0}, 0.0, 0.0)
    for key, team in instance.kept.items():
        program.row({opened[key]: 1.0}, 1.0, 1.0)
        for name, least in team.items():
            program.row({posts[key[0], name]: 1.0}, least, np.inf)
    for zone in instance.zones:
        inside = {key: column for key, column in opened.items() if key[0] in zone.sites}
        for limits, unit in ((zone.opened, 1), (zone.spent_cents, 100_000_000)):
            low, high = limits
            each = {column: 1.0 if unit == 1 else instance.capex_eur[key] / 1e6 for key, column in inside.items()}
            program.row(each, low / unit, np.inf if high is None else high / unit)


def _add_zone_limits(
    program: _Program,
    instance: Instance,
    opened: Mapping[tuple[str, str], int],
    posts: Mapping[tuple[str, str], int],
) -> None:
    if "recruitment_by_zone" not in instance.constraints:
        return
    limits = instance.zone_limits
    for (place, name), most in limits.one_for_one.items():
        program.row({posts[site, name]: 1.0 for site, at in instance.sites.items() if at == place}, -np.inf, most)
    for site, place in instance.sites.items():
        for name, terms in instance.professions.items():
            if (place, name) not in limits.composition_only:
                continue
            needed = {}
            for kind, format_terms in instance.formats.items():
                alone = format_terms.paramedical_fewest if terms.paramedical else 0
                if (site, kind) in opened:
                    most_needed = min(max(format_terms.fewest[name], alone), format_terms.most[name])
                    needed[opened[site, kind]] = -float(most_needed)
            program.row({posts[site, name]: 1.0, **needed}, -np.inf, 0.0)


def _add_need(  # noqa: C901, PLR0912 - the whole formulation of one profession
    program: _Program,
    instance: Instance,
    name: str,
    plan: tuple[Mapping[tuple[str, str], int], Mapping[tuple[str, str], int]],
    staff: Staff,
) -> None:
    opened, posts = plan
    terms = instance.professions[name]
    served: dict[str, dict[int, float]] = {point: {} for point in terms.need_index}
    left: dict[str, dict[int, float]] = {point: {} for point in terms.need_index}
    used: dict[str, dict[int, float]] = {}
    for point, place in zip(terms.pairs.demand_ids, terms.pairs.place_ids, strict=True):
        column = program.column()
        served[point][column] = 1.0
        used.setdefault(place, {})[column] = terms.need_index[point]
    widths = np.diff([0.0, *instance.band_upper_shares])
    for point, row in served.items():
        people, weight = instance.inhabitants[point], terms.weight * terms.need_index[point]
        for width, slope in zip(widths, instance.band_slopes, strict=True):
            column = program.column(0.0 if instance.measure == "cost" else weight * slope, width * people)
            row[column] = 1.0
            left[point][column] = terms.need_index[point]
        program.row(row, people, people)
    if name in instance.most_uncovered:
        every = {column: index for point in left for column, index in left[point].items()}
        program.row(every, -np.inf, instance.most_uncovered[name])
    for zone in instance.zones:
        if name in zone.covered_share:
            need = sum(instance.inhabitants[point] * terms.need_index[point] for point in zone.points)
            inside = {column: index for point in zone.points for column, index in left[point].items()}
            program.row(inside, -np.inf, (1 - zone.covered_share[name]) * need)
    for place, row in used.items():
        room = terms.capacity * terms.existing.get(place, 0.0) - terms.reserved.get(place, 0.0)
        for site, at in instance.sites.items():
            if at == place and (site, name) in posts:
                row[posts[site, name]] = -terms.capacity
            if at == place:
                room += terms.capacity * staff.get((site, name), 0.0)
        there = terms.existing.get(place, 0.0)
        net = terms.capacity - terms.reserved.get(place, 0.0) / there if there else 0.0
        for key, column in opened.items():
            moving = instance.moved.get(key, {}).get((place, name), 0.0)
            if moving:
                row[column] = -moving * (terms.capacity if moving > 0 else net)
        less = terms.drawn_share * net * terms.installations.get(place, 0.0) / terms.ordinary if _is_drawn(terms) else 0
        for column in (posts[site, name] for site in instance.sites if (site, name) in posts):
            row[column] = row.get(column, 0.0) + less
        room -= less * sum(staff.get((site, name), 0.0) for site in instance.sites)
        program.row(row, -np.inf, room)
