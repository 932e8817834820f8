"""Templates: what is put into a page is escaped, a drawing is taken in as it is."""

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from msp_siting.report.chart import Chart, Mark, Texts, draw_chart
from msp_siting.report.rendering import draw
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
