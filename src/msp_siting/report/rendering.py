"""Templates: everything put into one is escaped, and a name that is not given is an error.

Pages have one script, of the files of ``report/scripts`` in the order of their names; a page allows it by its sha256,
and nothing else: no other script, no request. Without it a page shows all that it has.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from msp_siting.language import Language, typeset_page


def render(template: str, *, language: Language, **values: object) -> str:
    """Return a page: a template of ``report/templates`` with its values put in, typeset as its language is."""
    page = _environment().get_template(template)
    text = page.render(**values, language=language, script=page_script(), script_hash=_script_hash())
    return typeset_page(text, language)


def draw(template: str, **values: object) -> Markup:
    """Return a drawing, which a page takes in as it is: a template with its values put in and escaped."""
    return escape(_environment().get_template(template).make_module(values))


@cache
def page_script() -> Markup:
    """Return the script of every page: that of each file in a scope of its own."""
    rooms = sorted(
        (each for each in files("msp_siting.report").joinpath("scripts").iterdir()), key=lambda each: each.name
    )
    texts = (each.read_text(encoding="utf-8") for each in rooms if each.name.endswith(".js"))
    return Markup("\n").join(Markup("{{\n{}}}").format(Markup(text)) for text in texts)  # noqa: S704 - our own files


def css_string(text: str) -> Markup:
    """Return a text as a string of CSS: whatever might end it, or the style that it stands in, as its number."""
    plain = Markup(text).unescape() if isinstance(text, Markup) else str(text)  # noqa: S704 - made plain text
    return Markup('"{}"').format(Markup("").join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in plain))


@cache
def _script_hash() -> str:
    """Return what a Content-Security-Policy knows the script by."""
    return "sha256-" + b64encode(sha256(page_script().encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("msp_siting.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["css_string"] = css_string
    return environment
