"""A form as Slack's modal: in pages, prefilled, with what is typed kept whatever is shown again."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slackblocks import CheckboxGroup, DatePicker, InputBlock, ModalView, Option, PlainTextInput, Text
from slackblocks import TextType as Kind

from remembrancer.bot.inbound.open_forms import OpenedForm
from remembrancer.bot.platform.form_pages import page_of_first_error, pages
from remembrancer.bot.slack.forms.modals import (
    field_errors,
    modal,
    token_of,
    typed_values,
)
from remembrancer.models.message import Choice, Form, FormField
from tests.platform_limits.slack import problems
from tests.profiles import thoroughness
from tests.slack.content import elements, leaves, seen
from tests.slack.test_pieces import normal

TYPES = ("choice", "choices", "text", "short", "date", "dates", "person")
EMPTY: Mapping[str, Any] = {"choices": [], "dates": {}}


def choices(number: int, word: str = "Word") -> tuple[Choice, ...]:
    return tuple(Choice(key=f"key_{n}", word=f"{word} {n}", symbol="●") for n in range(number))


def field(kind: Any = "short", key: str = "a", **more: Any) -> FormField:
    more = {"value": EMPTY.get(kind, ""), **more}
    return FormField(key=key, label=more.pop("label", "Label"), ask=more.pop("ask", "What is it?"), type=kind, **more)


def form(*fields: FormField, **more: Any) -> Form:
    return Form(action="answer", value="1.0", fields=fields, submit="Send", **{"title": "52", **more})


def shown(made: Form, page: int = 0) -> dict[str, Any]:
    """The page, which Slack would take."""
    view = modal(made, "token", page)
    assert problems("modal", view) == []
    return view


def inputs(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def left_alone(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What Slack sends of a view (`view.state.values`) in which nobody touched anything."""
    return {key: {"value": _state(block["element"])} for key, block in inputs(view).items()}


