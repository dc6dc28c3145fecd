"""A form as cards: in pages, prefilled, with what is typed kept whatever is shown again."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.inbound.open_forms import OpenedForm
from remembrancer.bot.platform.form_pages import page_of_first_error
from remembrancer.bot.teams.forms.form_cards import (
    PageAction,
    closed_card,
    form_card,
    pages,
    parse_page_action,
    summary_of,
    typed_values,
)
from remembrancer.bot.teams.forms.inputs import MAX_TEXT
from remembrancer.bot.teams.outbound.card import card_activity
from remembrancer.bot.teams.outbound.escape import unescape
from remembrancer.models.message import Form
from tests.profiles import thoroughness
from tests.slack.content import seen as examples
from tests.slack.test_modals import EMPTY, choices, field, fields, form
from tests.teams.cards import hold, hold_card, of_type, parts, runs

INPUTS = ("Input.Text", "Input.Date", "Input.ChoiceSet")


def shown(made: Form, page: int = 0) -> dict[str, Any]:
    """The page, which Teams would take."""
    card = form_card(made, "token", page)
    hold(card_activity(card, summary_of(made, page)))
    return card


def inputs(card: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in of_type(card, *INPUTS)}


def left_alone(card: Mapping[str, Any]) -> dict[str, str]:
    """What Teams brings back of a card in which nobody touched anything: nothing of an input that is empty."""
    data = dict(of_type(card["actions"], "Action.Execute")[0]["data"])
    return data | {key: each["value"] for key, each in inputs(card).items() if each.get("value")}


def says(card: Mapping[str, Any]) -> str:
    return "\n".join(map(unescape, runs(card["body"])))


def titles(card: Mapping[str, Any]) -> list[str]:
    return [each["title"] for each in card["actions"]]


def test_a_page_names_itself_and_its_buttons_carry_the_form_and_the_page() -> None:
    made = form(*(field(key=f"k{n}") for n in range(18)), title="52 – Adult social care")
    assert [len(page) for page in pages(made)] == [8, 8, 2]
    first, middle, last = (shown(made, n) for n in range(3))
    assert [titles(each) for each in (first, middle, last)] == [
        ["Next", "Cancel"],
        ["Back", "Next", "Cancel"],
        ["Back", "Send", "Cancel"],
    ]
    assert "52 – Adult social care\nPage 1 of 3" in says(first)
    assert summary_of(made, 1) == "52 – Adult social care\nPage 2 of 3"
    assert [parse_page_action(each["data"]) for each in middle["actions"]] == [
        PageAction("back", "token", 1),
        PageAction("next", "token", 1),
        PageAction("cancel", "token", 1),
    ]
    assert parse_page_action(last["actions"][1]["data"]) == PageAction("send", "token", 2)
    assert parse_page_action(shown(made, 9)["actions"][0]["data"]) == PageAction("back", "token", 2)


def test_every_button_of_a_form_brings_back_what_is_typed_whatever_is_missing() -> None:
    made = shown(form(field(required=True), field("choice", "b", choices=choices(2), required=True)))
    assert {each["associatedInputs"] for each in made["actions"]} == {"auto"}
    assert not any("isRequired" in each for each in inputs(made).values())
    assert [each["label"] for each in inputs(made).values()] == ["Label: What is it? (required)"] * 2


@pytest.mark.parametrize("data", [{"action": "form_next", "token": "t"}, {"action": "form_next", "token": 1, "page": 0},
                                  {"action": "answer", "token": "t", "page": 0},
                                  {"action": "form_back", "token": "t", "page": -1}])  # fmt: skip
def test_what_is_no_button_of_a_form_is_none(data: Mapping[str, Any]) -> None:
    assert parse_page_action(data) is None


def test_a_field_that_steers_is_the_last_of_its_page() -> None:
    made = form(field(key="a"), field("choice", "b", choices=choices(3), steers=True), field(key="c"), field(key="d"))
    assert [[each.key for each in page] for page in pages(made)] == [["a", "b"], ["c", "d"]]


def test_a_field_is_never_divided() -> None:
    many = field("dates", "d", choices=choices(9), date_optional=True)
    assert [[each.key for each in page] for page in pages(form(field(key="a"), many, field(key="b")))] == [
        ["a"],
        ["d"],
        ["b"],
    ]


def test_fields_that_say_much_have_pages_of_their_own_and_each_holds() -> None:
    made = form(*(field("text", f"k{n}", was="Said last time. " * 600, value="x" * MAX_TEXT) for n in range(5)))
    assert len(pages(made)) > 1
    assert all(shown(made, page) for page in range(len(pages(made))))


def test_the_intro_is_on_the_first_page_and_a_notice_on_any() -> None:
    made = form(*(field(key=f"k{n}") for n in range(10)), intro="**Bold** &amp; plain", notice="Look <at>again</at>")
    assert ["Bold & plain" in says(shown(made, n)).replace("\n", "") for n in (0, 1)] == [True, False]
    assert ["Look <at>again</at>" in says(shown(made, n)) for n in (0, 1)] == [True, True]


def test_a_form_without_fields_is_a_card_all_the_same() -> None:
    assert says(shown(form())) == "52"
    assert titles(shown(form())) == ["Send", "Cancel"]


@pytest.mark.parametrize(
    ("kind", "number", "element", "style"),
    [
        ("choice", 10, "Input.ChoiceSet", "expanded"),
        ("choice", 11, "Input.ChoiceSet", "compact"),
        ("choice", 21, "Input.ChoiceSet", "filtered"),
        ("choices", 10, "Input.ChoiceSet", "expanded"),
        ("choices", 11, "Input.ChoiceSet", "compact"),
        ("person", 30, "Input.ChoiceSet", "filtered"),
        ("text", 0, "Input.Text", None),
        ("short", 0, "Input.Text", None),
        ("date", 0, "Input.Date", None),
    ],
)
def test_each_type_of_question_has_its_input(kind: str, number: int, element: str, style: str | None) -> None:
    made = inputs(shown(form(field(kind, choices=choices(number), required=True))))["in.a"]
    assert made["type"] == element
    assert made.get("style") == style
    assert made.get("isMultiSelect", False) is (kind == "choices")
    assert made.get("isMultiline", False) is (kind == "text")


def test_choices_show_their_symbols_and_words() -> None:
    made = inputs(shown(form(field("choice", choices=choices(2), required=True, value="key_1"))))["in.a"]
    assert made["choices"] == [{"title": "● Word 0", "value": "key_0"}, {"title": "● Word 1", "value": "key_1"}]
    assert made["value"] == "key_1"


def test_what_needs_no_choice_can_be_taken_back() -> None:
    made = form(field("person", choices=choices(2), value="key_0"), field("choice", "b", choices=choices(2)))
    card = shown(made)
    last = {key: each["choices"][-1] for key, each in inputs(card).items()}
    assert [each["title"] for each in last.values()] == ["Nobody", "No answer"]
    assert typed_values(made, 0, {key: each["value"] for key, each in last.items()}) == {"a": "", "b": ""}


def test_label_question_hint_and_last_time_are_all_there() -> None:
    made = shown(form(field(label="Progress", ask="How is it?", hint="In a line", was="Well")))
    assert inputs(made)["in.a"]["label"] == "Progress: How is it?"
    assert "In a line\nLast time: Well" in says(made)
    assert of_type(made, "Action.ToggleVisibility") == []


def test_a_long_last_time_waits_behind_a_button_that_says_of_what() -> None:
    made = shown(form(field(label="Progress", was="Well. " * 40)))
    [toggle] = of_type(made, "Action.ToggleVisibility")
    [hidden] = [each for each in parts(made) if each.get("isVisible") is False]
    assert [toggle["title"], toggle["tooltip"]] == ["Last time", "Last time: Progress"]
    assert toggle["targetElements"] == [hidden["id"]]
    assert "Well. Well." in says({"body": [hidden]})


def test_an_error_stands_with_its_field_in_words_and_its_page_is_found() -> None:
    made = form(*(field(key=f"k{n}") for n in range(9)), field("dates", "d", choices=choices(2), error="No such day"))
    assert page_of_first_error(pages(form(field()))) == 0
    assert page_of_first_error(pages(made)) == 1
    [_, container] = [each for each in shown(made, 1)["body"] if each["type"] == "Container"]
    error = container["items"][0]
    assert runs(error) == ["⚠ No such day"]
    assert error["inlines"][0]["color"] == "Attention"


def test_what_helps_stands_below_one_input_and_above_several() -> None:
    made = form(field(hint="One line"), field("dates", "d", choices=choices(2), hint="Blank where unknown", error="No"))
    one, several = [each["items"] for each in shown(made)["body"] if each["type"] == "Container"]
    assert [each["type"] for each in one] == ["Input.Text", "RichTextBlock"]
    assert [each["type"] for each in several] == ["RichTextBlock"] * 3 + ["Input.Date"] * 2
    assert [runs(each) for each in several[:3]] == [["⚠ No"], ["Label: What is it?"], ["Blank where unknown"]]
    assert several[1]["spacing"] == "Small"


def test_dates_are_a_day_for_each_choice_and_say_what_they_were() -> None:
    made = form(field("dates", choices=choices(2), value={"key_1": "2019-09-13"}, was_dates={"key_1": "1 Sep 2019"}))
    card = shown(made)
    assert list(inputs(card)) == ["in.a.key_0", "in.a.key_1"]
    assert inputs(card)["in.a.key_1"]["label"] == "Label: ● Word 1"
    assert inputs(card)["in.a.key_1"]["value"] == "2019-09-13"
    assert "was 1 Sep 2019" in says(card)
    assert typed_values(made, 0, left_alone(card)) == {"a": {"key_1": "2019-09-13"}}


def test_a_very_long_last_time_is_told_by_its_beginning() -> None:
    made = form(field("text", was="Well, so it went. " * 4000), field("text", "b", was="Well"))
    assert [[each.key for each in page] for page in pages(made)] == [["a", "b"]]
    assert "Last time: Well, so it went." in says(shown(made))
    assert "so it went.…" in says(shown(made))


def test_a_choice_may_be_ticked_before_its_date_is_known() -> None:
    made = form(field("dates", choices=choices(3), value={"key_0": "", "key_1": "2019-09-13"}, date_optional=True))
    card = shown(made)
    assert list(inputs(card)) == ["in.a.ticks", "in.a.key_0", "in.a.key_1", "in.a.key_2"]
    assert inputs(card)["in.a.ticks"]["value"] == "key_0"
    assert typed_values(made, 0, left_alone(card)) == {"a": {"key_0": "", "key_1": "2019-09-13"}}
    dated = left_alone(card) | {"in.a.key_2": "2019-10-01"}
    assert typed_values(made, 0, dated)["a"] == {"key_0": "", "key_1": "2019-09-13", "key_2": "2019-10-01"}


def test_a_tick_counts_for_nothing_where_each_date_must_be_known() -> None:
    made = form(field("dates", choices=choices(2)))
    assert typed_values(made, 0, {"in.a.ticks": "key_0", "in.a.key_1": "2019-09-13"}) == {"a": {"key_1": "2019-09-13"}}


def test_a_text_too_long_to_be_shown_is_kept_until_another_is_written() -> None:
    long = "x" * (MAX_TEXT + 1)
    made = form(field("text", value=long, required=True))
    card = shown(made)
    assert "value" not in inputs(card)["in.a"]
    assert "required" not in inputs(card)["in.a"]["label"]
    assert f"{MAX_TEXT + 1} characters is kept" in says(card)
    assert typed_values(made, 0, left_alone(card)) == {"a": long}
    assert typed_values(made, 0, {"in.a": "Shorter"}) == {"a": "Shorter"}
    assert inputs(shown(form(field("text", value="x" * MAX_TEXT))))["in.a"]["value"] == "x" * MAX_TEXT


@pytest.mark.parametrize("kind", ["choice", "choices", "person", "dates"])
def test_a_field_that_has_nothing_to_choose_is_told_of_and_keeps_its_value(kind: str) -> None:
    made = form(field(kind, ask="Who is it?", error="Wrong"), field(key="b"))
    card = shown(made)
    assert list(inputs(card)) == ["in.b"]
    assert "Who is it?" in says(card)
    assert typed_values(made, 0, left_alone(card)) == {"b": ""}


def test_what_is_emptied_comes_back_empty_though_teams_sends_nothing_of_it() -> None:
    made = form(
        field("text", value="before"),
        field("choices", "b", choices=choices(2), value=["key_1"]),
        field("date", "c", value="2019-09-13"),
        field("dates", "d", choices=choices(2), value={"key_0": "2019-09-13"}),
    )
    assert typed_values(made, 0, {"action": "form_next", "token": "t", "page": 0}) == {
        "a": "",
        "b": [],
        "c": "",
        "d": {},
    }


def test_a_page_brings_back_nothing_of_another() -> None:
    made = form(field(key="a", steers=True), field(key="b", value="kept"))
    assert typed_values(made, 0, {"in.a": "new", "in.b": "not asked here"}) == {"a": "new"}
    assert typed_values(made, 7, {"in.b": "on the last"}) == {"b": "on the last"}


@pytest.mark.parametrize("sent", ["key_9", "key_0,key_1", "", "-", None, 7, ["key_0"], {"value": "key_0"}])
def test_a_choice_that_the_form_does_not_have_is_none(sent: object) -> None:
    made = form(field("choice", choices=choices(2)), field("person", "b", choices=choices(2)))
    assert typed_values(made, 0, {"in.a": sent, "in.b": sent, "in.c": "x"}) == {"a": "", "b": ""}


@pytest.mark.parametrize("sent", ["key_1,key_9,key_0", "key_0,key_1,key_1", " ,key_1,key_0"])
def test_of_several_choices_those_count_that_the_form_has_in_its_order(sent: str) -> None:
    assert typed_values(form(field("choices", choices=choices(2))), 0, {"in.a": sent}) == {"a": ["key_0", "key_1"]}


def test_what_was_not_a_day_is_not_shown_as_one() -> None:
    assert "value" not in inputs(shown(form(field("date", value="soon", error="Unreadable"))))["in.a"]


def test_a_card_of_a_form_that_is_done_with_says_one_thing() -> None:
    card = hold_card(closed_card("It is closed: <at>everybody</at> *now*"))
    assert says(card) == "It is closed: <at>everybody</at> *now*"
    assert of_type(card, "Action.Execute", *INPUTS) == []


@given(st.data())
@thoroughness(0.5)
def test_a_form_that_nobody_touches_comes_back_as_it_was(data: st.DataObject) -> None:
    made = form(*(data.draw(fields(f"f{n}")) for n in range(data.draw(st.integers(0, 10)))))
    back: dict[str, Any] = {}
    for page in range(len(pages(made))):
        back |= typed_values(made, page, left_alone(shown(made, page)))
    assert back == {each.key: each.value for each in made.fields}
    opened = OpenedForm("token", 1, made)
    assert opened.with_values(back).values == opened.values


NASTY = st.sampled_from(["{{DATE(2017-02-14T06:00:00Z)}}", "**b**", "[a](b)", "<at>a</at>"])


@given(st.lists(NASTY | st.text(), min_size=5, max_size=5))
def test_any_text_of_a_person_stands_in_a_form_as_it_was_written(texts: list[str]) -> None:
    ask, hint, was, error, title = (" ".join(f"x{text}x".split()) for text in texts)
    card = shown(form(field(label="Label", ask=ask, hint=hint, was=was, error=error), title=title, notice=ask))
    assert unescape(inputs(card)["in.a"]["label"]) == unescape(f"Label: {ask}")
    for text in (hint, was, error, title, ask):
        assert unescape(text) in says(card)


@pytest.mark.xdist_group("examples")
def test_every_form_of_the_examples_holds_on_every_page_and_comes_back_as_it_was() -> None:
    _, forms = examples()
    assert {"answer", "snooze", "not_mine", "away", "digest_note", "pilot"} <= {made.action for made in forms}
    for made in forms:
        back: dict[str, Any] = {}
        for page, on_it in enumerate(pages(made)):
            assert sum(each.inputs for each in on_it) <= 8 or len(on_it) == 1
            assert not any(each.steers for each in on_it[:-1])
            back |= typed_values(made, page, left_alone(shown(made, page)))
        assert back == {f.key: f.value or EMPTY.get(f.type, "") for f in made.fields if f.key in back}
        assert set(back) == {f.key for f in made.fields if f.choices or f.type in ("text", "short", "date")}
