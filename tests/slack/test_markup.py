"""Markdown as Slack's blocks and text: whatever people write arrives whole and literally."""

import html

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remembrancer.bot.platform.markdown import parse
from remembrancer.bot.slack.outbound.blocks import blocks, fallback_of
from remembrancer.wording import escape
from tests.platform_limits.slack import problems
from tests.slack.content import elements, leaves

TEXT_ONLY = {"rich_text", "rich_text_section", "text"}
NASTY = (
    *("<!channel>", "<!here|here>", "<@U012AB3CD>", "<#C1|x>", "<http://x.example.org|y>", "http://x.example.org"),
    *("*b*", "_i_", "~s~", "`c`", "```\ncode\n```", "**b**", "[a](http://x.example.org)", "![a](b)", ":tada:", "@here"),
    *(
        "a|b",
        "| a |\n|---|",
        "# h",
        "- x",
        "1. x",
        "> q",
        "---",
        "&amp;",
        "&lt;b&gt;",
        "<b>x</b>",
        "\\*",
        "a\rb",
        "a\0b",
    ),
    *("\u202eright to left\u202c", "שלום", "a\u2028b", "​", "x    code", "~~~", "&#60;", "a  \nb", "***"),
)
WRITTEN = st.lists(st.sampled_from(NASTY) | st.text(), max_size=4).map("".join).map(str.lstrip)


def wanted(text: str) -> str:
    """The text as a person sees it: on one line, as wording.escape gives it, and without what no font has."""
    flat = " ".join(text.split()) if "\n" in text or "\r" in text else text
    return flat.replace("\0", "\ufffd")


@pytest.mark.parametrize("text", NASTY)
def test_what_could_ping_link_or_format_stands_as_it_was_written(text: str) -> None:
    made = blocks(f"Said: x{escape(text)}x")
    assert "".join(leaves(made)) == f"Said: x{wanted(text)}x"
    assert {each["type"] for each in elements(made)} == TEXT_ONLY
    assert "style" not in str(made)


@given(WRITTEN)
@example("*")
@example("\\")
def test_any_text_of_a_person_arrives_whole_in_blocks_of_text(text: str) -> None:
    made = blocks(f"- **{escape('Ref ' + text + ' .')}** x{escape(text)}x")
    assert "".join(leaves(made)) == f"{wanted('Ref ' + text + ' .')} x{wanted(text)}x"
    assert {each["type"] for each in elements(made)} <= TEXT_ONLY | {"rich_text_list"}
    assert problems("message", {"text": "x", "blocks": made}) == []


@given(WRITTEN)
def test_any_text_of_a_person_is_whole_in_the_fallback_and_names_nobody(text: str) -> None:
    said = fallback_of(parse(f"**Said** x{escape(text)}x"))
    assert "<" not in said
    assert ">" not in said
    assert html.unescape(said.replace("&amp;", "&#38;")) == f"Said x{wanted(text)}x"


@given(st.lists(WRITTEN, min_size=1, max_size=6))
def test_any_text_of_a_person_arrives_whole_in_the_cells_of_a_table(cells: list[str]) -> None:
    row = " | ".join(f"x{escape(cell)}x" for cell in cells)
    head = "|".join("A" for _ in cells)
    made = blocks(f"|{head}|\n|{'---|' * len(cells)}\n| {row} |")
    assert [cell["text"] for cell in made[0]["rows"][1]] == [f"x{wanted(cell)}x" for cell in cells]


def test_the_first_level_of_heading_is_a_header_and_deeper_ones_are_bold() -> None:
    header, below = blocks("# Title\n\n## Section\n\ntext")
    assert header == {"type": "header", "text": {"type": "plain_text", "text": "Title", "emoji": False}}
    title, gap, text = below["elements"][0]["elements"]
    assert title == {"type": "text", "text": "Section", "style": {"bold": True}}
    assert gap["text"] + text["text"] == "\ntext"


