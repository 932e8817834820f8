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


def render(template: str, **values: object) -> str:
    """Return a page: a template of ``report/templates`` with its values put in."""
    return _environment().get_template(template).render(**values, script=page_script(), script_hash=_script_hash())


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


@cache
def _script_hash() -> str:
    """Return what a Content-Security-Policy knows the script by."""
    return "sha256-" + b64encode(sha256(page_script().encode()).digest()).decode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("msp_siting.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
