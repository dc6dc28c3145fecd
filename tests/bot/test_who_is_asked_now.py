"""A posted card whose person is asked no more says who is, and loses what only whoever is asked may do."""

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from remembrancer.bot.sandbox.chat import PLATFORM
from remembrancer.models import Absence, OutgoingMessage, Person, Post, Prompt, SendState, Tenure
from remembrancer.scheduler.message_kinds import CARD_SOURCES
from remembrancer.scheduler.outbox.card_updates import refresh_cards
from remembrancer.scheduler.tick import tick
from remembrancer.services.posts import hand_over
from tests.dialog import (
    ADMIN,
    LEAD,
    MANAGER,
    SECRETARY,
    World,
    fills_in,
    hold,
    presses,
    replies,
    says,
    sees_again,
    waits_until,
)

POST = "Head of Voluntary Sector Commissioning"
HELEN, TOM = "helen.marsh", "tom.ashdown"
NOT_ME = "Nothing is wanted from you any more: "
NOBODY_NAMED = "named nobody to ask instead, so we ask you"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def labels(world: World, who: str, about: str = "52") -> list[str]:
    """The buttons about an item that somebody sees on all their cards."""
    return sorted(button.label for button in world.buttons(who) if button.about.startswith(about))


def vacate(world: World, name: str = POST) -> None:
    with Session(world.engine) as session:
        post = session.exec(select(Post).where(Post.name == name)).one()
        for tenure in session.exec(select(Tenure).where(Tenure.post_id == post.id)).all():
            session.delete(tenure)
        session.commit()
    world.look()


def hands_over(world: World, to: str) -> None:
    person_id = world.person_id(to)
    with Session(world.engine) as session:
        post = session.exec(select(Post).where(Post.name == POST)).one()
        hand_over(session, post, session.get_one(Person, person_id), world.clock.now(), None)
        session.commit()
    world.look()


def test_the_manager_s_card_says_who_stands_in_once_somebody_is_named(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("I am away until 12 September"), "You are away"),
            (MANAGER, sees_again(), NOBODY_NAMED),
            (LEAD, sees_again(), ["You are on leave, so Stephen Harcourt is asked.", "not: Please update"]),
            (LEAD, says("my delegate is Helen Marsh"), "Helen Marsh is asked instead."),
            (HELEN, sees_again(), "you stand in"),
            (
                MANAGER,
                sees_again(),
                [f"{NOT_ME}Helen Marsh stands in for its lead ({POST}) and is asked.", f"not: {NOBODY_NAMED}"],
            ),
            (LEAD, sees_again(), "You are on leave, so Helen Marsh is asked."),
        ],
    )
    assert labels(world, MANAGER) == ["Answer on behalf"]
    assert labels(world, LEAD) == ["Answer"]


@pytest.mark.both_databases
def test_who_is_back_has_their_card_again_and_nobody_else_is_asked(world: World) -> None:
    before = labels(world, LEAD)
    hold(
        world,
        [
            (LEAD, says("I am away until 12 September"), "You are away"),
            (LEAD, says("my delegate is Helen Marsh"), "Helen Marsh is asked instead."),
            (LEAD, says("I am back"), "Welcome back."),
            (HELEN, sees_again(), [f"{NOT_ME}its lead, {POST} – Ruth Fairbrass, is asked.", "not: you stand in"]),
            (MANAGER, sees_again(), [f"{NOT_ME}its lead, {POST} – Ruth Fairbrass, is asked.", f"not: {NOBODY_NAMED}"]),
            (LEAD, sees_again(), ["Please update 1 activity", "not: You are on leave"]),
        ],
    )
    assert (labels(world, HELEN), labels(world, MANAGER)) == ([], ["Answer on behalf"])
    assert labels(world, LEAD) == before


def test_an_admin_s_word_that_somebody_is_back_changes_the_cards_too(world: World) -> None:
    fields = {"person": str(world.person_id(LEAD)), "first": "2019-08-30", "last": "2019-09-06"}
    hold(
        world,
        [
            (ADMIN, says("people"), "Posts and people"),
            (ADMIN, presses("Leave"), "First day of leave"),
            (ADMIN, fills_in(**fields), "Ruth Fairbrass is away"),
            (MANAGER, sees_again(), NOBODY_NAMED),
            (ADMIN, says("people"), "Ruth Fairbrass is away"),
            (ADMIN, presses("Back at work", "Ruth"), "is at work again"),
            (MANAGER, sees_again(), [f"{NOT_ME}its lead", f"not: {NOBODY_NAMED}"]),
            (LEAD, sees_again(), "Please update 1 activity"),
        ],
    )


def test_leave_that_is_over_by_itself_changes_the_cards_too(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("I am away until 3 September"), "You are away"),
            (MANAGER, sees_again(), NOBODY_NAMED),
            (MANAGER, waits_until("2019-09-04 09:00"), ""),
            (MANAGER, sees_again(), [f"{NOT_ME}its lead, {POST} – Ruth Fairbrass, is asked.", f"not: {NOBODY_NAMED}"]),
        ],
    )


def test_a_vacant_post_that_is_filled_is_not_the_secretary_s_any_more(world: World) -> None:
    vacate(world)
    hold(world, [(SECRETARY, sees_again(), "1 activity led by a vacant post")])
    hands_over(world, TOM)
    gone = f"{NOT_ME}its lead, {POST} – Tom Ashdown, is asked."
    hold(world, [(SECRETARY, sees_again(), [gone, "Nothing here is wanted", "not: vacant", "not: Please answer"])])
    assert labels(world, SECRETARY) == ["Answer on behalf"]