def test_a_heading_too_long_for_a_header_is_bold() -> None:
    assert blocks("# " + "x" * 150)[0]["type"] == "header"
    long = blocks("# " + "x" * 151)
    assert problems("message", {"text": "x", "blocks": long}) == []
    assert long[0]["elements"][0]["elements"] == [{"type": "text", "text": "x" * 151, "style": {"bold": True}}]


def test_bold_code_and_italics_are_styles() -> None:
    runs = blocks("a **b** `c` *d* ***e***")[0]["elements"][0]["elements"]
    styles = [(run["text"], sorted(run.get("style", {}))) for run in runs if run["text"].strip()]
    assert styles == [("a ", []), ("b", ["bold"]), ("c", ["code"]), ("d", ["italic"]), ("e", ["bold", "italic"])]


def test_lists_keep_their_depth_their_numbers_and_their_order() -> None:
    made = blocks("- a\n    - b\n- c\n\nand\n\n3. d\n4. e")[0]["elements"]
    lists = [each for each in made if each["type"] == "rich_text_list"]
    shape = [(each["style"], each["indent"], each.get("offset"), "".join(leaves(each))) for each in lists]
    assert shape == [
        ("bullet", 0, None, "a"),
        ("bullet", 1, None, "b"),
        ("bullet", 0, None, "c"),
        ("ordered", 0, 2, "de"),
    ]
    assert fallback_of(parse("- a\n    - b\n- c\n\nand\n\n3. d\n4. e")) == "• a\n    • b\n• c\n\nand\n3. d\n4. e"


def test_a_paragraph_below_a_list_stands_apart_from_it() -> None:
    _, below = blocks("- a\n\nand")[0]["elements"]
    assert "".join(leaves(below)) == "\nand"


def test_a_table_is_a_table_with_its_numbers_to_the_right() -> None:
    made = blocks("| Word | Number |\n|---|---:|\n| On **track** | 3 |\n| Late | |")[0]
    assert [column["align"] for column in made["column_settings"]] == ["left", "right"]
    assert made["rows"][1][0]["type"] == "rich_text"
    assert made["rows"][1][1] == {"type": "raw_text", "text": "3"}
    assert made["rows"][2][1]["text"] == "–", "Slack refuses an empty cell"
    assert problems("message", {"text": "x", "blocks": [made]}) == []


def test_a_table_is_lines_in_the_fallback_and_where_no_table_can_stand() -> None:
    text = "| Word | Number | Percent |\n|---|---:|---:|\n| Late | 3 | 12% |"
    assert fallback_of(parse(text)) == "Word: Number, Percent\nLate: 3, 12%"
    made = blocks(text, tables=False)
    assert problems("home", {"type": "home", "blocks": made}) == []
    assert "".join(leaves(made)) == "Word: Number, PercentLate: 3, 12%"


@pytest.mark.parametrize(("columns", "rows"), [(21, 1), (2, 100), (1, 100)])
def test_a_table_that_slack_would_refuse_is_lines(columns: int, rows: int) -> None:
    text = "|" + "a|" * columns + "\n|" + "---|" * columns + ("\n|" + "b|" * columns) * rows
    assert [block["type"] for block in blocks(text)] == ["rich_text"]
    assert "table" in [block["type"] for block in blocks("|" + "a|" * 20 + "\n|" + "---|" * 20)]


def test_quotes_code_and_rules_are_shown_though_no_template_has_them() -> None:
    made = blocks("> said\n\n---\n\n```\nx = 1\n```")
    assert [block["type"] for block in made] == ["rich_text", "divider", "rich_text"]
    assert [made[0]["elements"][0]["type"], made[2]["elements"][0]["type"]] == [
        "rich_text_quote",
        "rich_text_preformatted",
    ]
    assert fallback_of(parse("> said\n\n---\n\n```\nx = 1\n```")) == "said\n\nx = 1"


def test_nothing_to_say_is_no_block() -> None:
    assert blocks("") == blocks("\n \n-\n") == []
    assert fallback_of(parse("")) == ""
