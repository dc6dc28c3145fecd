"""A message as the home tab: whole parts, as many as have room."""

import pytest

from remembrancer.bot.slack.outbound.home_publisher import home_view
from remembrancer.models.message import Button, Message, Part, message
from tests.platform_limits.slack import problems
from tests.slack.content import leaves, seen

GO = (Button(action="go", value="1", label="Go"),)


def says(content: Message) -> list[str]:
    view = home_view(content)
    assert problems("home", view) == []
    assert view["type"] == "home"
    return list(leaves(view["blocks"]))


def test_parts_stand_in_their_order_each_with_its_buttons() -> None:
    content = Message(parts=(Part(text="# Now"), Part(text="One", buttons=GO), Part(text="Later", detail=True)))
    assert [block["type"] for block in home_view(content)["blocks"]] == ["header", "rich_text", "actions", "rich_text"]
    assert says(content) == ["Now", "One", "Later"]


def test_a_table_is_lines_where_no_table_can_stand() -> None:
    assert "".join(says(message("| Word | Number |\n|---|---:|\n| Late | 3 |"))) == "Word: NumberLate: 3"


@pytest.mark.parametrize(("parts", "left"), [(50, 0), (51, 2), (60, 11)])
def test_what_has_no_room_is_left_out_whole_and_counted(parts: int, left: int) -> None:
    content = Message(parts=tuple(Part(text=f"Item {n}", buttons=GO) for n in range(parts)))
    shown = says(content)
    assert shown[: parts - left] == [f"Item {n}" for n in range(parts - left)]
    assert shown[parts - left :] == (
        [f"{left} more are left out here. Write 'my' to the bot, and it lists all of them."] if left else []
    )


@pytest.mark.xdist_group("examples")
def test_every_message_of_the_examples_holds_as_a_home() -> None:
    messages, _ = seen()
    for content in messages:
        assert says(content)
