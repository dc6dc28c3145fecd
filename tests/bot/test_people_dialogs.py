"""Posts and people in chat: what the admin does, and what everybody whom it concerns then sees."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, ChatAccount, Person, Post, Tenure
from tests.dialog import (
    ADMIN,
    LEAD,
    MANAGER,
    SECRETARY,
    STRANGER,
    World,
    fills_in,
    hold,
    presses,
    says,
    sees_again,
    waits_until,
)

NEW = "tom.ashdown"
POST = "Head of Voluntary Sector Commissioning"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def post_id(world: World, name: str = POST) -> str:
    with Session(world.engine) as session:
        return str(session.exec(select(Post.id).where(Post.name == name)).one())


def who(world: World, name: str) -> str:
    return str(world.person_id(name))


def shows_hand_over(world: World, to: str = NEW, **more: str) -> None:
    """The admin fills in the form, up to what follows from it."""
    fields = {"post": post_id(world), "person": who(world, to)} | more
    hold(
        world,
        [
            (ADMIN, says("people"), f"{POST}: Ruth Fairbrass"),
            (ADMIN, presses("Hand a post over"), ["Which post?", "You see what follows from it before it is done."]),
            (ADMIN, fills_in(**fields), "Nothing is done until you confirm."),
        ],
    )


def acts_of(world: World) -> list[tuple[str, str, int | None]]:
    with Session(world.engine) as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
        return [(event.act, event.subject, event.person_id) for event in events]


@pytest.mark.both_databases
def test_a_post_is_handed_over_and_everybody_concerned_sees_it(world: World) -> None:
    shows_hand_over(world)
    hold(
        world,
        [
            (ADMIN, sees_again(), ["Tom Ashdown holds it instead of Ruth Fairbrass", "**52** – Review of Voluntary"]),
            (LEAD, sees_again(), ["Last time:", "not: any more"]),
            (ADMIN, presses("Hand it over"), [f"{POST} is held by Tom Ashdown from Friday 30 August", "leads 52"]),
            (
                LEAD,
                sees_again(),
                [
                    f"Nothing is wanted from you any more: its lead is now {POST} – Tom Ashdown.",
                    f"The post {POST} is now held by Tom Ashdown. Nothing more is wanted from you for 52.",
                    "not: Please update",
                    "not: Last time:",
                ],
            ),
            (NEW, sees_again(), [f"You now hold the post {POST}", "**52** – Review", "Please update", "52 – Review"]),
            (SECRETARY, says("missing"), f"asked: Tom Ashdown, {POST}"),
            (LEAD, says("my"), "Nothing is wanted from you now."),
            (NEW, presses("No change", "52"), "Stored"),
        ],
    )
    assert [b.label for b in world.buttons(LEAD)] == []
    assert ("handed_over", f"post {POST}", world.person_id(ADMIN)) in acts_of(world)


def test_a_button_kept_from_before_a_hand_over_says_that_it_is_somebody_elses(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "Answer"]
    shows_hand_over(world)
    hold(world, [(ADMIN, presses("Hand it over"), "is held by Tom Ashdown")])
    shown = world.incoming(LEAD, "press", action=button.action, value=button.value)
    assert "it has moved to somebody else" in shown[0]


def test_a_hand_over_from_a_later_day_changes_nothing_before_it(world: World) -> None:
    shows_hand_over(world, first_day="2019-09-04")
    hold(
        world,
        [
            (ADMIN, presses("Hand it over"), "is held by Tom Ashdown from Wednesday 4 September 2019."),
            (
                LEAD,
                sees_again(),
                [
                    f"From Wednesday 4 September 2019 the post {POST} is held by Tom Ashdown. Until then it is yours.",
                    "Nothing more is wanted from you from then on for 52.",
                    "not: any more: ",
                ],
            ),
            (NEW, sees_again(), ["From Wednesday 4 September 2019 you hold the post", "not: Review of Voluntary\n"]),
            (NEW, waits_until("2019-09-03 17:00"), "not: 52 –"),
            (LEAD, says("my"), "52 – "),
            (NEW, waits_until("2019-09-04 09:00"), ["Please update", "52 – Review"]),
            (LEAD, sees_again(), [f"any more: its lead is now {POST} – Tom Ashdown.", "not: Please update"]),
        ],
    )
    assert [b.label for b in world.buttons(LEAD)] == []


def test_a_post_that_is_handed_back_gives_the_card_its_buttons_back(world: World) -> None:
    for to in (NEW, LEAD):
        fields = {"post": post_id(world), "person": who(world, to)}
        hold(
            world,
            [
                (ADMIN, says("people"), POST),
                (ADMIN, presses("Hand a post over"), "Which post?"),
                (ADMIN, fills_in(**fields), "Nothing is done until"),
                (ADMIN, presses("Hand it over"), "is held by"),
            ],
        )
    hold(world, [(LEAD, presses("No change", "52"), "Stored")])
    with Session(world.engine) as session:
        held = session.exec(select(Tenure).where(Tenure.post_id == int(post_id(world))).order_by(col(Tenure.id))).all()
    days = [(t.person_id, t.first_day, t.last_day) for t in held]
    ruth = world.person_id(LEAD)
    assert days == [(ruth, None, date(2019, 8, 29)), (ruth, date(2019, 8, 30), None)]


def test_what_waited_for_the_morning_is_not_said_to_somebody_who_leads_it_no_more(engine: Engine) -> None:
    world = World(engine)
    shows_hand_over(world)
    before = len(world.posts(LEAD))
    hold(
        world,
        [
            (ADMIN, presses("Hand it over"), "is held by Tom Ashdown"),
            (LEAD, waits_until("2019-08-30 09:30"), ["is now held by Tom Ashdown", "not: Please update"]),
            (NEW, sees_again(), ["You now hold", "52 – Review"]),
        ],
    )
    assert len(world.posts(LEAD)) == before + 1


def test_a_hand_over_that_cannot_be_is_refused_beside_its_field(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Hand a post over"), "Which post?"),
            (ADMIN, fills_in(post=post_id(world), person=who(world, LEAD)), f"Ruth Fairbrass holds {POST} already"),
            (ADMIN, fills_in(person=""), "Choose somebody."),
            (ADMIN, fills_in(person=who(world, NEW), first_day="2019-08-01"), "That day is over"),
            (ADMIN, fills_in(first_day="soon"), "Write the day as 2019-09-13."),
            (ADMIN, fills_in(first_day="2019-08-30", instead_of=who(world, MANAGER)), "Stephen Harcourt does not hold"),
            (ADMIN, fills_in(instead_of="", post="999999"), "Choose a post."),
        ],
    )


@pytest.mark.both_databases
def test_two_admins_cannot_hand_one_post_to_two_people(world: World) -> None:
    other = "yasmin.begum"
    with Session(world.engine) as session:
        person = session.get_one(Person, world.person_id(other))
        person.roles = ["admin"]
        session.commit()
    shows_hand_over(world)
    hold(
        world,
        [
            (other, says("people"), POST),
            (other, presses("Hand a post over"), "Which post?"),
            (other, fills_in(post=post_id(world), person=who(world, "priya.raman")), "instead of Ruth Fairbrass"),
            (ADMIN, presses("Hand it over"), "is held by Tom Ashdown"),
            (
                other,
                presses("Hand it over"),
                [
                    "Something has changed since you looked",
                    "Priya Raman holds it instead of Tom Ashdown",
                    "not: leads 52;",
                ],
            ),
            (ADMIN, says("people"), f"{POST}: Tom Ashdown"),
            (other, presses("Hand it over"), "is held by Priya Raman"),
            (ADMIN, presses("Hand it over"), "Something has changed since you looked"),
        ],
    )


@pytest.mark.both_databases
def test_a_confirmation_that_is_pressed_twice_acts_once(world: World) -> None:
    shows_hand_over(world)
    hold(
        world,
        [
            (ADMIN, presses("Hand it over"), "is held by Tom Ashdown"),
            (ADMIN, presses("Hand it over"), "Tom Ashdown holds"),
        ],
    )
    assert [act for act, *_ in acts_of(world)].count("handed_over") == 1


def test_somebody_joins_takes_a_vacant_post_and_is_reached_once_linked(world: World) -> None:
    with Session(world.engine) as session:
        session.delete(session.exec(select(Tenure).where(Tenure.person_id == world.person_id(LEAD))).one())
        session.commit()
    fields = {"email": "Olive.Tranter@example.org", "name": "Olive Tranter", "vacant": post_id(world)}
    hold(
        world,
        [
            (ADMIN, says("people"), f"{POST}: **vacant**"),
            (ADMIN, presses("Somebody joins"), "for somebody who had left, and they are here again"),
            (ADMIN, fills_in(email="olive", name="Olive Tranter"), "'olive' is no e-mail address"),
            (ADMIN, fills_in(email="ruth.fairbrass@example.org"), "is the address of Ruth Fairbrass"),
            (ADMIN, fills_in(email="olive.tranter@example.org", time_zone="Kent"), "No time zone is called 'Kent'"),
            (
                ADMIN,
                fills_in(**fields, time_zone=""),
                ["example.org) has joined.", "no chat account yet"],
            ),
            (ADMIN, says("people"), [f"{POST}: Olive Tranter", "**No chat account**"]),
        ],
    )
    hold(
        world,
        [
            (ADMIN, presses("Link an account"), "Chat platform"),
            (
                ADMIN,
                fills_in(person=who(world, "olive.tranter"), conversation="ruth.fairbrass@example.org"),
                "is linked to Ruth Fairbrass already",
            ),
            (ADMIN, fills_in(conversation="olive.tranter@example.org"), "what waited is sent now"),
            ("olive.tranter", sees_again(), ["You now hold the post", "52 – Review"]),
            (ADMIN, says("people"), "not: No chat account"),
        ],
    )


def test_a_post_that_is_held_is_not_taken_by_joining_and_nobody_has_joined_then(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Somebody joins"), "E-mail address"),
            (
                ADMIN,
                fills_in(email="olive.tranter@example.org", name="Olive", vacant=post_id(world)),
                f"{POST} is held by Ruth Fairbrass",
            ),
        ],
    )
    with Session(world.engine) as session:
        assert session.exec(select(Person).where(Person.email == "olive.tranter@example.org")).first() is None


def test_a_leaver_leaves_a_vacant_post_and_the_secretary_is_asked(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Somebody leaves"), "What they answered is kept."),
            (
                ADMIN,
                fills_in(person=who(world, LEAD)),
                ["**Ruth Fairbrass leaves**", f"Vacant then: {POST}.", "**52** – Review", "Nothing is done until"],
            ),
            (LEAD, says("my"), "52 – "),
            (
                ADMIN,
                presses("They leave"),
                ["Ruth Fairbrass has left", f"{POST} is vacant now.", "Nobody leads 52 now"],
            ),
            (SECRETARY, sees_again(), ["led by a vacant post", "52 – Review"]),
            (LEAD, sees_again(), [f"Nothing is wanted from you any more: its lead's post, {POST}, is vacant now."]),
            (LEAD, says("status"), "No window is open now"),
            (ADMIN, presses("They leave"), "Ruth Fairbrass has left; choose somebody who is here"),
            (SECRETARY, presses("Answer", "52"), "Will the activity"),
        ],
    )


def test_the_only_admin_cannot_leave(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Somebody leaves"), "Who?"),
            (ADMIN, fills_in(person=who(world, ADMIN)), "Asif Chaudhry is the only admin"),
        ],
    )


def test_a_departure_that_was_shown_before_a_hand_over_is_shown_again(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Somebody leaves"), "Who?"),
            (ADMIN, fills_in(person=who(world, LEAD)), f"Vacant then: {POST}."),
        ],
    )
    shows_hand_over(world, to=NEW)
    hold(
        world,
        [
            (ADMIN, presses("Hand it over"), "is held by Tom Ashdown"),
            (ADMIN, presses("They leave"), ["Something has changed since you looked", "not: Vacant then"]),
            (ADMIN, presses("They leave"), "Ruth Fairbrass has left, and is asked no more."),
        ],
    )


def test_leave_with_a_delegate_is_recorded_and_ends_early(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), "Ellen Sweeting is away from Monday 2 September 2019"),
            (ADMIN, presses("Leave"), "First day of leave"),
            (ADMIN, fills_in(person=who(world, LEAD), first="2019-09-03", last="2019-09-02"), "end before it begins"),
            (ADMIN, fills_in(first="2019-08-01", last="2019-08-29"), "That leave is over already"),
            (ADMIN, fills_in(last="2019-09-13", delegate=who(world, LEAD)), "cannot stand in for themselves"),
            (
                ADMIN,
                fills_in(first="2019-08-30", delegate=who(world, NEW)),
                "is away from Friday 30 August 2019 to Friday 13 September 2019; Tom Ashdown is asked instead",
            ),
            (NEW, sees_again(), ["52 – Review", f"The lead ({POST}) is on leave, and you stand in."]),
            (ADMIN, says("people"), "Ruth Fairbrass is away"),
            (ADMIN, presses("Back at work", "Ruth"), "Ruth Fairbrass is at work again."),
            (ADMIN, presses("Back at work", "Ruth"), "Ruth Fairbrass is not on leave"),
            (SECRETARY, says("missing"), f"asked: Ruth Fairbrass, {POST}"),
        ],
    )


def test_each_member_of_a_body_may_answer_and_one_is_asked_first(engine: Engine) -> None:
    world = World(engine, at="2019-08-29 10:00")
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("A post that several hold"), "one is asked first"),
            (ADMIN, fills_in(post=post_id(world), person=who(world, NEW)), "Choose what changes."),
            (ADMIN, fills_in(change="hold"), f"{POST} is held by Ruth Fairbrass and Tom Ashdown"),
            (NEW, sees_again(), "together with Ruth Fairbrass"),
            (LEAD, waits_until("2019-08-30 09:00"), f"You are asked first of {POST}: Tom Ashdown may answer too."),
            (NEW, sees_again(), "not: 52 – Review of Voluntary and Community Sector Grants across the Council\n\nLast"),
            (NEW, says("my"), ["46 – ", "Also yours to answer: 52, asked first: Ruth Fairbrass."]),
            (NEW, says("answer 52"), "Will the activity"),
            (NEW, fills_in(progress_description="All is well, says Tom."), "Stored"),
            (LEAD, sees_again(), "✓ Answered by Tom Ashdown"),
            (LEAD, says("my"), "Nothing is wanted from you now."),
        ],
    )


def test_another_member_is_asked_first_from_now_on(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("A post that several hold"), "one is asked first"),
            (
                ADMIN,
                fills_in(post=post_id(world), person=who(world, NEW), change="ask_first"),
                "Tom Ashdown does not hold",
            ),
            (ADMIN, fills_in(change="hold"), "is held by Ruth Fairbrass and Tom Ashdown"),
            (ADMIN, presses("A post that several hold"), "one is asked first"),
            (
                ADMIN,
                fills_in(post=post_id(world), person=who(world, NEW), change="ask_first"),
                "Tom Ashdown is asked first",
            ),
            (NEW, sees_again(), f"You are asked first of {POST}: Ruth Fairbrass may answer too."),
            (
                LEAD,
                sees_again(),
                [f"Tom Ashdown is asked first of {POST}. You may answer too.", "Nothing here is wanted", "not: Please"],
            ),
            (ADMIN, says("people"), f"{POST}: Tom Ashdown, Ruth Fairbrass (asked first: Tom Ashdown)"),
            (
                LEAD,
                says("my"),
                ["Nothing is wanted from you now.", "Also yours to answer: 52, asked first: Tom Ashdown."],
            ),
            (ADMIN, presses("A post that several hold"), "one is asked first"),
            (
                ADMIN,
                fills_in(post=post_id(world), person=who(world, NEW), change="release"),
                ["Tom Ashdown holds it no more from today. It is still held by Ruth Fairbrass.", "Told: Tom Ashdown."],
            ),
            (ADMIN, presses("They hold it no more"), "is held by Ruth Fairbrass from"),
            (NEW, sees_again(), f"Nothing is wanted from you any more: its lead is now {POST} – Ruth Fairbrass."),
            (LEAD, sees_again(), ["Please update 1 activity", "not: asked first of"]),
        ],
    )


def test_one_member_of_a_body_is_replaced_and_the_others_stay(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("A post that several hold"), "one is asked first"),
            (ADMIN, fills_in(post=post_id(world), person=who(world, NEW), change="hold"), "is held by"),
            (ADMIN, presses("Hand a post over"), "Which post?"),
            (
                ADMIN,
                fills_in(post=post_id(world), person=who(world, MANAGER), instead_of=who(world, LEAD)),
                ["Stephen Harcourt holds it instead of Ruth Fairbrass, together with Tom Ashdown", "Told: Ruth"],
            ),
            (ADMIN, presses("Hand it over"), f"{POST} is held by Tom Ashdown and Stephen Harcourt from"),
            (MANAGER, sees_again(), f"You are asked first of {POST}: Tom Ashdown may answer too."),
        ],
    )


@pytest.mark.parametrize("nobody", [LEAD, SECRETARY, STRANGER])
def test_nobody_but_an_admin_sees_or_changes_who_holds_what(world: World, nobody: str) -> None:
    shows_hand_over(world)
    [confirm] = [b for b in world.buttons(ADMIN) if b.label == "Hand it over"]
    fields = {"post": post_id(world), "person": who(world, nobody), "first_day": "2019-08-30"}
    refused = "Only an admin can change who holds which post"
    hold(world, [(nobody, says("people"), refused)])
    for kind, action, value in (
        ("press", confirm.action, confirm.value),
        ("press", "people_hand_over", "hand_over"),
        ("submit", "people_hand_over", "hand_over"),
        ("submit", "people_members", "members"),
        ("submit", "people_join", "join"),
        ("submit", "people_leave", "leave"),
        ("submit", "people_leaver", "leaver"),
        ("submit", "people_link", "link"),
        ("press", "people_leaver_now", "1.x"),
        ("press", "people_back", "1"),
    ):
        assert world.incoming(nobody, kind, action=action, value=value, fields=fields)[0].startswith(refused)
    assert "handed_over" not in [act for act, *_ in acts_of(world)]


@pytest.mark.parametrize("value", ["", "x", "1.2", "1.2.3.4.5", "1.1.2019-09-01..", "999.1.2019-09-01..abc"])
def test_a_made_up_confirmation_does_nothing_and_is_refused_in_words(world: World, value: str) -> None:
    shown = world.incoming(ADMIN, "press", action="people_hand_over_now", value=value)
    assert "Something went wrong" not in shown[0]
    assert "handed_over" not in [act for act, *_ in acts_of(world)]


@pytest.mark.both_databases
def test_what_waited_for_an_account_goes_out_as_soon_as_it_is_linked(engine: Engine) -> None:
    world = World(engine)
    with Session(engine) as session:
        account = session.exec(select(ChatAccount).where(ChatAccount.person_id == world.person_id(LEAD))).one()
        session.delete(account)
        session.commit()
    world.wait_until("2019-08-30 09:00")
    hold(
        world,
        [
            (ADMIN, says("people"), "Ruth Fairbrass (ruth.fairbrass@example.org)"),
            (ADMIN, presses("Link an account"), "Chat platform"),
            (ADMIN, fills_in(person=who(world, LEAD), conversation="ruth.fairbrass@example.org"), "is sent now"),
            (LEAD, sees_again(), "52 – Review"),
        ],
    )
