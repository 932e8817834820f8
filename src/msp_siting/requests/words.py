"""Words of funding requests: the value that each French or English spelling means (accents and case apart)."""

from collections.abc import Mapping

ACTIONS = {
    "creation": ("creation", "nouvelle msp", "new"),
    "extension": ("extension", "agrandissement"),
    "satellite": ("satellite", "antenne"),
    "regrouping": ("regrouping", "regroupement"),
}
ZONING = {
    "ZIP": ("zip", "zone d intervention prioritaire"),
    "ZAC": ("zac", "zone d action complementaire"),
    "none": ("none", "hors zonage", "hors zone", "hz", "aucun", "unzoned"),
}
HEALTH_PROJECT = {
    "letter": ("letter", "lettre", "lettre d intention", "letter of intent"),
    "filed": ("filed", "depose", "deposee"),
    "validated": ("validated", "valide", "validee"),
}
OPINIONS = {
    "favourable": ("favourable", "favorable"),
    "reserved": ("reserved", "reserve", "reservee", "avec reserves", "favorable avec reserves"),
    "unfavourable": ("unfavourable", "unfavorable", "defavorable"),
}
OWNERS = {
    "commune": ("commune", "mairie", "ville"),
    "epci": (
        "epci",
        "cc",
        "ca",
        "cu",
        "communaute de communes",
        "communaute d agglomeration",
        "communaute urbaine",
        "metropole",
    ),
    "mixed_syndicate": ("mixed syndicate", "syndicat mixte", "syndicat", "sivom", "sivu", "petr"),
    "department": ("department", "departement"),
    "region": ("region",),
    "hospital": ("hospital", "hopital", "centre hospitalier", "etablissement de sante"),
    "social_landlord": ("social landlord", "bailleur social"),
    "semi_public_company": ("semi public company", "sem", "spl"),
    "sci": ("sci",),
    "sisa": ("sisa",),
    "association": ("association",),
    "private": ("private", "prive", "privee"),
    "other": ("other", "autre"),
}
FLAGS = {True: ("oui", "yes", "true", "vrai", "1", "x"), False: ("non", "no", "false", "faux", "0")}

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "owner_type": OWNERS,
    "action": ACTIONS,
    "zoning_status": ZONING,
    "projet_sante_status": HEALTH_PROJECT,
    "cpts_opinion": OPINIONS,
}
