"""What gates found of a funding request, said in French or English with its figures."""

from datetime import date

from msp_siting.language import Fact, Language, decimal, percent, say, tell, whole
from msp_siting.requests import Figure, Finding, Value, Verdict, Word


def tell_finding(finding: Finding, language: Language) -> str:
    """Return what was found as a sentence with its figures."""
    return say(finding.key, language, **{name: _shown(value, language) for name, value in finding.values.items()})


def verdict_word(verdict: Verdict, language: Language) -> str:
    """Return a verdict as an officer says it (recevable, incomplet, irrecevable)."""
    return say(f"gate_verdict_{verdict}", language)


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
