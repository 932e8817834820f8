"""How lists of communes call zones and statuses: headings of columns, and the word that each spelling means."""

import re
from collections.abc import Mapping

from msp_siting.language import fold

GP_NAMES = {"ZIP": "ZIP", "ZAC": "ZAC", "ZAR": "ZAR", "none": "Hors zonage"}
NURSE_NAMES = {
    "tres_sous_dotee": "Infirmiers : très sous-dotée",
    "sous_dotee": "Infirmiers : sous-dotée",
    "intermediaire": "Infirmiers : intermédiaire",
    "tres_dotee": "Infirmiers : très dotée",
    "sur_dotee": "Infirmiers : sur-dotée",
}
GP_SPELLINGS = {
    "ZIP": {"zip", "zone d intervention prioritaire", "zone intervention prioritaire"},
    "ZAC": {"zac", "zone d action complementaire", "zone action complementaire"},
    "ZAR": {"zar", "zone d accompagnement regional", "zone d accompagnement", "zone d appui regional"},
    "none": {
        *("none", "hors zonage", "hors zone", "hz", "hv", "hors vivier", "zone blanche", "non zone", "non zonee"),
        *("zv", "zone de vigilance", "vigilance"),
    },
}
NAMES_OF: Mapping[str, tuple[str, ...]] = {
    "gp_zoning": (
        *("Zonage", "Zone", "Zonage médecins", "Zonage médecins généralistes", "Zonage médecin généraliste"),
        *("Zonage ARS", "Zone ARS", "Zonage MG", "Type de zone", "Statut", "Classement", "Qualification"),
    ),
    "nurse_zoning": (
        *("Zonage", "Zone", "Zonage infirmiers", "Zonage infirmier", "Zonage IDEL", "Zonage IDE", "Type de zone"),
        *("Niveau de dotation", "Dotation", "Statut", "Classement", "Qualification"),
    ),
    "tvs": (
        *("TVS", "Nom TVS", "Nom du TVS", "Libellé TVS", "Territoire de vie-santé", "LIB_TVS"),
        *("Libellé du territoire de vie-santé", "Nom du territoire de vie-santé", "Libellé du TVS"),
    ),
    "cpts": ("CPTS", "Nom CPTS", "Nom de la CPTS", "Libellé CPTS", "Libellé de la CPTS"),
    "canton": ("Canton", "Nom du canton", "Nom canton", "Libellé canton", "Libellé du canton"),
    "cls": ("CLS", "Nom du CLS", "Nom CLS", "Contrat local de santé", "Libellé CLS"),
    "qpv": ("QPV", "Nom du QPV", "Nom QPV", "Quartier prioritaire", "Nom du quartier", "Libellé QPV", "Nom QP"),
    "epci": ("EPCI", "Nom EPCI", "Nom de l'EPCI", "Libellé EPCI", "Libellé de l'EPCI", "LIBEPCI", "Intercommunalité"),
}
CODES_OF: Mapping[str, tuple[str, ...]] = {
    "tvs": ("tvs_id", "Code TVS", "Code du TVS", "Code du territoire de vie-santé", "Numéro TVS", "N° TVS"),
    "cpts": ("cpts_id", "Code CPTS", "Numéro CPTS", "N° CPTS"),
    "canton": ("canton_id", "Code canton", "Code du canton"),
    "cls": ("cls_id", "Code CLS", "Numéro CLS", "N° CLS"),
    "qpv": ("qpv_id", "Code QPV", "Code du QPV", "Code QP", "Code quartier"),
    "epci": ("epci_id", "Code EPCI", "SIREN EPCI", "SIREN", "N° SIREN", "Code SIREN"),
}
KINDS = tuple(NAMES_OF)
PROFESSION_OF = {"gp_zoning": "gp", "nurse_zoning": "nurse"}
NUMBER = re.compile(r"^\d+b?[_.\s-]*")  # before a word, by which maps are ordered


def words_of(kind: str) -> Mapping[str, str]:
    """Return the statuses of a zoning, each with the name of its zone; none for a kind that is no zoning."""
    return {"gp_zoning": GP_NAMES, "nurse_zoning": NURSE_NAMES}.get(kind, {})


def status_of(kind: str, label: str) -> str | None:
    """Return the status that a label of a zoning means (``1_ZIP``, ``Zone très sous-dotée``), or None."""
    word = fold(NUMBER.sub("", label.strip()))
    if kind == "gp_zoning":
        return next((status for status, spellings in GP_SPELLINGS.items() if word in spellings), None)
    bare = (
        word.removeprefix("zone ")
        .removeprefix("zones ")
        .replace("dotees", "dotee")
        .replace("intermediaires", "intermediaire")
    )
    status = re.sub(r"^(tres_sous|sous|sur|tres)_?dotee$", r"\1_dotee", bare.replace(" ", "_"))
    return status if status in NURSE_NAMES else None
