"""'Not mine': what the lead, the secretary, the new lead and the old lead each see."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, Item, OutgoingMessage, Person, Post, Return, SendState, Snooze, Tenure
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
    presses_old,
    says,
    sees_again,
    waits_until,
)

HELEN, ELLEN = "helen.marsh", "ellen.sweeting"
GIVE, STAYS = "Give it to Market Shaping Manager", "It stays with Head of Voluntary Sector Commissioning"
REFUSED = "There is nothing here for you to do"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def post_id(world: World, name: str) -> str:
    with Session(world.engine) as session:
        return str(session.exec(select(Post.id).where(Post.name == name)).one())


def value(world: World, who: str, label: str) -> str:
    return next(button.value for button in world.buttons(who) if button.label == label)


def says_not_mine(world: World, post: str = "Market Shaping Manager", reason: str = "") -> None:
    chosen = post if post == "unknown" else post_id(world, post)
    hold(
        world,
        [
            (LEAD, presses("Not mine", "52"), "Whose is it?"),
            (LEAD, fills_in(post=chosen, reason=reason), "The secretary is told that it is not yours"),
        ],
    )


def return_of(session: Session, ref: str = "52") -> Return:
    return session.exec(select(Return).join(Item).where(Item.ref == ref, Return.state != "accepted")).one()


@pytest.mark.both_databases
def test_what_is_not_mine_goes_to_the_secretary_who_gives_it_away_in_one_tap(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Not mine", "52"), ["52: not mine", "Whose is it?"]),
            (
                LEAD,
                fills_in(post=post_id(world, "Market Shaping Manager"), reason="Helen took it over in *May*."),
                "You are not reminded of it before Monday 2 September 2019, 09:00",
            ),
            (LEAD, sees_again(), "You said that this is not yours; the secretary decides."),
            (
                SECRETARY,
                sees_again(),
                [
                    "Ruth Fairbrass says that this is not theirs",
                    "should go to Market Shaping Manager – Helen Marsh",
                    "It is led by the Head of Voluntary Sector Commissioning so far.",
                    r"In their words: Helen took it over in \*May\*.",
                ],
            ),
            (SECRETARY, says("status"), "Ruth Fairbrass says it is not theirs: suggests Market Shaping Manager"),
            (
                SECRETARY,
                presses("Give it to Market Shaping Manager", "52"),
                "52 is led by the Market Shaping Manager now. Asked: Helen Marsh.",
            ),
            (
                LEAD,
                sees_again(),
                ["This has gone to Market Shaping Manager – Helen Marsh. Nothing more is wanted from you for it."],
            ),
            (HELEN, sees_again(), ["52 – Review of Voluntary and Community Sector Grants", "Last time: ●"]),
            (HELEN, presses("No change", "52"), "Stored"),
            (SECRETARY, says("status"), "not: says it is not theirs"),
        ],
    )
    with Session(world.engine) as session:
        ret = return_of(session)
        assert (ret.disowned_by_id, ret.disowned_to_id, ret.disowned_reason, ret.delegate_id) == (None,) * 4


def test_the_lead_is_told_once_that_it_has_gone_and_is_not_chased_for_it_any_more(world: World) -> None:
    says_not_mine(world)
    hold(world, [(SECRETARY, presses(GIVE), "Asked: Helen Marsh")])
    assert sum("This has gone to" in post.message.text for post in world.posts(LEAD)) == 1
    card = world.posts(LEAD)[0].message.text
    assert "Nothing is wanted from you any more: its lead is now Market Shaping Manager – Helen Marsh." in card
    hold(world, [(LEAD, waits_until("2019-09-20 17:00"), "")])


def test_whoever_does_not_know_whose_it_is_leaves_the_secretary_to_choose(world: World) -> None:
    says_not_mine(world, "unknown")
    hold(world, [(SECRETARY, sees_again(), "and does not know whose it is")])
    assert [button.label for button in world.buttons(SECRETARY)][:2] == [
        "Choose somebody else",
        STAYS,
    ]
    hold(
        world,
        [
            (SECRETARY, presses("Choose somebody else", "52"), "Whose is it?"),
            (SECRETARY, fills_in(), "Choose a post from the list."),
            (SECRETARY, fills_in(post=post_id(world, "Head of Local Care")), "Asked: Tom Ashdown"),
            ("tom.ashdown", sees_again(), "52 – Review"),
        ],
    )


def test_the_lead_must_choose_a_post_or_that_they_do_not_know(world: World) -> None:
    hold(world, [(LEAD, presses("Not mine"), "Whose is it?"), (LEAD, fills_in(), "Choose a post from the list.")])
    own = post_id(world, "Head of Voluntary Sector Commissioning")
    hold(world, [(LEAD, fills_in(post=own), "Choose a post from the list.")])
    choices = world.forms[LEAD].fields[0].choices
    assert choices[0].word == "I do not know"
    assert "Market Shaping Manager – Helen Marsh" in [choice.word for choice in choices]
    assert own not in [choice.key for choice in choices]


def test_it_stays_and_the_lead_reads_why_and_is_asked_again(world: World) -> None:
    says_not_mine(world)
    hold(
        world,
        [
            (SECRETARY, presses(STAYS), "Why does it stay?"),
            (SECRETARY, fills_in(reason=" "), "Say in a few words why it stays"),
            (SECRETARY, fills_in(reason="The board named you in June."), "52 stays with the Head of Voluntary"),
            (
                LEAD,
                sees_again(),
                [
                    "Joanna Pell says: The board named you in June.",
                    "Please answer by Friday 13 September 2019, 17:00.",
                    "not: the secretary decides",
                ],
            ),
            (LEAD, presses("Answer", "52"), "Will the activity be delivered"),
        ],
    )
    with Session(world.engine) as session:
        assert session.exec(select(Snooze)).all() == []
        acts = [event.act for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))]
    assert acts[-3:] == ["disowned", "snoozed", "lead_kept"]


def test_nobody_deciding_loses_nothing_the_lead_is_reminded_the_next_working_morning(world: World) -> None:
    says_not_mine(world)  # on a Friday
    hold(
        world,
        [
            (LEAD, waits_until("2019-09-02 08:59"), ""),
            (
                LEAD,
                waits_until("2019-09-02 09:00"),
                ["A reminder: 1 update is still to come", "the secretary decides", "not: You asked to be reminded"],
            ),
            (LEAD, waits_until("2019-09-13 09:00"), "The window closes on Friday 13 September 2019, 17:00"),
            (MANAGER, waits_until("2019-09-16 09:00"), "The secretary is asked whose this is"),
        ],
    )


def test_on_the_closing_day_nothing_is_put_off(world: World) -> None:
    world.wait_until("2019-09-13 10:00")
    seen = len(world.posts(LEAD))
    hold(
        world,
        [
            (LEAD, presses("Not mine"), "Whose is it?"),
            (LEAD, fills_in(post="unknown"), ["You can still answer it.", "not: reminded of it before"]),
        ],
    )
    assert len(world.posts(LEAD)) == seen + 1
    with Session(world.engine) as session:
        assert session.exec(select(Snooze)).all() == []


def test_it_can_be_said_and_decided_between_the_close_and_the_lock(world: World) -> None:
    world.wait_until("2019-09-16 10:00")
    says_not_mine(world)
    hold(
        world,
        [
            (SECRETARY, presses(STAYS), "Why does it stay?"),
            (SECRETARY, fills_in(reason="It is yours."), "52 stays"),
            (LEAD, sees_again(), "Please answer by Friday 20 September 2019, 17:00, when the window locks."),
        ],
    )


def test_a_secretary_hears_in_working_hours_and_not_at_all_of_what_was_answered_meanwhile(world: World) -> None:
    world.wait_until("2019-08-30 18:00")
    seen = len(world.posts(SECRETARY))
    says_not_mine(world)
    assert len(world.posts(SECRETARY)) == seen
    hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-02 10:00")
    assert not any("says that this is not theirs" in post.message.text for post in world.posts(SECRETARY))
    with Session(world.engine) as session:
        [row] = session.exec(select(OutgoingMessage).where(OutgoingMessage.kind == "disowned")).all()
        assert row.state == SendState.DROPPED


def test_the_message_waits_for_the_secretary_s_morning(world: World) -> None:
    world.wait_until("2019-08-30 18:00")
    says_not_mine(world)
    hold(world, [(SECRETARY, waits_until("2019-09-02 09:00"), "says that this is not theirs")])


@pytest.mark.parametrize("label", ["Give it to Market Shaping Manager", "Choose somebody else", "It stays with"])
def test_a_button_pressed_after_it_was_decided_says_how(world: World, label: str) -> None:
    says_not_mine(world)
    buttons = [b for b in world.buttons(SECRETARY) if b.label.startswith(label)]
    hold(world, [(SECRETARY, presses(GIVE), "Asked: Helen Marsh")])
    shown = world.incoming(SECRETARY, "press", action=buttons[0].action, value=buttons[0].value)
    assert shown == ["That is decided already: 52 is with Market Shaping Manager – Helen Marsh."]


def test_a_form_sent_after_it_was_decided_says_how(world: World) -> None:
    says_not_mine(world)
    hold(world, [(SECRETARY, presses(STAYS), "Why does it stay?")])
    form = world.forms[SECRETARY]
    hold(world, [(SECRETARY, presses(GIVE), "Asked: Helen Marsh")])
    world.forms[SECRETARY] = form
    hold(world, [(SECRETARY, fills_in(reason="No."), "That is decided already: 52 is with Market Shaping Manager")])


def test_a_lead_who_answers_after_all_takes_it_back(world: World) -> None:
    says_not_mine(world)
    give = world.button(SECRETARY, GIVE)
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (LEAD, sees_again(), "not: the secretary decides"),
            (SECRETARY, presses_old(give), "52 has been answered meanwhile"),
        ],
    )


def test_a_button_of_an_earlier_claim_shows_what_was_said_since(world: World) -> None:
    says_not_mine(world)
    old = value(world, SECRETARY, "Give it to Market Shaping Manager")
    with Session(world.engine) as session:
        return_of(session).disowned_to_id = int(post_id(world, "Head of Local Care"))
        session.commit()
    for action in ("give_to", "reassign", "keep_lead"):
        [said, claim] = world.incoming(SECRETARY, "press", action=action, value=old)
        assert said.startswith("52: something else has been said since")
        assert "Head of Local Care – Tom Ashdown" in claim
    for action in ("reassign", "keep_lead"):
        fields = {"post": post_id(world, "Head of Systems"), "reason": "No."}
        shown = world.incoming(SECRETARY, "submit", action=action, value=old, fields=fields)
        assert shown[0].startswith("52: something else has been said since")
    hold(world, [(SECRETARY, presses("Give it to Head of Local Care"), "Asked: Tom Ashdown")])


def test_nothing_is_decided_once_the_window_is_locked(world: World) -> None:
    says_not_mine(world)
    give = world.button(SECRETARY, GIVE)
    world.wait_until("2019-09-20 17:00")
    hold(world, [(SECRETARY, presses_old(give), "Quarter 2 2019/20 is locked")])


def test_not_mine_pressed_again_or_late_says_what_is_so(world: World) -> None:
    button = value(world, LEAD, "Not mine")
    says_not_mine(world)
    hold(
        world,
        [
            (LEAD, presses("Whose it is"), "Whose is it?"),
            (LEAD, fills_in(), "You said already that 52 is not yours"),
        ],
    )
    assert "Not mine" not in [b.label for b in world.buttons(LEAD)]
    hold(world, [(LEAD, presses("No change"), "Stored")])
    assert world.incoming(LEAD, "press", action="not_mine", value=button)[0].startswith("This is answered already.")
    world.wait_until("2019-09-20 17:00")
    assert "is locked" in world.incoming(LEAD, "press", action="not_mine", value=button)[0]


def test_nobody_else_can_say_it_or_decide_it(world: World) -> None:
    button = value(world, LEAD, "Not mine")
    for who in (STRANGER, MANAGER, ADMIN):
        assert world.incoming(who, "press", action="not_mine", value=button)[0].startswith(REFUSED)
        assert world.incoming(who, "submit", action="not_mine", value=button)[0].startswith(REFUSED)
    says_not_mine(world)
    decides = value(world, SECRETARY, "Give it to Market Shaping Manager")
    for who in (STRANGER, MANAGER, ADMIN, LEAD, HELEN):
        for action in ("give_to", "reassign", "keep_lead", "whose"):
            assert world.incoming(who, "press", action=action, value=decides)[0].startswith(REFUSED)
    lead = world.person_id(LEAD)
    with Session(world.engine) as session:
        assert return_of(session).disowned_by_id == lead


def test_a_manager_who_is_asked_cannot_say_that_it_is_not_theirs(world: World) -> None:
    world.wait_until("2019-09-16 09:00")
    assert "Not mine" not in [button.label for button in world.buttons(MANAGER)]


def test_a_delegate_may_say_it_and_the_lead_and_the_delegate_both_hear(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Ask someone else"), "They are asked instead"),
            (LEAD, fills_in(person=str(world.person_id("grace.oyelaran"))), "Grace Oyelaran is asked now"),
            ("grace.oyelaran", presses("Not mine", "52"), "Whose is it?"),
            ("grace.oyelaran", fills_in(post=post_id(world, "Market Shaping Manager")), "The secretary is told"),
            (SECRETARY, sees_again(), "Grace Oyelaran says that this is not theirs"),
            (SECRETARY, presses(GIVE), "Asked: Helen Marsh"),
            ("grace.oyelaran", sees_again(), "This has gone to Market Shaping Manager"),
            (HELEN, sees_again(), "52 – Review"),
        ],
    )


def test_whoever_went_on_leave_meanwhile_hears_of_it_when_they_are_back(world: World) -> None:
    says_not_mine(world)
    hold(
        world,
        [
            (LEAD, says("away until 3 September"), "You are away from today"),
            (SECRETARY, presses(GIVE), "Asked: Helen Marsh"),
            (LEAD, sees_again(), "not: This has gone to"),
            (LEAD, waits_until("2019-09-03 17:00"), ""),
            (LEAD, waits_until("2019-09-04 09:00"), "This has gone to Market Shaping Manager"),
        ],
    )


def test_a_vacant_post_is_said_to_be_vacant_and_may_have_it_all_the_same(world: World) -> None:
    with Session(world.engine) as session:
        holder = select(Tenure).where(Tenure.post_id == int(post_id(world, "Head of Local Care")))
        session.exec(holder).one().last_day = date(2019, 8, 1)
        session.commit()
    says_not_mine(world, "Head of Local Care")
    hold(
        world,
        [
            (SECRETARY, sees_again(), ["Head of Local Care – vacant", "That post is vacant"]),
            (
                SECRETARY,
                presses("Give it to Head of Local Care"),
                "until somebody holds it, the secretary is asked (Joanna Pell)",
            ),
        ],
    )


def test_with_no_secretary_at_work_the_admins_hear_of_it_without_the_words(world: World) -> None:
    with Session(world.engine) as session:
        session.exec(select(Person).where(Person.email == "joanna.pell@example.org")).one().active = False
        session.commit()
    says_not_mine(world, reason="Secret words.")
    hold(world, [(ADMIN, sees_again(), ["No secretary is at work who could decide", "not: Secret words."])])
    assert "give_to" not in [button.action for button in world.buttons(ADMIN)]


def test_whoever_is_given_it_is_asked_by_their_own_clock(world: World) -> None:
    with Session(world.engine) as session:
        session.exec(select(Person).where(Person.email == f"{HELEN}@example.org")).one().time_zone = "America/New_York"
        session.commit()
    says_not_mine(world)
    seen = len(world.posts(HELEN))
    hold(world, [(SECRETARY, presses(GIVE), "Asked: Helen Marsh")])
    assert len(world.posts(HELEN)) == seen  # it is five in the morning there
    hold(world, [(HELEN, waits_until("2019-08-30 14:00"), "52 – Review")])


@pytest.mark.both_databases
def test_what_was_given_away_is_led_by_the_new_post_in_later_windows_too(world: World) -> None:
    says_not_mine(world)
    hold(world, [(SECRETARY, presses(GIVE), "Asked: Helen Marsh")])
    world.wait_until("2019-11-29 09:00")
    assert any("52 – Review" in post.message.text for post in world.posts(HELEN)[-1:])
    assert not any("Quarter 3" in post.message.text for post in world.posts(LEAD))


def test_what_was_said_of_whose_it_is_can_be_corrected(world: World) -> None:
    says_not_mine(world, "unknown")
    hold(
        world,
        [
            (LEAD, presses("Whose it is"), "Whose is it?"),
            (LEAD, fills_in(post=post_id(world, "Market Shaping Manager")), "The secretary is told"),
            (SECRETARY, says("status"), "suggests Market Shaping Manager"),
            (SECRETARY, presses(GIVE, "52"), "Asked: Helen Marsh"),
        ],
    )