def test_the_card_of_a_manager_who_takes_the_post_over_asks_them_as_its_lead(world: World) -> None:
    hold(world, [(LEAD, says("I am away until 12 September"), "You are away"), (MANAGER, sees_again(), NOBODY_NAMED)])
    hands_over(world, MANAGER)
    hold(world, [(MANAGER, sees_again(), ["52 – Review", "Please update", "not: is on leave", f"not: {NOT_ME}"])])
    assert "Not mine" in labels(world, MANAGER)


def test_who_handed_it_on_may_take_it_back_and_nothing_is_wanted_of_them(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Ask someone else", "52"), "Who should be asked?"),
            (LEAD, fills_in(person=str(world.person_id(HELEN))), "is asked now"),
            (LEAD, sees_again(), ["Helen Marsh is asked instead.", "not: Please update"]),
        ],
    )
    assert "Ask me again" in labels(world, LEAD)
    assert "Remind me later" not in labels(world, LEAD)


def test_an_answer_that_somebody_else_gave_since_is_not_shown_to_who_stood_in(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("I am away until 12 September"), "You are away"),
            (LEAD, says("my delegate is Helen Marsh"), "Helen Marsh is asked instead."),
            (LEAD, says("I am back"), "Welcome back."),
            (LEAD, presses("No change", "52"), "Stored"),
            (HELEN, sees_again(), [NOT_ME, "not: Answered by"]),
        ],
    )


def test_what_has_not_gone_out_is_not_said_to_who_is_asked_no_more_and_is_asked_again_when_they_are(
    world: World,
) -> None:
    ruth, day = world.person_id(LEAD), world.clock.now().date()
    with Session(world.engine) as session:
        [prompt] = session.exec(select(Prompt).where(Prompt.person_id == ruth)).all()
        row = session.get_one(OutgoingMessage, prompt.message_id)
        row_id, row.state, row.not_before = prompt.message_id, SendState.PENDING, world.clock.now()
        session.add(Absence(person_id=ruth, first_day=day, last_day=day))
        session.commit()
    world.look()
    with Session(world.engine) as session:
        assert session.get_one(OutgoingMessage, row_id).state == SendState.DROPPED
        session.delete(session.exec(select(Absence).where(Absence.person_id == ruth)).one())
        session.commit()
    world.look()
    with Session(world.engine) as session:
        [prompt] = session.exec(select(Prompt).where(Prompt.person_id == ruth)).all()
        assert prompt.message_id != row_id
        assert session.get_one(OutgoingMessage, prompt.message_id).state != SendState.DROPPED


@pytest.mark.both_databases
def test_looking_for_stale_cards_takes_as_many_queries_however_many_there_are(world: World) -> None:
    asked: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    assert refresh_cards(world.engine, {PLATFORM: world.chat}, CARD_SOURCES, world.clock.now()).updated == 0
    few = len(asked)
    world.wait_until("2019-09-13 17:30")
    asked.clear()
    assert refresh_cards(world.engine, {PLATFORM: world.chat}, CARD_SOURCES, world.clock.now()).updated == 0
    assert len(asked) <= few + 1
    tick(world.engine, {PLATFORM: world.chat}, world.clock.now())


def test_words_for_what_is_somebody_elses_by_now_are_not_stored_and_that_is_said(world: World) -> None:
    hands_over(world, TOM)
    led = f"52 is led by {POST} – Tom Ashdown."
    for text in ("On track, all is well", "52 on track, all is well"):
        hold(world, [(LEAD, says(text), ["What you wrote was not stored", led, "not: Thank you"])])
    hold(world, [(LEAD, replies("On track"), "What you wrote was not stored"), (LEAD, says("who reads this"), led)])
    assert world.answers("52") is None


def test_who_was_never_asked_is_told_that_their_words_were_not_stored(world: World) -> None:
    hold(world, [(ADMIN, says("On track, all is well"), "What you wrote was not stored.")])


def test_somebody_on_leave_may_answer_in_words_and_reads_who_reads_it(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("I am away until 12 September"), "You are away"),
            (LEAD, says("who reads this"), "**Who reads 52**"),
            (LEAD, says("On track, all is well"), "This is what was understood"),
        ],
    )


def test_a_progress_digest_in_a_pilot_says_who_was_not_asked(engine: Engine) -> None:
    world = World(engine)
    pilot = [str(world.person_id(who)) for who in (LEAD, SECRETARY)]
    hold(
        world,
        [
            (ADMIN, says("pilot"), "everybody is messaged"),
            (ADMIN, presses("Begin a pilot"), "Who is messaged?"),
            (ADMIN, fills_in(pilot=pilot), "A pilot has begun."),
        ],
    )
    world.wait_until("2019-09-13 12:00")
    [progress] = [
        post.message.text for post in world.posts(SECRETARY) if "received. The window closes" in post.message.text
    ][-1:]
    assert progress.count("(not asked: pilot)") > 5
    assert "not asked" not in next(line for line in progress.splitlines() if "**52**" in line)
    hold(world, [(SECRETARY, says("missing"), ["asked: Ruth Fairbrass", "not asked: pilot (Tom Ashdown"])])


def test_who_is_asked_first_at_a_reminder_is_asked_in_the_words_of_the_opening(world: World) -> None:
    hold(world, [(LEAD, says("away 9 September to 13 September"), "You are away")])
    world.wait_until("2019-09-09 10:00")
    hold(
        world,
        [
            (
                MANAGER,
                sees_again(),
                ["Please update 1 activity", "since Friday 30 August", "not: still to come from you"],
            )
        ],
    )
