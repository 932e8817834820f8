"""French as it is printed: apostrophes, spaces that do not break, and what stays as it is typed."""

import pytest

from msp_siting.language import typeset, typeset_page


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'ARS d'ici", "l\u2019ARS d\u2019ici"),
        ("Objet : quoi ? Non ; voilà !", "Objet\u00a0: quoi\u00a0? Non\u00a0; voilà\u00a0!"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("20 % de 1 234 567 €", "20\u00a0% de 1\u202f234\u202f567\u00a0€"),
        ("avec 20 M€", "avec 20\u00a0M€"),
        ("en 2024 512 communes", "en 2024 512 communes"),  # two numbers
        ("--set a='b' https://x.fr/l'a?b=c : fin", "--set a='b' https://x.fr/l'a?b=c\u00a0: fin"),
        ("voir models/d'ici.yaml", "voir models/d\u2019ici.yaml"),
        ("à 12:30", "à 12:30"),
        ("les '' vides", "les '' vides"),
    ],
)
def test_a_text_is_printed_as_french_is(typed: str, printed: str) -> None:
    assert typeset(typed, "fr") == printed
    assert typeset(printed, "fr") == printed
    assert typeset(typed, "en") == typed


def test_a_page_has_its_texts_printed_and_nothing_else() -> None:
    page = (
        '<p title="l\'a : b" id="l\'a" data-x="a : b"><a href="d\'ici : la">l&#39;ARS : ici</a>'
        "<code>l'a : b</code></p><style>a : b</style><script>const a = b ? 'c' : d;</script>"
    )
    assert typeset_page(page, "fr") == (
        '<p title="l\u2019a\u00a0: b" id="l\'a" data-x="a : b"><a href="d\'ici : la">l\u2019ARS\u00a0: ici</a>'
        "<code>l'a : b</code></p><style>a : b</style><script>const a = b ? 'c' : d;</script>"
    )
    assert typeset_page(page, "en") == page
