"""Markdown as elements of cards: whatever people write arrives whole and literally."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remembrancer.bot.teams.outbound.card import card
from remembrancer.bot.teams.outbound.card_elements import elements
from remembrancer.bot.teams.outbound.escape import WORD_JOINER, escape_dates, escape_markdown, unescape
from remembrancer.wording import escape
from tests.platform_limits.teams import is_inert
from tests.slack.test_markup import NASTY, WRITTEN, wanted
from tests.teams.cards import hold_card, of_type, parts, runs

LIKELY = (
    *("<at>Ruth</at>", "[a](https://example.org)", "see www.example.org", "ruth@example.org", "mailto:a@b", "//a.b"),
    *("{{DATE(2017-02-14T06:00:00Z, SHORT)}}", "{{TIME(2017-02-14T06:00:00Z)}}", "{{{x}}}", "- [ ] x", "[x]: y"),
    *("a_b_c", "__init__", "2 * 3 * 4", "~~old~~", "17:30, e.g. 3.5%", "1) x", "a\n---\nb", "|a|\n|-|\n|b|"),
)
ANY_TEXT = st.lists(st.sampled_from([*NASTY, *LIKELY]) | st.text(), max_size=5).map("".join).map(str.lstrip)
PLAIN = {"RichTextBlock", "TextRun"}


def made(text: str) -> list[dict[str, object]]:
    found = elements(text)
    if found:
        hold_card(card(found, "\n".join(map(unescape, runs(found)))))
    return found


@pytest.mark.parametrize("text", [*NASTY, *LIKELY])
def test_what_could_mention_link_or_format_stands_as_it_was_written(text: str) -> None:
    found = made(f"Said: x{escape(text)}x")
    assert unescape("".join(runs(found))) == unescape(f"Said: x{wanted(text)}x")
    assert {each["type"] for each in parts(found)} == PLAIN
    assert all(set(each) == {"type", "text"} for each in of_type(found, "TextRun"))


@given(WRITTEN | ANY_TEXT)
@example("*")
@example("{" * 5)
def test_any_text_of_a_person_arrives_whole_in_runs(text: str) -> None:
    found = made(f"- **{escape('Ref ' + text + ' .')}** x{escape(text)}x")
    shown = "".join(runs(found)[1:])
    assert unescape(shown) == unescape(f"{wanted('Ref ' + text + ' .')} x{wanted(text)}x")
    assert {each["type"] for each in parts(found)} == PLAIN | {"ColumnSet", "Column"}


@given(ANY_TEXT)
def test_any_text_of_a_person_is_inert_in_a_heading(text: str) -> None:
    [found] = made(f"# x{escape(text)}x")
    assert found["type"] == "TextBlock"
    assert unescape(str(found["text"])) == unescape(f"x{wanted(text)}x")


@given(ANY_TEXT)
@example("*a*")
@example("\\*")
@example("_a_")
@example("- a")
@example("a\n===")
@example("<b>")
@example("&amp;")
@example("`a`")
@example("{{DATE(2017-02-14T06:00:00Z)}}")
def test_a_literal_text_is_one_that_markdown_leaves_alone(text: str) -> None:
    assert is_inert(escape_markdown(text))
    assert unescape(escape_markdown(text)) == unescape(text)


@pytest.mark.parametrize(
    "address",
    ["https://example.org", "www.example.org", "ruth@example.org", "mailto:a@b", "//example.org", "example.org"],
)
def test_no_client_finds_an_address_in_a_literal_text(address: str) -> None:
    assert address not in escape_markdown(f"See {address}.")
    assert unescape(escape_markdown(f"See {address}.")) == f"See {address}."


@given(ANY_TEXT)
def test_no_date_is_ever_put_in(text: str) -> None:
    assert "{{" not in escape_dates(text)
    assert unescape(escape_dates(text)) == unescape(text)


def test_an_ordinary_sentence_is_left_as_it_is() -> None:
    text = "52 – On track (17:30, e.g. 3.5%), said Ruth O'Neill & others: 'yes' #1"
    assert escape_markdown(text).replace(WORD_JOINER, "") == text
    assert escape_markdown("Quarter 2, 2019/20: on track") == "Quarter 2, 2019/20: on track"


def test_headings_are_headings_by_their_level() -> None:
    first, second, third = made("# Title\n\n## Section\n\n### Part")
    assert [each["size"] for each in (first, second, third)] == ["Large", "Medium", "Default"]
    assert all(each["style"] == "heading" and each["wrap"] is True for each in (first, second, third))


def test_bold_code_and_italics_are_properties_of_runs() -> None:
    found = of_type(made("a **b** `c` *d* ***e***"), "TextRun")
    looks = [(run["text"].strip(), run.get("weight"), run.get("italic"), run.get("fontType")) for run in found]
    assert [look for look in looks if look[0]] == [
        ("a", None, None, None),
        ("b", "Bolder", None, None),
        ("c", None, None, "Monospace"),
        ("d", None, True, None),
        ("e", "Bolder", True, None),
    ]


def test_items_stand_beside_their_marks_with_their_depth_and_number() -> None:
    found = made("- a\n    - b\n\nand\n\n3. d\n4. e\n    1. f")
    sets = of_type(found, "ColumnSet")
    assert [runs(each) for each in sets] == [["•", "a"], ["•", "b"], ["3.", "d"], ["4.", "e"], ["1.", "f"]]
    assert [each["columns"][0]["width"] for each in sets] == ["18px", "36px", "auto", "auto", "18px"]


def test_what_belongs_together_stands_close() -> None:
    found = made("## Title\n\ntext\n\n- a\n- b\n\n## Next")
    assert [each.get("spacing") for each in found] == [None, "Small", None, "Small", "Large"]


def test_a_narrow_table_is_a_table_with_a_head_and_its_numbers_to_the_right() -> None:
    [found] = made("| Word | Number |\n|---|---:|\n| On **track** | 3 |\n| Late | |")
    assert found["firstRowAsHeaders"] is True
    assert [column["horizontalCellContentAlignment"] for column in found["columns"]] == ["Left", "Right"]  # type: ignore[attr-defined]
    assert runs(found) == ["Word", "Number", "On ", "track", "3", "Late", "–"]


def test_no_word_of_a_table_is_broken_on_a_phone() -> None:
    head = "| Expected reporting | Number | Percent | Last time |\n|---|---:|---:|---:|\n"
    [found] = made(f"{head}| Informal Governance Board | 0 | 0% | not recorded |")
    widths = [column["width"] for column in found["columns"]]  # type: ignore[attr-defined]
    needed = [75, 54, 62, 60]  # of Governance, Number, Percent, recorded
    assert all(width >= pixels + 17 for width, pixels in zip(widths, needed, strict=True))
    assert sum(widths) <= 326
    [found] = made("| What | Number |\n|---|---:|\n| Something of many words | 0 |")
    assert [column["width"] for column in found["columns"]] == [255, 71]  # type: ignore[attr-defined]


def test_a_wide_table_is_a_paragraph_a_row_that_names_every_cell() -> None:
    text = (
        "| Ref | Title | Original | Last time | Now | Status |\n|---|---|---|---|---|---|\n"
        "| 52 | Adult social care | 31 March 2020 | 30 June 2020 | 1 September 2020 | |"
    )
    name, rest = made(text)
    assert "".join(runs(name)) == "52 Adult social care"
    assert (
        "".join(runs(rest)) == "Original: 31 March 2020 · Last time: 30 June 2020 · Now: 1 September 2020 · Status: –"
    )


def test_a_table_of_one_column_that_is_too_wide_is_a_list_with_its_head() -> None:
    assert runs(made(f"| Address |\n|---|\n| {'x' * 60} |")) == ["•", "Address", "•", "x" * 60]


def test_a_wide_table_without_rows_still_says_its_head() -> None:
    head = "|".join(f"a column {n} of many" for n in range(6))
    assert "a column 5" in "".join(runs(made(f"|{head}|\n{'|---' * 6}|")))


@given(st.lists(ANY_TEXT.map(lambda text: " ".join(text.split())), min_size=1, max_size=5))
def test_any_text_of_a_person_arrives_whole_in_a_table(cells: list[str]) -> None:
    row = " | ".join(f"x{escape(cell)}x" for cell in cells)
    found = made(f"|{'A|' * len(cells)}\n|{'---|' * len(cells)}\n| {row} |")
    text = unescape("".join(runs(found)))
    assert all(unescape(f"x{wanted(cell)}x") in text for cell in cells)


def test_quotes_code_and_rules_are_shown_though_no_template_has_them() -> None:
    quote, code = made("> said\n\n---\n\n```\nx = 1\n```")
    assert [quote["type"], quote["style"]] == ["Container", "emphasis"]
    assert code["separator"] is True
    assert of_type(code, "TextRun")[0]["fontType"] == "Monospace"


def test_nothing_to_say_is_no_element() -> None:
    assert elements("") == elements("\n \n-\n") == elements("---") == []
