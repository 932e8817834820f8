"""Templates: everything put into one is escaped, and a name that is not given is an error."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape


def render(template: str, **values: object) -> str:
    """Return a page: a template of ``report/templates`` with its values put in."""
    return _environment().get_template(template).render(**values)


def draw(template: str, **values: object) -> Markup:
    """Return a drawing, which a page takes in as it is: a template with its values put in and escaped."""
    return escape(_environment().get_template(template).make_module(values))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("msp_siting.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