def _state(element: Mapping[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in ("radio_buttons", "static_select"):
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind == "datepicker":
        return {"type": kind, "selected_date": element.get("initial_date")}
    return {"type": kind, "value": element.get("initial_value")}


def says(view: Mapping[str, Any]) -> str:
    return "\n".join(leaves(view["blocks"]))


def test_a_page_names_itself_and_the_form_that_it_is_of() -> None:
    made = form(*(field(key=f"k{n}") for n in range(14)), title="52 – Adult social care: the review of day services")
    assert [len(page) for page in pages(made)] == [6, 6, 2]
    first, last = shown(made), shown(made, 2)
    assert token_of(first) == ("token", 0)
    assert token_of(last) == ("token", 2)
    assert [first["submit"]["text"], last["submit"]["text"]] == ["Next", "Send"]
    assert "Page 1 of 3" in says(first)
    assert first["callback_id"] == "form"
    assert first["title"]["text"] == "52 – Adult social care…"
    assert "52 – Adult social care: the review of day services" in says(first)
    assert token_of(shown(made, 9)) == ("token", 2)


def test_a_form_of_one_page_counts_none_and_has_its_intro_and_notice() -> None:
    made = shown(form(field(), intro="**Bold** &amp; plain", notice="Look <again>"))
    assert "Page" not in says(made)
    assert "Bold" in says(made)
    assert "Look <again>" in says(made)


def test_the_intro_is_on_the_first_page_and_a_notice_on_any() -> None:
    made = form(*(field(key=f"k{n}") for n in range(8)), intro="Intro", notice="Notice")
    assert ["Intro" in says(shown(made, n)) for n in (0, 1)] == [True, False]
    assert ["Notice" in says(shown(made, n)) for n in (0, 1)] == [True, True]


def test_a_form_without_fields_is_a_view_all_the_same() -> None:
    assert says(shown(form())) == "52"


@pytest.mark.parametrize(
    ("kind", "number", "element"),
    [
        ("choice", 10, "radio_buttons"),
        ("choice", 11, "static_select"),
        ("choices", 10, "checkboxes"),
        ("choices", 11, "multi_static_select"),
        ("person", 3, "static_select"),
        ("text", 0, "plain_text_input"),
        ("short", 0, "plain_text_input"),
        ("date", 0, "datepicker"),
    ],
)
def test_each_type_of_question_has_its_input(kind: str, number: int, element: str) -> None:
    made = inputs(shown(form(field(kind, choices=choices(number), required=True))))["a"]
    assert made["element"]["type"] == element
    assert made["element"]["action_id"] == "value"
    assert made["optional"] is False


@pytest.mark.parametrize("kind", ["choice", "choices", "person"])
@pytest.mark.parametrize("number", [99, 100, 101, 250])
def test_more_people_than_a_menu_holds_stand_in_groups(kind: str, number: int) -> None:
    offered = choices(number, "A person with rather a long name, who is the head of something")
    made = inputs(shown(form(field(kind, choices=offered, required=True))))["a"]["element"]
    groups = made.get("option_groups") or [made]
    assert [len(group["options"]) for group in groups] == [min(100, number - n) for n in range(0, number, 100)]


def test_what_needs_no_choice_can_be_taken_back() -> None:
    made = form(field("person", choices=choices(2), value="key_0"), field("choice", "b", choices=choices(2)))
    offered = [inputs(shown(made))[key]["element"]["options"][-1] for key in ("a", "b")]
    assert [option["text"]["text"] for option in offered] == ["Nobody", "No answer"]
    state = left_alone(shown(made)) | {"a": {"value": {"selected_option": offered[0]}}}
    assert typed_values(made, 0, state) == {"a": "", "b": ""}


def test_a_long_word_goes_on_beneath_and_a_very_long_one_stands_above_in_full() -> None:
    long = "A choice that takes more words than any option of Slack's can hold, as it happens"
    words = ["Short", long, "long word " * 20 + "end"]
    made = shown(form(field("choice", choices=tuple(Choice(key=w[:4], word=w) for w in words), required=True)))
    short, longer, longest = inputs(made)["a"]["element"]["options"]
    assert "description" not in short
    first, rest = longer["text"]["text"].removesuffix("…"), longer["description"]["text"].removeprefix("…")
    assert f"{first} {rest}" == words[1]
    assert longest["text"]["text"].endswith("…")
    assert words[2] in says(made)
    assert words[1] not in says(made)


def test_label_question_hint_and_last_time_are_all_there() -> None:
    made = inputs(shown(form(field(label="Progress", ask="How is it?", hint="In a line", was="Well"))))["a"]
    assert made["label"]["text"] == "Progress: How is it?"
    assert made["hint"]["text"] == "In a line\nLast time: Well"
    assert inputs(shown(form(field(label="Day", ask="Day"))))["a"]["label"]["text"] == "Day"


def test_what_is_too_long_for_a_label_or_a_hint_stands_above_in_full() -> None:
    made = shown(form(field(ask="asked " * 400, was="was " * 700)))
    assert "asked " * 399 in says(made)
    assert "was " * 699 in says(made)
    assert "hint" not in inputs(made)["a"]


def test_an_error_stands_above_its_input_and_its_page_is_found() -> None:
    made = form(*(field(key=f"k{n}") for n in range(7)), field("dates", "d", choices=choices(2), error="No such day"))
    assert page_of_first_error(pages(form(field()))) == 0
    assert page_of_first_error(pages(made)) == 1
    assert "⚠ No such day" in says(shown(made, 1))
    assert field_errors(made, 0) == {}
    assert field_errors(made, 1) == {"d.key_0": "No such day"}
    ticked = form(
        field("dates", "d", choices=choices(2), error="No such day", date_optional=True), field(error="Blank")
    )
    assert field_errors(ticked, 0) == {"d.ticks": "No such day", "a": "Blank"}
    assert set(field_errors(ticked, 0)) <= set(inputs(shown(ticked)))


def test_dates_are_a_day_for_each_choice_and_say_what_they_were() -> None:
    made = form(field("dates", choices=choices(2), value={"key_1": "2019-09-13"}, was_dates={"key_1": "1 Sep 2019"}))
    view = inputs(shown(made))
    assert list(view) == ["a.key_0", "a.key_1"]
    assert view["a.key_1"]["label"]["text"] == "Label: ● Word 1"
    assert view["a.key_1"]["hint"]["text"] == "was 1 Sep 2019"
    assert view["a.key_1"]["element"]["initial_date"] == "2019-09-13"
    assert typed_values(made, 0, left_alone(shown(made))) == {"a": {"key_1": "2019-09-13"}}


def test_a_choice_may_be_ticked_before_its_date_is_known() -> None:
    made = form(field("dates", choices=choices(3), value={"key_0": "", "key_1": "2019-09-13"}, date_optional=True))
    view = shown(made)
    assert list(inputs(view)) == ["a.ticks", "a.key_0", "a.key_1", "a.key_2"]
    assert [each["value"] for each in inputs(view)["a.ticks"]["element"]["initial_options"]] == ["key_0"]
    assert typed_values(made, 0, left_alone(view)) == {"a": {"key_0": "", "key_1": "2019-09-13"}}
    dated = left_alone(view) | {"a.key_2": {"value": {"selected_date": "2019-10-01"}}}
    assert typed_values(made, 0, dated)["a"] == {"key_0": "", "key_1": "2019-09-13", "key_2": "2019-10-01"}


def test_a_field_of_many_dates_has_a_page_of_its_own() -> None:
    many = field("dates", "d", choices=choices(9), date_optional=True)
    made = form(field(key="a"), many, field(key="b"))
    assert many.inputs == 10
    assert [[each.key for each in page] for page in pages(made)] == [["a"], ["d"], ["b"]]


def test_a_text_too_long_to_be_shown_is_kept_until_another_is_written() -> None:
    long = "x" * 3001
    made = form(field("text", value=long, required=True))
    box = inputs(shown(made))["a"]
    assert "initial_value" not in box["element"]
    assert "3001 characters is kept" in box["hint"]["text"]
    assert box["optional"] is True
    assert typed_values(made, 0, left_alone(shown(made))) == {"a": long}
    assert typed_values(made, 0, {"a": {"value": {"value": "Shorter"}}}) == {"a": "Shorter"}
    fits = inputs(shown(form(field("text", value="x" * 3000))))["a"]["element"]
    assert fits["initial_value"] == "x" * 3000


@pytest.mark.parametrize(
    ("kind", "when"), [("short", ["on_enter_pressed"]), ("text", ["on_character_entered"]), ("choice", None)]
)
def test_a_field_that_steers_tells_of_each_change(kind: str, when: list[str] | None) -> None:
    made = inputs(shown(form(field(kind, choices=choices(2), steers=True))))["a"]
    assert made["dispatch_action"] is True
    assert made["element"].get("dispatch_action_config") == ({"trigger_actions_on": when} if when else None)
    assert "dispatch_action" not in inputs(shown(form(field(kind, choices=choices(2)))))["a"]


def test_dates_that_steer_tell_of_each_change() -> None:
    made = inputs(shown(form(field("dates", choices=choices(2), steers=True, date_optional=True))))
    assert all(block["dispatch_action"] for block in made.values())


@pytest.mark.parametrize("kind", ["choice", "choices", "person", "dates"])
def test_a_field_that_has_nothing_to_choose_is_told_of_and_keeps_its_value(kind: str) -> None:
    made = form(field(kind, ask="Who is it?", error="Wrong"), field(key="b"))
    view = shown(made)
    assert list(inputs(view)) == ["b"]
    assert "Who is it?" in says(view)
    assert typed_values(made, 0, left_alone(view)) == {"b": ""}
    assert field_errors(made, 0) == {}


def test_what_was_not_a_day_is_not_shown_as_one() -> None:
    assert "initial_date" not in inputs(shown(form(field("date", value="soon", error="Unreadable"))))["a"]["element"]


def test_ids_stay_the_same_when_a_form_is_shown_again() -> None:
    before = form(field("choice", "a", choices=choices(3)), field("dates", "d", choices=choices(2), date_optional=True))
    after = OpenedForm("token", 1, before).with_values({"a": "key_1", "d": {"key_0": ""}}).form
    after = after.model_copy(update={"fields": (after.fields[0], field(key="new"), after.fields[1])})
    ids = [list(inputs(shown(each))) for each in (before, after)]
    assert [each for each in ids[1] if each != "new"] == ids[0]
    assert {block["element"]["action_id"] for block in inputs(shown(after)).values()} == {"value"}


def test_a_dash_that_is_typed_is_text_though_it_is_the_key_of_no_choice() -> None:
    made = form(field(), field("choice", "b", choices=choices(2), value="key_1"))
    chosen = {"selected_option": {"value": "-"}}
    state = {"a": {"value": {"type": "plain_text_input", "value": "-"}}, "b": {"value": chosen}}
    assert typed_values(made, 0, state) == {"a": "-", "b": ""}


def test_what_a_view_does_not_tell_of_stays_as_it_was() -> None:
    made = form(field(value="before"), field("choices", "b", choices=choices(2), value=["key_1"]))
    assert typed_values(made, 0, {}) == {"a": "before", "b": ["key_1"]}


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200).filter(str.strip)
OFFERED = st.lists(WORDS, min_size=1, max_size=14).map(
    lambda words: tuple(Choice(key=f"k{n}", word=word) for n, word in enumerate(words))
)


@st.composite
def fields(draw: st.DrawFn, key: str) -> FormField:
    kind = draw(st.sampled_from(TYPES))
    offered = draw(OFFERED) if kind in ("choice", "choices", "dates", "person") else ()
    keys = st.sampled_from([choice.key for choice in offered] or [""])
    days = st.dates().map(str)
    optional = draw(st.booleans())
    values: dict[str, st.SearchStrategy[Any]] = {
        "choice": keys | st.just(""),
        "person": keys | st.just(""),
        "choices": st.sets(keys).map(lambda some: [c.key for c in offered if c.key in some]),
        "dates": st.dictionaries(keys, days | st.just("") if optional else days),
        "date": days | st.just(""),
        "text": st.text() | st.just("x" * 4000),
        "short": st.text(),
    }
    return field(
        kind, key, label=draw(WORDS), ask=draw(WORDS), hint=draw(st.text()), was=draw(st.text()), choices=offered,
        required=draw(st.booleans()), steers=draw(st.booleans()), date_optional=optional, error=draw(st.text()),
        value=draw(values[kind]),
    )  # fmt: skip


@given(st.data())
@thoroughness(0.5)
def test_a_form_that_nobody_touches_comes_back_as_it_was(data: st.DataObject) -> None:
    made = form(*(data.draw(fields(f"f{n}")) for n in range(data.draw(st.integers(0, 10)))), title=data.draw(WORDS))
    back: dict[str, Any] = {}
    for page in range(len(pages(made))):
        view = shown(made, page)
        back |= typed_values(made, page, left_alone(view))
        assert len(view["blocks"]) <= 100
        assert set(field_errors(made, page)) <= set(inputs(view))
    assert back == {each.key: each.value for each in made.fields}
    opened = OpenedForm("token", 1, made)
    assert opened.with_values(back).values == opened.values


def test_a_library_of_others_builds_just_the_same() -> None:
    offered = tuple(Choice(key=key, word=word) for key, word in (("a", "One"), ("b", "Two")))
    made = form(
        field("choices", "k", choices=offered, value=["a"]),
        field("text", "t", required=True, value="Said"),
        field("date", "d", value="2019-09-13"),
    )
    label = Text("Label: What is it?", Kind.PLAINTEXT, emoji=False)
    one, two = (Option(Text(word, Kind.PLAINTEXT, emoji=False), key) for key, word in (("a", "One"), ("b", "Two")))
    box = PlainTextInput("value", initial_value="Said", multiline=True, max_length=3000)
    theirs = ModalView(
        title="52",
        submit="Send",
        close="Cancel",
        callback_id="form",
        private_metadata='{"token": "token", "page": 0}',
        blocks=[
            InputBlock(label, CheckboxGroup("value", [one, two], initial_options=[one]), block_id="k", optional=True),
            InputBlock(label, box, block_id="t"),
            InputBlock(label, DatePicker("value", initial_date="2019-09-13"), block_id="d", optional=True),
        ],
    ).to_dict()
    view = shown(made)
    assert normal(view["blocks"]) == normal(theirs["blocks"])
    assert normal(view | {"blocks": []}) == normal(theirs | {"blocks": []})


@pytest.mark.xdist_group("examples")
def test_every_form_of_the_examples_holds_on_every_page_and_comes_back_as_it_was() -> None:
    _, forms = seen()
    assert {each.type for made in forms for each in made.fields} == set(TYPES)
    assert {"answer", "snooze", "not_mine", "away", "digest_note", "pilot"} <= {made.action for made in forms}
    for made in forms:
        back: dict[str, Any] = {}
        for page, on_it in enumerate(pages(made)):
            view = shown(made, page)
            assert sum(each.inputs for each in on_it) <= 6 or len(on_it) == 1
            assert set(field_errors(made, page)) <= set(inputs(view))
            back |= typed_values(made, page, left_alone(view))
        assert back == {f.key: f.value or EMPTY.get(f.type, "") for f in made.fields if f.key in back}
        assert set(back) == {f.key for f in made.fields if f.choices or f.type in ("text", "short", "date")}


@pytest.mark.xdist_group("examples")
def test_every_text_in_a_modal_is_literal() -> None:
    _, forms = seen()
    kinds = {each["type"] for made in forms for each in elements(modal(made, "token"))}
    assert "mrkdwn" not in kinds
