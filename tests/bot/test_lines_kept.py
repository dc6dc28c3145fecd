"""The lines in which people write are the lines in which they are shown their words again."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from remembrancer.bot.platform.markdown import parse
from remembrancer.wording import lines
from tests.dialog import LEAD, World, hold, says

PASTED = "52 amber because two posts are vacant\n- we advertise this week\n\n# interviews in October\n1. then we start"
SHOWN = "Amber because two posts are vacant\n- we advertise this week\n# interviews in October\n1. then we start"
REST = "Issues: staffing. Issues in detail: none to spare. Impact: late opening. Mitigating actions: we advertise"


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")))


@given(st.lists(TEXT, min_size=1).map("\n".join))
def test_whatever_is_written_in_lines_is_shown_in_those_lines(written: str) -> None:
    [node] = parse(f"- **Progress:** {lines(written)}")
    assert in_words(node.text.removeprefix("Progress:")) == in_words(written)


def in_words(text: str) -> list[list[str]]:
    """The words of each line that has any."""
    return [line.split() for line in text.splitlines() if line.split()]


def test_what_was_pasted_is_read_back_and_stored_in_its_lines(engine: Engine) -> None:
    world = World(engine, until="2019-09-09 10:00")
    hold(world, [(LEAD, says(PASTED), []), (LEAD, says(REST), [])])
    assert SHOWN in shown(world)
    hold(world, [(LEAD, says("send it"), "Stored")])
    assert SHOWN in shown(world)


def shown(world: World) -> str:
    """The newest message to the lead as plain text, as a platform shows it."""
    return "\n".join(node.text for part in world.posts(LEAD)[-1].message.parts for node in parse(part.text))


def test_a_question_keeps_its_question_mark(engine: Engine) -> None:
    world = World(engine, until="2019-09-09 10:00")
    hold(world, [(LEAD, says("52 green. How do I get off these emails?"), "> How do I get off these emails?")])
