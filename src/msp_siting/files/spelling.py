"""Words as people vary them: case, accents, ligatures, hyphens and apostrophes told apart no more."""

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss"})


def fold(text: str) -> str:
    """Return lower-case letters (of any script) and digits without accents, every run of anything else as one space."""
    apart = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", plain.casefold()).strip()
