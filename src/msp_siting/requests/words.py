"""Words of funding requests: the value that each French or English spelling means (accents and case apart)."""

from collections.abc import Mapping

ACTIONS = {
    "creation": (
        *("creation", "creation d une msp", "creation d une maison de sante", "nouvelle msp", "new", "neuf"),
        *("construction", "construction neuve", "construction d une msp", "nouvelle construction"),
    ),
    "extension": ("extension", "agrandissement", "extension rehabilitation", "extension et rehabilitation"),
    "satellite": ("satellite", "antenne", "site secondaire", "cabinet secondaire", "annexe"),
    "regrouping": ("regrouping", "regroupement", "regroupement de professionnels"),
    "renovation": (
        *("renovation", "rehabilitation", "restructuration", "modernisation", "amenagement", "refurbishment"),
        *("renovation energetique", "mise aux normes", "travaux"),
    ),
    "relocation": ("relocation", "relocalisation", "transfert", "demenagement", "delocalisation"),
}
ZONING = {
    "ZIP": ("zip", "zone d intervention prioritaire", "zone intervention prioritaire"),
    "ZAC": ("zac", "zone d action complementaire", "zone action complementaire"),
    "ZAR": (
        *("zar", "zone d accompagnement regional", "zone d accompagnement regionale", "zone d accompagnement"),
        *("zone d appui regional", "zone d appui regionale"),
    ),
    "none": (
        *("none", "hors zonage", "hors zone", "hz", "aucun", "aucune", "unzoned", "non zone", "non zonee"),
        *("zone blanche", "hors vivier", "non"),
    ),
}
# Labels of a region's own, which are neither of the two that a decree defines; it is said that they are read so.
REGIONAL_ZONES = ("zv", "zone de vigilance", "zone vigilance")
OTHER_ZONES = {  # zones of taxes, of planning and of the EU, which people write there
    *("zrr", "zone de revitalisation rurale", "frr", "france ruralites revitalisation", "zfu", "zru", "qpv"),
    *("acv", "action coeur de ville", "pvd", "petites villes de demain", "afr", "zus"),
}
HEALTH_PROJECT = {
    "preparation": (
        *(
            "preparation",
            "en cours",
            "en cours d elaboration",
            "en elaboration",
            "en preparation",
            "en cours d ecriture",
        ),
        *("en cours de redaction", "en projet", "a rediger", "en construction", "in preparation", "in progress"),
    ),
    "letter": ("letter", "lettre", "lettre d intention", "letter of intent", "intention"),
    "filed": (
        *("filed", "depose", "deposee", "depose a l ars", "depose aupres de l ars", "transmis", "transmis a l ars"),
        *("en cours d instruction", "en instruction", "en cours de validation", "en attente de validation"),
    ),
    "validated": (
        *("validated", "valide", "validee", "valide ars", "valide par l ars", "validation ars", "approuve"),
        *("labellise", "labellisee", "labellise ars", "labellise par l ars", "labellisee ars", "signe"),
        *("conforme", "approuve par l ars"),
    ),
}
OPINIONS = {
    "favourable": ("favourable", "favorable", "avis favorable", "tres favorable"),
    "reserved": (
        *("reserved", "reserve", "reservee", "avec reserves", "favorable avec reserves", "avis reserve"),
        *("avis favorable avec reserves", "favorable sous reserve", "avis favorable sous reserve"),
    ),
    "unfavourable": ("unfavourable", "unfavorable", "defavorable", "avis defavorable"),
}
OWNERS = {
    "commune": ("commune", "mairie", "ville", "collectivite communale", "commune nouvelle", "ccas"),
    "epci": (
        *("epci", "cc", "ca", "cu", "communaute de communes", "communaute d agglomeration", "communaute urbaine"),
        *("metropole", "intercommunalite", "com com", "comcom", "agglomeration", "agglo"),
    ),
    "mixed_syndicate": (
        *("mixed syndicate", "syndicat mixte", "syndicat", "sivom", "sivu", "petr", "syndicat intercommunal"),
    ),
    "department": ("department", "departement", "conseil departemental"),
    "region": ("region", "conseil regional"),
    "hospital": ("hospital", "hopital", "centre hospitalier", "etablissement de sante", "ch", "chu", "ghp"),
    "social_landlord": ("social landlord", "bailleur social", "bailleur", "oph", "office hlm"),
    "semi_public_company": ("semi public company", "sem", "spl", "societe d economie mixte"),
    "sci": ("sci", "societe civile immobiliere"),
    "sisa": ("sisa", "societe interprofessionnelle de soins ambulatoires"),
    "association": ("association", "asso", "association loi 1901"),
    "private": (
        *("private", "prive", "privee", "scm", "selarl", "selas", "selafa", "scp", "sarl", "sas", "sasu", "eurl"),
        *("societe civile de moyens", "societe d exercice liberal", "societe", "promoteur", "promoteur prive"),
        *("investisseur prive", "professionnels de sante", "professionnel de sante"),
    ),
    "other": ("other", "autre", "autres"),
}
FLAG_WORDS = {
    True: ("oui", "yes", "true", "vrai", "1", "x", "o", "y"),
    False: ("non", "no", "false", "faux", "0", "n"),
}

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "owner_type": OWNERS,
    "action": ACTIONS,
    "zoning_status": ZONING,
    "projet_sante_status": HEALTH_PROJECT,
    "cpts_opinion": OPINIONS,
}

