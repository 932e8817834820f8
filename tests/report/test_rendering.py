"""Templates: what is put into a page is escaped, a drawing is taken in as it is."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from msp_siting.report.chart import Chart, Mark, Texts, draw_chart
from msp_siting.report.rendering import draw, render
from msp_siting.report.wording import Wording


def test_a_drawing_is_markup_whose_texts_are_escaped() -> None:
    texts = Texts(Wording("en"))
    drawing = draw_chart(Chart("<b>", "x", "y", [Mark(1, 1, 1, 1, "a & b")]), texts, texts)
    assert isinstance(drawing, Markup)
    assert drawing.startswith("<svg ")
    assert 'aria-label="&lt;b&gt;"' in drawing
    assert "<title>a &amp; b</title>" in drawing
    assert Markup("<p>{}</p>").format(drawing) == f"<p>{drawing}</p>"  # as a page takes it in


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'chart' is undefined"):
        draw("chart.svg.j2", width=1, height=1)


def test_a_page_allows_its_own_script_and_nothing_else() -> None:
    page = render("layout.html.j2", language="en", say=lambda key: key, caveats=[], day="30 November 2026")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    script = re.search(r"<script>(.*)</script>", page, re.DOTALL)
    assert policy
    assert script
    known_by = b64encode(sha256(script[1].encode()).digest()).decode()
    assert policy[1] == f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{known_by}'"
    assert "</" not in script[1]
