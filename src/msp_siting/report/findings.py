"""What gates found of a funding request, said in French or English with its figures."""

from datetime import date

from msp_siting.language import Fact, Language, decimal, percent, say, tell, whole
from msp_siting.requests import VERDICTS, Figure, Finding, GateReport, Gates, Value, Verdict, Word


def tell_finding(finding: Finding, language: Language) -> str:
    """Return what was found as a sentence with its figures."""
    return say(finding.key, language, **{name: _shown(value, language) for name, value in finding.values.items()})


def verdict_word(verdict: Verdict, language: Language) -> str:
    """Return a verdict as an officer says it (recevable, incomplet, règle non respectée, irrecevable)."""
    return say(f"gate_verdict_{verdict}", language)


def verdict_words(report: GateReport, gates: Gates, language: Language) -> str:
    """Return the verdict on a request; where funders differ, each with those whose it is, the worst first."""
    if len(set(report.by_funder.values())) < 2:  # noqa: PLR2004 - one verdict of all
        return verdict_word(report.verdict, language)
    groups = []
    for verdict in reversed(VERDICTS):
        names = [funder_name(gates, name, language) for name, own in report.by_funder.items() if own == verdict]
        if names:
            word = verdict_word(verdict, language)
            groups.append(say("gate_verdict_of", language, verdict=word, funders=", ".join(names)))
    return say("sheet_separator", language).join(groups)


def funder_name(gates: Gates, funder: str, language: Language) -> str:
    """Return what a funder is called; one that the gates do not know by its name in the request."""
    known = gates.funders.get(funder)
    return funder.replace("_", " ") if known is None else known.title[language]


def _shown(value: Value, language: Language) -> str:
    """Return a value as a sentence shows it."""
    match value:
        case Figure():
            return _figure(value, language)
        case tuple():
            return ", ".join(_word(word, language) for word in value)
        case date():
            return value.strftime("%d/%m/%Y") if language == "fr" else value.isoformat()
        case Fact():
            return tell(value, language)
        case str():
            return value
        case _:
            return value[language]


def _word(word: Word, language: Language) -> str:
    if isinstance(word.value, bool):
        answer = say("request_word_true" if word.value else "request_word_false", language)
        return say("request_flag", language, fact=say(f"request_fact_{word.fact}", language), answer=answer)
    return say(f"request_word_{word.value}", language)


def _figure(figure: Figure, language: Language) -> str:
    amount = figure.amount
    if amount is None:
        return say("page_unknown_value", language)
    if figure.unit == "share":
        return percent(amount, language, figure.digits)
    text = whole(amount, language) if float(amount).is_integer() else decimal(amount, language, 2)
    return say(f"gate_unit_{figure.unit}", language, amount=text)
