"""A message in the cards that Teams takes: parts stay together, nothing is cut, and its division is steady."""

import re
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.platform.markdown import parse, to_plain_text
from remembrancer.bot.teams.forms.form_cards import parse_page_action
from remembrancer.bot.teams.outbound.card import action_sets, parse_press
from remembrancer.bot.teams.outbound.card_elements import fit_tables
from remembrancer.bot.teams.outbound.escape import unescape
from remembrancer.bot.teams.outbound.message_chunks import PARTS_PER_CHUNK, Chunk, split_into_chunks
from remembrancer.models.message import Attachment, Button, Message, Part, message
from remembrancer.wording import escape
from tests.profiles import thoroughness
from tests.slack.content import seen as examples
from tests.teams.cards import hold, of_type, runs


def words(text: str) -> str:
    """Text without the gaps between its words, which are all that may change where it is divided."""
    return "".join(text.split())


def made(content: Message, threaded: bool = False) -> tuple[Chunk, ...]:
    """The pieces, each of which Teams takes."""
    found = split_into_chunks(content, threaded)
    for piece in found:
        hold(piece.activity)
        assert words(unescape(piece.card["fallbackText"])) == words(unescape(piece.summary))
    assert not found or not found[0].in_thread
    return found


def shown(found: tuple[Chunk, ...]) -> str:
    return words(unescape("".join(run for piece in found for run in runs(piece.card["body"]) if run != "•")))


def said(found: tuple[Chunk, ...]) -> str:
    return "\n\n".join(piece.summary for piece in found)


def buttons(count: int, ref: int) -> tuple[Button, ...]:
    labels = ("Answer", "No change", "Remind me later", "Ask someone else", "Not mine", "Withdraw", "Send back")
    return tuple(Button(action=f"act_{n}", value=str(ref), label=labels[n], about=f"{ref} Item") for n in range(count))


def large(items: int, text: str = "Last time: on track") -> Message:
    parts = [Part(text=f"**{n} – Item**\n\n{text}", buttons=buttons(7, n)) for n in range(items)]
    return Message(parts=(Part(text="Please update 30 items."), *parts, Part(text="Foot", buttons=buttons(2, 99))))


def test_thirty_items_with_seven_buttons_each_come_whole_in_order() -> None:
    found = made(large(30))
    assert len(found) == 3
    actions = [parse_press(each["data"]) for piece in found for each in of_type(piece.card, "Action.Execute")]
    assert actions[:7] == [(f"act_{n}", "0") for n in range(7)]
    assert [value for _, value in filter(None, actions)] == [str(n) for n in range(30) for _ in range(7)] + ["99", "99"]


@pytest.mark.parametrize("text", ["", "A longer text, which says more. " * 10, "x\n\n- a\n- b\n\ny"])
def test_what_the_parts_say_moves_none_of_them_to_another_piece(text: str) -> None:
    def places(content: Message) -> list[list[str]]:
        return [re.findall(r"(\d+) – Item", piece.summary) for piece in made(content)]

    assert places(large(30, text)) == places(large(30))


def test_a_card_without_its_buttons_is_divided_as_it_was_with_them() -> None:
    asked = large(30)
    closed = Message(parts=tuple(Part(text=part.text) for part in asked.parts))
    assert [piece.summary for piece in made(closed)] == [piece.summary for piece in made(asked)]


@pytest.mark.parametrize(("count", "sets"), [(1, [1]), (6, [6]), (7, [3, 4]), (13, [4, 4, 5])])
def test_more_buttons_than_a_set_shows_stand_in_sets_of_about_the_same_length(count: int, sets: list[int]) -> None:
    row = [Button(action="go", value=str(n), label=str(n)) for n in range(count)]
    found = action_sets(row)
    assert [len(each["actions"]) for each in found] == sets
    assert [each["title"] for each in of_type(found, "Action.Execute")] == [str(n) for n in range(count)]


