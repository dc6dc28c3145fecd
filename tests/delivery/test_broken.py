"""An address that the platform refuses: nothing is lost, and those who can mend it are told once."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from remembrancer.models import Board, ChatAccount, OutgoingMessage, Person, SendState
from remembrancer.models.message import message
from remembrancer.queries.returns import unreachable
from remembrancer.scheduler.doctor import find_problems
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Trouble
from remembrancer.services.chat_accounts import link, mark_working
from remembrancer.services.outbox import enqueue
from tests.delivery.scripted import LEAD, NOW, OPENING, Office, crash, later, trouble
from tests.delivery.sender import PLATFORM

pytestmark = pytest.mark.both_databases

BROKEN = Trouble.BROKEN


def lead(session: Session) -> Person:
    return session.exec(select(Person).where(Person.email == LEAD)).one()


def told_of_board(office: Office) -> list[tuple[str, str]]:
    """The admins who were told, and what."""
    with Session(office.engine) as session:
        query = select(Person.email, OutgoingMessage).join(Person).where(OutgoingMessage.kind == "board_refused")
        rows = session.exec(query.order_by(col(OutgoingMessage.id))).all()
    return [(email, row.body["parts"][0]["text"]) for email, row in rows]


def findings(office: Office) -> str:
    with Session(office.engine) as session:
        return "\n".join(find_problems(session, NOW))


def tell_the_board(office: Office, key: str = "hello") -> str:
    with Session(office.engine) as session:
        board = session.get_one(Board, 1)
        enqueue(session, board, message("Hello"), key=key, kind="test", because="test", now=NOW)
        session.commit()
        return board.channel


def test_a_person_whose_account_is_refused_counts_as_having_none_and_the_message_waits(office: Office) -> None:
    office.tell()
    office.chat.then = [trouble(BROKEN)]
    assert office.deliver() == 0
    assert (office.row().state, office.row().problem) == (SendState.PENDING, "no chat account")
    with Session(office.engine) as session:
        assert unreachable(session) == {lead(session).id}
    assert office.deliver(later(hours=5)) == 0
    assert office.chat.sends == 1, "nobody knocks at a door that is shut"
    assert f"({LEAD}) is not reached on {PLATFORM}: it refuses what is sent there (it was broken)" in findings(office)


def test_what_waited_for_an_account_to_be_mended_goes_out_then(office: Office) -> None:
    office.tell()
    office.chat.then = [trouble(BROKEN)]
    office.deliver()
    with Session(office.engine) as session:
        mark_working(
            session, session.exec(select(ChatAccount).where(ChatAccount.problem == "it was broken")).one(), NOW
        )
        session.commit()
    assert office.deliver() == 1
    assert [post.perhaps_again for post in office.chat.posts] == [False]
    assert "refuses what is sent" not in findings(office)


def test_the_same_account_can_be_linked_anew_and_another_too(office: Office) -> None:
    for number, conversation in enumerate((LEAD, "another")):
        office.tell(key=f"hello {number}")
        office.chat.then = [trouble(BROKEN)]
        office.deliver()
        with Session(office.engine) as session:
            account = session.exec(select(ChatAccount).where(ChatAccount.conversation == LEAD)).one()
            account.platform = "slack"
            link(session, lead(session), "slack", conversation, NOW, None, f"U{number}")
            account.platform = PLATFORM
            session.commit()
        assert office.deliver() == 1
    assert [post.conversation for post in office.chat.posts] == [LEAD, "another"]


def test_what_may_have_arrived_at_an_account_that_is_refused_since_is_perhaps_a_repeat(office: Office) -> None:
    office.tell()
    crash(office, arrives=True)
    office.chat.finding = [trouble(BROKEN)]
    assert office.deliver(later(minutes=2)) == 0
    office.move_account("another")
    assert office.deliver(later(minutes=20)) == 1
    assert [(post.conversation, post.perhaps_again) for post in office.chat.posts] == [(LEAD, False), ("another", True)]


def test_somebody_linked_elsewhere_while_their_old_account_was_refused_is_well(office: Office) -> None:
    office.tell()
    office.chat.then, office.chat.meanwhile = [trouble(BROKEN)], lambda: office.move_account("another")
    office.deliver()
    assert office.deliver(later(minutes=15)) == 1
    assert [post.conversation for post in office.chat.posts] == ["another"]


def test_secretary_and_admin_hear_of_a_lead_whose_account_is_refused(office: Office) -> None:
    office.chat.then = [trouble(BROKEN), trouble(BROKEN)]
    office.look(OPENING)
    office.look(OPENING + timedelta(minutes=1))
    told = {post.conversation for post in office.chat.posts if "not to be reached" in post.text}
    assert told == {"sam@example.org", "ada@example.org"}


def test_a_board_whose_channel_is_refused_waits_an_hour_and_the_admins_are_told_once(office: Office) -> None:
    channel = tell_the_board(office)
    tell_the_board(office, "another")
    refused = trouble(BROKEN)
    office.chat.then = [refused, refused, None, refused, refused]
    for minutes in (0, 1, 60, 61):
        office.deliver(later(minutes=minutes))
    assert office.chat.sends == 4 + 1, "two digests, twice; and the admin is told"
    [(email, text)] = told_of_board(office)
    assert email == "ada@example.org"
    assert f"The chat refuses what is posted in {channel} (it was broken)" in text
    assert f"is refused in {channel} (it was broken)" in findings(office)
    assert office.deliver(later(minutes=120)) == 2
    assert "is refused in" not in findings(office)


def test_a_boards_new_channel_that_is_refused_too_is_told_of_again(office: Office) -> None:
    tell_the_board(office)
    office.chat.then = [trouble(BROKEN)]
    office.deliver()
    with Session(office.engine) as session:
        session.get_one(Board, 1).channel = "#another"
        session.commit()
    office.chat.then = [trouble(BROKEN)]
    office.deliver(later(minutes=60))
    assert ["#another" in text for _, text in told_of_board(office)] == [False, True]


def in_part() -> SendError:
    error = trouble(BROKEN)
    error.in_part = True
    return error


def of_board(office: Office) -> list[tuple[str, bool]]:
    """Where the board's message was said, and whether as perhaps a repeat."""
    return [(post.conversation, post.perhaps_again) for post in office.chat.posts if post.key == "hello"]


@pytest.mark.parametrize(("finds", "is_told"), [(InPartError(), False), (CannotKnowError(), True)])
def test_what_is_there_in_part_when_an_address_is_refused_is_completed_or_said_to_be_perhaps_a_repeat(
    office: Office, finds: Exception, is_told: bool
) -> None:
    channel = tell_the_board(office)
    office.chat.then, office.chat.finding = [in_part()], [finds]
    office.deliver()
    assert of_board(office) == []
    office.deliver(later(hours=2))
    assert of_board(office) == [(channel, is_told)]


def test_where_it_is_refused_again_it_goes_to_the_next_address_and_says_that_it_is_perhaps_a_repeat(
    office: Office,
) -> None:
    tell_the_board(office)
    for hours in (0, 2):
        office.chat.then, office.chat.finding = [in_part()], [InPartError()] if hours else []
        office.deliver(later(hours=hours))
    with Session(office.engine) as session:
        session.get_one(Board, 1).channel = "#elsewhere"
        session.commit()
    assert of_board(office) == []
    office.deliver(later(hours=4))
    assert of_board(office) == [("#elsewhere", True)]
