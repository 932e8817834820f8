"""Columns of a funding request, and the headings that mean them in the files of Régions, départements and ARS."""

import re
from collections.abc import Collection, Mapping

from msp_siting.files import Column, Table, fold, optional_column
from msp_siting.requests.cells import READERS

COMPULSORY = ("request_id", "place_id")
FIXED = frozenset({*COMPULSORY, *READERS, "finess_id", "tvs_id", "gp_joining_from_place_ids"})
FUNDER = re.compile(r"(requested|acquired)_eur_([a-z][a-z0-9_]*)")
NEW_POSTS = re.compile(r"([a-z][a-z0-9_]*)_new_committed")
# Headings that mean a column, whatever their case and accents. One that may mean two (the GPs there today, or those of
# the project?) is not among them: its column is not read, and is named in the summary.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "request_id": (
        *("N° dossier", "N° de dossier", "No dossier", "No de dossier", "Num dossier", "Numéro dossier"),
        *("Numéro de dossier", "Dossier", "Référence", "Référence dossier", "Référence du dossier", "Réf dossier"),
        *("ID dossier", "Identifiant", "Identifiant du dossier", "N° demande", "Numéro de demande"),
    ),
    "place_id": (
        *("Code INSEE", "INSEE", "CODGEO", "Code commune", "Code INSEE commune", "Code INSEE de la commune"),
        *("Code commune INSEE", "Code officiel géographique", "DEPCOM", "INSEE_COM", "commune_id"),
    ),
    "place_name": (
        "Commune",
        "Nom commune",
        "Nom de la commune",
        "Commune d'implantation",
        "Libellé commune",
        "LIBGEO",
    ),
    "project_name": (
        *("Nom du projet", "Projet", "Intitulé", "Intitulé du projet", "Libellé du projet", "Nom de la MSP"),
        *("Nom de la structure", "Nom du dossier", "Objet"),
    ),
    "owner_name": ("Maître d'ouvrage", "Maîtrise d'ouvrage", "Nom du maître d'ouvrage", "Porteur", "Porteur de projet"),
    "owner_type": ("Type de maître d'ouvrage", "Statut du maître d'ouvrage", "Nature du maître d'ouvrage"),
    "siret": ("N° SIRET", "Numéro SIRET"),
    "address": ("Adresse", "Adresse du projet"),
    "lon": ("Longitude",),
    "lat": ("Latitude",),
    "action": (
        *("Nature", "Nature du projet", "Nature de l'opération", "Nature des travaux", "Type de projet"),
        *("Type d'opération", "Opération"),
    ),
    "finess_id": ("FINESS", "N° FINESS", "Numéro FINESS", "FINESS ET"),
    "tvs_id": ("TVS", "Code TVS", "Territoire de vie-santé"),
    "zoning_status": ("Zonage", "Zonage ARS", "Zonage médecins", "Zonage médecins généralistes", "Zone ARS"),
    "qpv": ("En QPV", "Quartier prioritaire"),
    "projet_sante_status": ("Projet de santé", "Statut du projet de santé", "État du projet de santé"),
    "validation_date": ("Date de validation", "Date de validation du projet de santé"),
    "legal_form": ("Forme juridique",),
    "aci_status": ("ACI", "Statut ACI"),
    "gp_present": (
        *("Médecins présents", "Médecins généralistes présents", "Nb de médecins présents", "MG présents"),
        *("Nombre de médecins généralistes présents", "Nombre de médecins présents", "Nb médecins présents"),
    ),
    "nurses": ("Infirmiers", "Nb d'infirmiers", "Nb infirmiers", "Nombre d'infirmiers", "IDE", "Nombre d'IDE"),
    "physiotherapists": (
        *("Kinésithérapeutes", "Masseurs-kinésithérapeutes", "Kinés", "Nb de kinés", "Nombre de kinés"),
        *("Nb de kinésithérapeutes", "Nombre de kinésithérapeutes"),
    ),
    "midwives": ("Sages-femmes", "Nb de sages-femmes", "Nombre de sages-femmes"),
    "others": ("Autres professionnels", "Autres professionnels de santé"),
    "assistants": ("Assistants médicaux", "Nb d'assistants médicaux", "Nombre d'assistants médicaux"),
    "land_eur": ("Foncier", "Foncier HT", "Acquisition foncière", "Coût du foncier HT", "Acquisition"),
    "works_eur": ("Travaux", "Travaux HT", "Montant des travaux HT", "Coût des travaux HT"),
    "fees_eur": (
        "Honoraires",
        "Honoraires HT",
        "Maîtrise d'œuvre",
        "Études et honoraires",
        "Montant des honoraires HT",
    ),
    "equipment_eur": ("Équipement", "Équipement HT", "Équipements", "Équipements HT", "Mobilier et équipement"),
    "excluded_eur": ("Dépenses inéligibles", "Dépenses inéligibles HT", "Dépenses non éligibles"),
    "capex_ht_eur": (
        *("Coût total HT", "Montant total HT", "Coût HT", "Coût du projet HT", "Coût total du projet HT"),
        *("Montant du projet HT", "Investissement HT", "Montant HT", "Montant de l'opération HT", "Dépense totale HT"),
        *("Coût de l'opération HT", "Coût prévisionnel HT", "Montant total des dépenses HT"),
    ),
    "owner_eur": ("Autofinancement", "Autofinancement HT", "Part du maître d'ouvrage", "Fonds propres"),
    "floor_m2": ("Surface", "Surface m2", "Surface m²", "Surface en m2", "Surface utile m2", "Surface de plancher"),
    "rent_eur_m2_year": ("Loyer", "Loyer au m2", "Loyer annuel au m2", "Loyer €/m²/an"),
    "occupancy_share": ("Taux d'occupation", "Occupation"),
    "opening_date": (
        *(
            "Date d'ouverture",
            "Date d'ouverture prévue",
            "Ouverture",
            "Ouverture prévue",
            "Date prévisionnelle d'ouverture",
        ),
        *("Mise en service", "Date de mise en service"),
    ),
    "unscheduled_care": ("Soins non programmés", "SNP"),
    "sector1": ("Secteur 1",),
    "clinical_training": ("Maîtrise de stage", "Terrain de stage", "Accueil de stagiaires", "Maître de stage"),
    "cpts_opinion": ("Avis CPTS", "Avis de la CPTS"),
    "cls": ("Contrat local de santé",),
}
OF = r"(?:montant (?:(?:de|d) (?:(?:la|l) )?)?)?"
MONEY = {  # whose aid stands behind, as in "Subvention demandée Région"
    "requested": rf"{OF}(?:subvention|aide|financement|montant) (?:demandee?|sollicitee?)",
    "acquired": rf"{OF}(?:subvention|aide|financement|montant) (?:acquise?|obtenue?|accordee?|notifiee?)",
}
FROM_WHOM = r"(?: (?:a|au|aupres|de|du|par|le|la|l|d|des))*"
NOBODY = "ht|ttc|eur|euro|euros|en|total|totale|demande|montant"
FUNDERS = {  # as French headings call those of models/gates.yaml
    "state": "etat",
    "department": "departement|conseil departemental",
    "region": "region|conseil regional",
}