def test_a_button_says_what_it_is_about_and_what_it_is() -> None:
    row = (
        Button(action="answer", value="1", label="Answer", about="52 – Adult social care", style="primary"),
        Button(action="close", value="", label="Close", style="danger"),
    )
    first, second = of_type(made(message("Text", buttons=row))[0].card, "Action.Execute")
    assert first["tooltip"] == "Answer 52 – Adult social care"
    assert [first["style"], second["style"]] == ["positive", "destructive"]
    assert [first["verb"], second["verb"]] == ["answer", "close"]
    assert "tooltip" not in second
    assert [parse_press(each["data"]) for each in (first, second)] == [("answer", "1"), ("close", "")]


@pytest.mark.parametrize("data", [None, "answer", [], {}, {"action": "a"}, {"action": 1, "value": "1"}, {"value": "1"}])
def test_what_is_no_press_of_ours_is_none(data: object) -> None:
    assert parse_press(data) is None
    assert parse_page_action(data) is None


def test_detail_is_in_the_thread_where_there_are_threads_and_follows_where_there_are_none() -> None:
    content = Message(parts=(Part(text="Headline"), *(Part(text=f"Detail {n}", detail=True) for n in range(3))))
    assert [(piece.summary, piece.in_thread) for piece in made(content, threaded=True)] == [
        ("Headline", False),
        ("Detail 0\n\nDetail 1\n\nDetail 2", True),
    ]
    assert [piece.in_thread for piece in made(content)] == [False]
    assert "Detail 2" in made(content)[0].summary


def test_a_message_of_detail_alone_begins_outside_the_thread() -> None:
    found = made(Message(parts=(Part(text="x " * 20_000, detail=True),)), threaded=True)
    assert [piece.in_thread for piece in found][:2] == [False, True]


def test_a_line_parts_what_has_buttons_from_what_is_beside_it() -> None:
    parts = (Part(text="One\n\ntwo"), Part(text="Three"), Part(text="Four", buttons=buttons(1, 1)), Part(text="Five"))
    body = made(Message(parts=parts))[0].card["body"]
    assert [(each.get("separator"), each.get("spacing")) for each in body] == [
        *[(None, None), (None, None), (None, "Medium")],
        *[(True, "Large"), (None, None), (True, "Large")],
    ]


def test_a_long_table_goes_on_in_the_next_piece_under_its_head_again() -> None:
    lines = "\n".join(f"| Row {n} | {n} |" for n in range(250))
    found = made(message(f"| Word | Number |\n|---|---:|\n{lines}"))
    tables = [of_type(piece.card, "Table")[0] for piece in found]
    assert len(tables) > 1
    assert [runs(table["rows"][0]) for table in tables] == [["Word", "Number"]] * len(found)
    assert [runs(row)[0] for table in tables for row in table["rows"][1:]] == [f"Row {n}" for n in range(250)]


def test_a_text_too_long_for_one_card_is_divided_at_the_ends_of_sentences() -> None:
    found = made(message("This is one sentence of many. " * 2000))
    assert len(found) > 1
    assert all(piece.summary.rstrip().endswith("of many.") for piece in found)
    assert all(piece.summary.startswith("This") for piece in found)


@pytest.mark.parametrize("text", ['"' * 40_000, "😀" * 30_000, "<&>" * 20_000, "x" * 50_000])
def test_a_text_without_any_gap_is_divided_all_the_same(text: str) -> None:
    assert shown(made(message(escape(text)))) == text


def test_a_title_goes_on_with_what_it_is_the_title_of() -> None:
    section = "## Title {}\n\n" + "Some words. " * 400
    found = made(message("\n\n".join(section.format(n) for n in range(6))))
    assert all(not re.search(r"Title \d$", piece.summary) for piece in found)
    assert re.findall(r"Title (\d)", said(found)) == [str(n) for n in range(6)]