# What stands for "not stated" besides what does so in every column.
NOT_YET = frozenset(
    {
        *("a definir", "a preciser", "a determiner", "a completer", "a confirmer", "en attente", "inconnu", "inconnue"),
        *(
            "non renseigne",
            "non renseignee",
            "non communique",
            "non communiquee",
            "non precise",
            "non connu",
            "nr",
            "nd",
        ),
        *("non determine", "non defini", "ne sait pas", "nsp", "tbd", "to be defined", "unknown"),
    }
)
NO_OPINION = frozenset({"sans avis", "neant", "aucun", "aucun avis", "pas d avis", "non sollicite", "non sollicitee"})
NOTHING = frozenset({"neant", "aucun", "aucune", "rien", "zero", "nul", "none"})  # 0, of amounts and people
NUMBERS = {
    word: number
    for number, word in enumerate(
        (
            *("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
            *("treize", "quatorze", "quinze", "seize", "dix sept", "dix huit", "dix neuf", "vingt"),
        )
    )
} | {"une": 1}
MONTHS = {
    word: month
    for month, words in enumerate(
        (
            ("janvier", "janv", "jan", "january"),
            ("fevrier", "fevr", "fev", "feb", "february"),
            ("mars", "mar", "march"),
            ("avril", "avr", "apr", "april"),
            ("mai", "may"),
            ("juin", "jun", "june"),
            ("juillet", "juil", "jul", "july"),
            ("aout", "aou", "aug", "august"),
            ("septembre", "sept", "sep", "september"),
            ("octobre", "oct", "october"),
            ("novembre", "nov", "november"),
            ("decembre", "dec", "december"),
        ),
        start=1,
    )
    for word in words
}
ABOUT = r"(?:env(?:iron|\.)?|approx(?:imativement|\.)?|pr[eè]s\s+de|autour\s+de|ca\.?|about|[~≈])\s*"
PEOPLE = (  # what people put behind a number of them, as a regular expression
    r"m[eé]decins?(?:\s+g[eé]n[eé]ralistes?)?|g[eé]n[eé]ralistes?|MG|infirmi(?:er|[eè]re)s?(?:\(e\)s?|·e·s)?|IDEL?S?|"
    r"kin[eé]s?(?:ith[eé]rapeutes?)?|MK|sages?[- ]femmes?|SF|personnes?|praticiens?|professionnels?|PS|postes?|"
    r"GPs?|nurses?"
)