def request_columns(professions: Collection[str]) -> Table:
    """Return the columns that a file of requests may have under a model with these professions."""
    fixed = [_column(name, required=name in COMPULSORY, aliases=ALIASES.get(name, ())) for name in sorted(FIXED)]
    posts = [_column(f"{name}_new_committed") for name in dict.fromkeys(["gp", *professions])]
    named = [
        _aid(kind, funder, f"{money}{FROM_WHOM} (?:{words})")
        for kind, money in MONEY.items()
        for funder, words in FUNDERS.items()
    ]
    others = [
        _aid(kind, r"\1", rf"{money}{FROM_WHOM} (?!(?:{NOBODY})\b)([a-z][a-z0-9]*)") for kind, money in MONEY.items()
    ]
    return Table("requests", (*fixed, *posts, *named, *others), ("request_id",), may_be_empty=True)


def aid_of_nobody(heading: str) -> str | None:
    """Return ``requested`` or ``acquired`` for a heading of aid that does not say whose, else None."""
    folded = fold(heading)
    found = (kind for kind, money in MONEY.items() if re.fullmatch(rf"{money}(?: (?:{NOBODY}))*", folded))
    return next(found, None)


def _column(name: str, *, required: bool = False, aliases: tuple[str, ...] = ()) -> Column:
    return Column(name, "text", required=required, may_be_empty=True, aliases=aliases)


def _aid(kind: str, funder: str, alias: str) -> Column:
    pattern = rf"{kind}_eur_[a-z][a-z0-9_]*"
    name = f"{kind}_eur_{funder}"
    return optional_column(pattern, "text", pattern=True, aliases=(alias,), alias_name=name)