def test_a_picture_is_in_the_card_with_its_words_and_a_large_one_is_told_of() -> None:
    small = Attachment(name="a.png", media_type="image/png", data=b"eA==", alt="Of 30, 20 are on track")
    big = Attachment(name="b.png", media_type="image/png", data=b"eHh4" * 20_000, alt="All of them")
    other = Attachment(name="c.svg", media_type="image/svg+xml", data=b"eA==", alt="A drawing")
    found = made(Message(parts=(Part(text="Here", attachments=(small, big, other)),)))
    [image] = of_type(found[0].card, "Image")
    assert image["altText"] == "Of 30, 20 are on track"
    assert b64decode(image["url"].removeprefix("data:image/png;base64,")) == b"x"
    assert "Of 30, 20 are on track" in found[0].summary
    assert "shows: All of them" in found[0].summary
    assert "shows: A drawing" in found[0].summary


def test_pictures_that_do_not_fit_together_stand_in_cards_of_their_own() -> None:
    pictures = tuple(
        Attachment(name=f"{n}.png", media_type="image/png", data=b"eHh4" * 6_000, alt=f"Picture {n}") for n in range(3)
    )
    found = made(Message(parts=(Part(text="Here", attachments=pictures, buttons=buttons(2, 1)),)))
    assert [each["altText"] for piece in found for each in of_type(piece.card, "Image")] == [
        f"Picture {n}" for n in range(3)
    ]
    assert len(of_type(found[-1].card, "Action.Execute")) == 2


def test_a_file_is_named_and_what_is_not_done_is_said() -> None:
    report = Attachment(name="report.docx", media_type="application/msword", data=b"eA==")
    [piece] = made(Message(parts=(Part(text="", attachments=(report,)),)))
    assert piece.summary == "The file report.docx belongs to this message. It cannot be sent in Teams."


def test_buttons_alone_are_named_in_words() -> None:
    [piece] = made(Message(parts=(Part(text="", buttons=buttons(2, 1)),)))
    assert piece.summary == "Answer\n\nNo change"


PARAGRAPH = st.lists(st.sampled_from(["Yes.", "It is & was", "<b>", "late; but", "so it goes", "x" * 90]), max_size=500)
CONTENT = st.lists(
    st.tuples(PARAGRAPH.map(" ".join), st.sampled_from(["", "- ", "# ", "### ", "> "])), min_size=1, max_size=12
)


@given(st.lists(st.tuples(CONTENT, st.integers(0, 7), st.booleans()), min_size=1, max_size=20), st.booleans())
@thoroughness(0.3)
def test_nothing_of_any_message_is_lost_or_changes_its_place(
    parts: list[tuple[list[tuple[str, str]], int, bool]], threaded: bool
) -> None:
    content = Message(
        parts=tuple(
            Part(
                text="\n\n".join(f"{mark}{escape(text)}" for text, mark in lines),
                buttons=buttons(count, 1),
                detail=detail,
            )
            for lines, count, detail in parts
            if any(text for text, _ in lines)
        )
    )
    found = made(content, threaded)
    assert shown(found) == words("".join(text for lines, _, _ in parts for text, _ in lines))
    assert words(said(found)) == words("".join(to_plain_text(parse(part.text)) for part in content.parts))
    assert sum(len(of_type(piece.card, "Action.Execute")) for piece in found) == sum(
        len(part.buttons) for part in content.parts
    )


@pytest.mark.parametrize("threaded", [True, False])
@pytest.mark.xdist_group("examples")
def test_every_message_of_the_examples_holds_and_loses_nothing(threaded: bool) -> None:
    messages, _ = examples()
    assert len(messages) > 150
    for content in messages:
        found = made(content, threaded)
        assert words(said(found)) == words(
            "".join(to_plain_text(fit_tables(parse(part.text))) for part in content.parts)
        )
        assert "**" not in said(found)
        assert [parse_press(each["data"]) for piece in found for each in of_type(piece.card, "Action.Execute")] == [
            (button.action, button.value) for part in content.parts for button in part.buttons
        ]


def test_a_card_of_as_many_parts_as_fit_is_one_piece() -> None:
    assert len(made(message(*["x"] * PARTS_PER_CHUNK))) == 1
    assert len(made(message(*["x"] * (PARTS_PER_CHUNK + 1)))) == 2


def test_a_part_that_shows_nothing_keeps_nothing_from_being_sent() -> None:
    found = made(Message(parts=(Part(text=" "), Part(text="Something"), Part(text=""))))
    assert shown(found) == "Something"
