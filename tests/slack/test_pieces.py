"""A message in the pieces that Slack takes: parts stay together, nothing is cut, and a card's division is steady."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slackblocks import (
    ActionsBlock,
    HeaderBlock,
    RichText,
    RichTextBlock,
    RichTextList,
    RichTextSection,
    Text,
    TextType,
)
from slackblocks import Button as TheirButton
from slackblocks import (
    Message as TheirMessage,
)

from remembrancer.bot.platform.markdown import parse, shorten
from remembrancer.bot.slack.outbound.blocks import action_of, fallback_of
from remembrancer.bot.slack.outbound.message_chunks import (
    LARGEST_TEXT,
    PARTS_PER_CHUNK,
    RECOMMENDED_TEXT,
    Chunk,
    key_of,
    metadata,
    short_key,
    split_into_chunks,
)
from remembrancer.models.message import Attachment, Button, Message, Part, message
from remembrancer.wording import escape
from tests.platform_limits.slack import problems
from tests.profiles import thoroughness
from tests.slack.content import elements, leaves, seen


def words(text: str) -> str:
    """Text without the gaps between its words, which are all that may change where it is divided."""
    return "".join(text.split())


def hold(made: list[Chunk], key: str = "key") -> None:
    """Each piece is one that Slack takes, and the first is never in a thread."""
    for number, piece in enumerate(made):
        payload = {"text": piece.text, "blocks": piece.blocks, "metadata": metadata(key, number)}
        assert problems("message", payload) == []
        assert piece.number == number
        assert piece.blocks
        assert len(piece.blocks) <= 45
    assert not made or not made[0].in_thread


def shown(made: list[Chunk]) -> str:
    return words("".join(leaves([piece.blocks for piece in made])))


def said(made: list[Chunk]) -> str:
    return "\n\n".join(piece.text for piece in made)


def buttons(count: int, ref: int) -> tuple[Button, ...]:
    labels = ("Answer", "No change", "Remind me later", "Ask someone else", "Not mine", "Withdraw", "Send back")
    return tuple(Button(action=f"act_{n}", value=str(ref), label=labels[n], about=f"{ref} Item") for n in range(count))


def card(items: int, text: str = "Last time: on track") -> Message:
    parts = [Part(text=f"**{n} – Item**\n\n{text}", buttons=buttons(7, n)) for n in range(items)]
    return Message(parts=(Part(text="Please update 30 items."), *parts, Part(text="Foot", buttons=buttons(2, 99))))


def test_thirty_items_with_seven_buttons_each_come_whole_in_pieces_that_all_hold() -> None:
    made = split_into_chunks(card(30), "key")
    hold(made)
    assert len(made) == 3
    assert shown(made) == words("Please update 30 items." + "".join(
        f"{n}–ItemLasttime:ontrack" for n in range(30)
    ) + "Foot")  # fmt: skip
    pressed = [b["value"] for b in elements([p.blocks for p in made]) if b["type"] == "button"]
    assert pressed == [str(n) for n in range(30) for _ in range(7)] + ["99", "99"]


def test_buttons_stand_right_below_their_part() -> None:
    blocks = split_into_chunks(card(2), "key")[0].blocks
    assert [block["type"] for block in blocks] == ["rich_text", *["rich_text", "actions"] * 3]


@pytest.mark.parametrize("text", ["", "A longer text, which says more. " * 10, "x\n\n- a\n- b\n\ny"])
def test_what_the_parts_say_moves_none_of_them_to_another_piece(text: str) -> None:
    def places(content: Message) -> list[list[str]]:
        return [re.findall(r"(\d+) – Item", piece.text) for piece in split_into_chunks(content, "key")]

    assert places(card(30, text)) == places(card(30))


def test_a_card_without_its_buttons_is_divided_as_it_was_with_them() -> None:
    asked = card(30)
    closed = Message(parts=tuple(Part(text=part.text) for part in asked.parts))
    assert [piece.text for piece in split_into_chunks(closed, "key")] == [
        piece.text for piece in split_into_chunks(asked, "key")
    ]


def test_detail_is_in_the_thread_and_shares_pieces_while_they_fit() -> None:
    parts = [Part(text="Headline"), *(Part(text=f"Detail {n}", detail=True) for n in range(3))]
    made = split_into_chunks(Message(parts=tuple(parts)), "key")
    assert [(piece.text, piece.in_thread) for piece in made] == [
        ("Headline", False),
        ("Detail 0\n\nDetail 1\n\nDetail 2", True),
    ]


def test_a_message_of_detail_alone_begins_outside_the_thread() -> None:
    made = split_into_chunks(Message(parts=(Part(text="x " * 3000, detail=True),)), "key")
    assert [piece.in_thread for piece in made] == [False, True]


def test_each_table_has_a_piece_of_its_own() -> None:
    table = "## Section\n\n| Word | Number |\n|---|---:|\n| Late | 3 |"
    made = split_into_chunks(Message(parts=tuple(Part(text=table, detail=True) for _ in range(3))), "key")
    hold(made)
    assert [sum(block["type"] == "table" for block in piece.blocks) for piece in made] == [1, 1, 1]
    assert all(piece.text.startswith("Section") for piece in made)


def test_a_long_table_goes_on_in_the_next_piece_under_its_head_again() -> None:
    rows = "\n".join(f"| Row {n} | {n} |" for n in range(250))
    made = split_into_chunks(message(f"| Word | Number |\n|---|---:|\n{rows}"), "key")
    hold(made)
    tables = [next(block for block in piece.blocks if block["type"] == "table")["rows"] for piece in made]
    assert [[cell["text"] for cell in table[0]] for table in tables] == [["Word", "Number"]] * len(made)
    assert [row[0]["text"] for table in tables for row in table[1:]] == [f"Row {n}" for n in range(250)]


def test_a_row_too_long_for_any_table_is_lines_and_loses_nothing() -> None:
    long = "Some words of it. " * 900
    made = split_into_chunks(message(f"| Ref | Said |\n|---|---|\n| 1 | short |\n| 2 | {long} |\n| 3 | short |"), "key")
    hold(made)
    assert words(long) in shown(made)
    assert all(len(piece.text) <= RECOMMENDED_TEXT for piece in made)


PARAGRAPH = st.lists(st.sampled_from(["Yes.", "It is & was", "<b>", "late; but", "so it goes", "x" * 90]), max_size=500)
CONTENT = st.lists(
    st.tuples(PARAGRAPH.map(" ".join), st.sampled_from(["", "- ", "# ", "1. ", "### ", "> "])), max_size=12
)
PARTS_OF_IT = st.lists(st.tuples(CONTENT, st.integers(0, 7), st.booleans()), min_size=1, max_size=20)


@given(PARTS_OF_IT)
@thoroughness(0.5)
def test_nothing_of_any_message_is_lost_or_changes_its_place(
    parts: list[tuple[list[tuple[str, str]], int, bool]],
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
    made = split_into_chunks(content, "key")
    hold(made)
    assert words(said(made)) == words("".join(fallback_of(parse(part.text)) for part in content.parts))
    assert shown(made) == words("".join(text for lines, _, _ in parts for text, _ in lines))
    assert sum(b["type"] == "button" for b in elements([p.blocks for p in made])) == sum(
        len(part.buttons) for part in content.parts
    )
    assert all(len(piece.text) <= LARGEST_TEXT for piece in made)


def test_a_title_goes_on_with_what_it_is_the_title_of() -> None:
    section = "## Title {}\n\nNone given:\n\n| A | B |\n|---|---|\n| x | y |\n\nOf all.\n\n"
    made = split_into_chunks(message("".join(section.format(n) for n in range(3))), "key")
    hold(made)
    assert [piece.text.split("\n")[0] for piece in made] == ["Title 0", "Title 1", "Title 2"]
    assert all(piece.text.endswith("Of all.") for piece in made)


def test_a_title_too_long_to_go_on_with_its_text_stays_where_it_is() -> None:
    made = split_into_chunks(message(f"Before.\n\n## {'Title ' * 500}\n\n{'Text. ' * 500}"), "key")
    hold(made)
    assert [len(piece.text) <= RECOMMENDED_TEXT for piece in made] == [True, True]


def test_titles_alone_are_divided_all_the_same() -> None:
    made = split_into_chunks(message("\n\n".join(f"## Title {n} {'x' * 300}" for n in range(30))), "key")
    hold(made)
    assert "".join(re.findall(r"Title (\d+)", said(made))) == "".join(map(str, range(30)))
    assert all(len(piece.text) <= RECOMMENDED_TEXT for piece in made)


def test_a_long_text_is_divided_at_the_ends_of_sentences() -> None:
    made = split_into_chunks(message("This is one sentence of many. " * 400), "key")
    assert len(made) > 2
    assert all(piece.text.rstrip().endswith("of many.") for piece in made)
    assert all(piece.text.startswith("This") for piece in made)


def test_a_text_without_any_gap_is_divided_all_the_same() -> None:
    made = split_into_chunks(message(escape("<&>" * 3000)), "key")
    hold(made)
    assert shown(made) == "<&>" * 3000


def test_many_short_runs_are_counted_as_they_are_when_escaped() -> None:
    made = split_into_chunks(message("**&&&&** and " * 1500), "key")
    hold(made)
    assert all(len(piece.text) <= RECOMMENDED_TEXT for piece in made)


def test_more_blocks_than_a_message_holds_are_divided() -> None:
    made = split_into_chunks(message("\n\n".join(f"# {n}\n\nx" for n in range(60))), "key")
    hold(made)
    assert len(made) == 3


def test_the_words_of_buttons_count_too() -> None:
    row = [Button(action=f"act_{n}", value="1", label="x" * 75) for n in range(7)]
    made = split_into_chunks(
        Message(parts=tuple(Part(text="y" * 620, buttons=tuple(row)) for _ in range(PARTS_PER_CHUNK))), "key"
    )
    hold(made)
    assert len(made) == 2


def test_bold_stays_bold_where_it_is_divided() -> None:
    made = split_into_chunks(message("**" + "bold words. " * 900 + "end**"), "key")
    leaf = [each for each in elements([piece.blocks for piece in made]) if each["type"] == "text"]
    assert len(made) > 2
    assert all(each["style"] == {"bold": True} for each in leaf)


def test_a_buttons_label_is_completed_for_who_hears_it_alone() -> None:
    row = (
        Button(action="answer", value="1", label="Answer", about="52 – Adult social care", style="primary"),
        Button(action="answer", value="2", label="Answer"),
        Button(action="close", value="3", label="x" * 80, about="y" * 80, style="danger"),
    )
    first, second, third = split_into_chunks(message("Text", buttons=row), "key")[0].blocks[1]["elements"]
    assert first["accessibility_label"] == "Answer 52 – Adult social care"
    assert [first["style"], third["style"], second.get("style")] == ["primary", "danger", None]
    assert [action_of(each["action_id"]) for each in (first, second, third)] == ["answer", "answer", "close"]
    assert first["action_id"] != second["action_id"]
    assert len(third["text"]["text"]) == len(third["accessibility_label"]) == 75


def test_more_buttons_than_a_block_holds_stand_in_two() -> None:
    row = [Button(action="go", value=str(n), label=str(n)) for n in range(30)]
    made = split_into_chunks(message("Text", buttons=row), "key")
    hold(made)
    assert [len(block["elements"]) for block in made[0].blocks[1:]] == [25, 5]


def test_files_go_with_their_part_and_name_themselves_where_it_says_nothing() -> None:
    picture = Attachment(name="a.png", media_type="image/png", data=b"eA==", alt="Of 30, 20 are on track")
    report = Attachment(name="report.docx", media_type="application/msword", data=b"eA==")
    long = Part(text="x " * 6000, attachments=(report,))
    made = split_into_chunks(Message(parts=(Part(text="", attachments=(picture, report)), long)), "key")
    hold(made)
    assert made[0].text.startswith("Of 30, 20 are on track\n\nreport.docx")
    files = [[file.name for file in piece.attachments] for piece in made]
    assert files == [["a.png", "report.docx"], ["report.docx"]]


@given(st.text(min_size=1, max_size=400), st.integers(0, 50))
def test_a_posted_piece_tells_whose_it_is_by_metadata_or_by_its_block(key: str, number: int) -> None:
    carried = metadata(key, number)
    made = split_into_chunks(message(*["x " * 1800] * (number % 3 + 1)), key)
    hold(made, key)
    assert key_of({"metadata": carried}) == (short_key(key), number)
    assert [key_of({"blocks": piece.blocks}) for piece in made] == [(short_key(key), n) for n in range(len(made))]
    assert len(short_key(key)) <= 200


def test_long_keys_that_differ_only_at_their_ends_stay_apart() -> None:
    assert short_key("x" * 200) == "x" * 200
    assert short_key("x" * 300 + "a") != short_key("x" * 300 + "b")


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"blocks": []},
        {"blocks": [{"type": "rich_text", "block_id": "Xy1"}]},
        {"metadata": {"event_type": "another", "event_payload": {"key": "a", "piece": 0}}},
        {"metadata": {"event_type": "remembrancer_delivery", "event_payload": {}}},
        {"blocks": [{"type": "rich_text", "block_id": "remembrancer|x|key"}]},
    ],
)
def test_what_is_not_ours_is_nobodys_piece(other: dict[str, object]) -> None:
    assert key_of(other) is None


@given(st.text(max_size=100), st.integers(2, 80))
def test_shortened_words_fit_and_are_the_beginning(text: str, most: int) -> None:
    made = shorten(text, most)
    assert len(made) <= most
    assert made == text or (made.endswith("…") and text.startswith(made[:-1]))


def test_a_library_of_others_builds_just_the_same() -> None:
    content = Message(
        parts=(
            Part(
                text="# Title\n\n**Bold** text\n\n- one\n- two", buttons=(Button(action="go", value="1", label="Go"),)
            ),
        )
    )
    made = split_into_chunks(content, "key")[0]
    bold, text = RichText("Bold", bold=True), RichText(" text")
    theirs = TheirMessage(
        channel="D1",
        text=made.text,
        blocks=[
            HeaderBlock(Text("Title", TextType.PLAINTEXT, emoji=False), block_id="remembrancer|0|key"),
            RichTextBlock(
                [
                    RichTextSection([bold, text]),
                    RichTextList("bullet", [RichTextSection([RichText("one")]), RichTextSection([RichText("two")])], 0),
                ],
                block_id="0.1",
            ),
            ActionsBlock([TheirButton("Go", action_id="go", value="1")], block_id="0.2"),
        ],
    )
    assert normal(made.blocks) == normal(theirs.to_dict()["blocks"])


def normal(value: object) -> object:
    """Without what says nothing: our 'emoji: false', their borders and offsets of nought."""
    if isinstance(value, dict):
        return {k: normal(v) for k, v in value.items() if v not in (False, 0, None) or k == "indent"}
    return [normal(each) for each in value] if isinstance(value, list) else value


@pytest.mark.xdist_group("examples")
def test_every_message_of_the_examples_holds_and_loses_nothing() -> None:
    messages, _ = seen()
    assert len(messages) > 150
    for content in messages:
        made = split_into_chunks(content, "a-key")
        hold(made, "a-key")
        assert words(said(made)) == words("".join(fallback_of(parse(part.text)) for part in content.parts))
        assert sum(b["type"] == "button" for b in elements([p.blocks for p in made])) == sum(
            len(part.buttons) for part in content.parts
        )
        assert "**" not in said(made)


def test_a_card_of_as_many_parts_as_fit_is_one_piece() -> None:
    assert len(split_into_chunks(message(*["x"] * PARTS_PER_CHUNK), "key")) == 1
    assert len(split_into_chunks(message(*["x"] * (PARTS_PER_CHUNK + 1)), "key")) == 2
