"""Messages' Markdown as HTML."""

import pytest

from remembrancer.web.markdown_html import to_html

TABLE = "## Delivery\n\n| Delivery | Number |\n|---|---:|\n| On track | 12 |\n"


def test_headings_fit_below_the_pages_own() -> None:
    assert to_html("# A\n\n## B", 3) == "<h3>A</h3>\n<h4>B</h4>\n"


def test_headings_go_no_deeper_than_there_are_levels() -> None:
    assert "<h6>A</h6>" in to_html("##### A", 4)


def test_a_table_has_heads_for_its_columns_and_rows_in_a_named_frame() -> None:
    html = to_html(TABLE)
    assert '<div class="frame" role="group" tabindex="0" aria-label="Delivery"><table>' in html
    assert '<th class="number short" scope="col">Number</th>' in html
    assert '<th class="short" scope="row">On track</th>' in html
    assert '<td class="number short">12</td>' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[a](javascript:alert(1))",
        "![a](http://evil.example/a.png)",
        "<http://evil.example>",
        "[a]\n\n[a]: http://evil.example",
        "| a |\n|---|\n| <img src=x> |",
    ],
)
def test_nothing_links_loads_or_runs(hostile: str) -> None:
    html = to_html(hostile)
    assert not any(tag in html for tag in ("<script", "<a", "<img"))
