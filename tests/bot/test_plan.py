"""A board's forward plan in chat: what its secretary sees, adds, moves, withdraws, holds, and records."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, ForwardPlanItem, Meeting, MeetingNote, Placing
from tests.bot.test_papers import ADMIN, FORWARD, HELEN, LEAD, SECRETARY
from tests.dialog import Act, World, fills_in, hold, london, presses, says, sees_again, waits_until

PLAN = "plan asc_cabinet_committee"
JUNE, SEPTEMBER, NOVEMBER = "17 June 2021", "29 September 2021", "24 November 2021"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, FORWARD, at="2021-04-06 08:30")


def choice(world: World, who: str, field: str, word: str) -> str:
    """The key of the choice that begins so, in the form that is shown."""
    found = next(f for f in world.forms[who].fields if f.key == field)
    return next(each.key for each in found.choices if word in each.word)


def opens(world: World, label: str, about: str = "") -> None:
    hold(world, [(SECRETARY, says(PLAN), "# Forward plan")])
    presses(label, about)(world, SECRETARY)


def jumps_to(text: str) -> Act:
    """As if the service was down meanwhile; what is shown is what comes then."""

    def act(world: World, who: str) -> list[str]:
        seen = len(world.posts(who))
        world.clock.set(london(text))
        world.look()
        return [post.message.text for post in world.posts(who)[seen:]]

    return act


def test_the_plan_shows_each_meeting_with_its_dates_and_what_comes(world: World) -> None:
    hold(
        world,
        [
            (
                SECRETARY,
                says(PLAN),
                [
                    "6 meetings are to come",
                    "## Thursday 17 June 2021, 10:00",
                    "Agenda setting meeting: 6 May 2021; ",
                    "Agenda and reports published: 9 Jun 2021",
                    "**Performance Dashboard** (every other meeting) – Head of Performance",
                ],
            ),
            (LEAD, says("plan"), "You keep no board's forward plan."),
            (SECRETARY, says("plan nonsense"), "You keep no board of that name."),
        ],
    )


def test_a_board_is_named_by_its_key_or_its_whole_name(world: World) -> None:
    name = "Adult Social Care Cabinet Committee"
    of_board = f"The calendar of {name}, with its meetings"
    none_kept = "You keep no board, so there is no board's calendar for you. Write 'calendar' alone"
    other = r"Write 'calendar' alone, or with one of these: asc\_management\_team, asc\_cabinet\_committee."
    hold(
        world,
        [
            (SECRETARY, says(f"plan {name.lower()}"), [f"# Forward plan: {name}", "not: Management Team\n"]),
            (SECRETARY, says(f"calendar {name}"), of_board),
            (SECRETARY, says("calendar asc-cabinet-committee"), of_board),
            (SECRETARY, says("calendar x"), f"You keep no board of that name. {other}"),
            (LEAD, says("calendar x"), none_kept),
            (LEAD, says(f"calendar {name}"), none_kept),
            (ADMIN, says("calendar asc_cabinet_committee"), none_kept),
            (LEAD, says("plan is on track, contracts are signed"), "not: forward plan"),
        ],
    )


@pytest.mark.both_databases
def test_an_item_is_added_to_a_meeting_and_its_lead_is_asked(world: World) -> None:
    opens(world, "Add an item", JUNE)
    hold(world, [(SECRETARY, fills_in(), "Give it a title.")])
    lead = choice(world, SECRETARY, "lead", "Head of Commissioning")
    hold(
        world,
        [
            (
                SECRETARY,
                fills_in(title="Day *opportunities*", lead=lead),
                ["comes on Thursday 17 June 2021", r"**Day \*opportunities\*** (once) – Head of Commissioning"],
            ),
            (HELEN, waits_until("2021-04-21 09:00"), [r"Day \*opportunities\*", "3 questions for you"]),
        ],
    )


def test_whoever_is_asked_for_the_first_time_on_the_day_of_the_reminder_is_asked_and_not_reminded(
    world: World,
) -> None:
    """The draft is due on 1 June: its reminder goes out on 28 May to those who were asked on 24 May."""
    jumps_to("2021-05-24 09:00")(world, HELEN)
    hold(world, [(HELEN, jumps_to("2021-05-28 09:00"), "**Papers for boards, a reminder:** 2 answers are still to")])
    opens(world, "Add an item", JUNE)
    lead = choice(world, SECRETARY, "lead", "Head of Commissioning")
    seen = len(world.posts(HELEN))
    hold(world, [(SECRETARY, fills_in(title="Winter plan", lead=lead), "Winter plan comes on Thursday 17 June 2021")])
    for _ in range(2):  # as it was posted, and as it is brought up to date
        [card] = world.posts(HELEN)[seen:]
        assert card.message.text.startswith("**Papers for boards:** 1 question for you.")
        assert "**Is the draft in?** Please say by Tuesday 1 June 2021." in card.message.text
        world.look()


def test_an_item_that_the_plan_has_is_added_to_one_more_meeting(world: World) -> None:
    opens(world, "Add an item", NOVEMBER)
    dashboard = choice(world, SECRETARY, "item", "Performance Dashboard")
    hold(world, [(SECRETARY, fills_in(item=dashboard), "Performance Dashboard comes on Wednesday 24 November 2021.")])
    # Every other meeting is counted from there.
    with Session(world.engine) as session:
        acts = session.exec(select(AuditEvent.act).order_by(col(AuditEvent.id).desc())).first()
    assert acts == "plan_added"
    with Session(world.engine) as session:
        query = (
            select(Meeting.starts_at)
            .join(Placing, col(Placing.meeting_id) == Meeting.id)
            .join(ForwardPlanItem, col(ForwardPlanItem.id) == Placing.plan_item_id)
            .where(ForwardPlanItem.title == "Performance Dashboard", col(Placing.on).is_(True))
            .order_by(col(Meeting.starts_at))
        )
        days = [f"{moment:%Y-%m-%d}" for moment in session.exec(query)]
    assert days == ["2021-09-29", "2021-11-24", "2022-03-04"]


def test_a_title_and_an_item_that_the_plan_has_are_not_both_taken(world: World) -> None:
    opens(world, "Add an item", NOVEMBER)
    dashboard = choice(world, SECRETARY, "item", "Performance Dashboard")
    hold(world, [(SECRETARY, fills_in(item=dashboard, title="Something else"), "Give one of the two: the title of a")])
    form = world.forms[SECRETARY]
    assert {field.key for field in form.fields if field.error} == {"title", "item"}
    hold(world, [(SECRETARY, fills_in(title=""), "Performance Dashboard comes on Wednesday 24 November 2021.")])


@pytest.mark.both_databases
def test_an_item_is_moved_with_a_reason(world: World) -> None:
    opens(world, "Move an item", JUNE)
    hold(world, [(SECRETARY, fills_in(), ["Choose an item", "Choose another meeting", "Say why"])])
    item, to = choice(world, SECRETARY, "item", "MADE"), choice(world, SECRETARY, "to", SEPTEMBER)
    hold(
        world,
        [
            (
                SECRETARY,
                fills_in(item=item, to=to, reason="The chair asked."),
                ["MADE update comes on Wednesday 29 September 2021 now", "moved from 17 Jun 2021"],
            )
        ],
    )


def test_an_item_is_withdrawn_from_one_meeting_or_for_good(world: World) -> None:
    opens(world, "Withdraw an item", JUNE)
    made = choice(world, SECRETARY, "item", "MADE")
    hold(
        world,
        [
            (SECRETARY, fills_in(item=made, reason="Not needed.", scope="plan"), "MADE update has left the plan."),
            (SECRETARY, says(PLAN), "not: MADE"),
        ],
    )
    opens(world, "Withdraw an item", JUNE)
    sdp = choice(world, SECRETARY, "item", "Strategic Delivery")
    hold(world, [(SECRETARY, fills_in(item=sdp, reason="Later."), "does not come on Thursday 17 June 2021")])
    hold(world, [(SECRETARY, says(PLAN), "Strategic Delivery Plan (SDP) Monitoring")])


def test_an_item_on_hold_comes_to_no_meeting_until_it_is_taken_off(world: World) -> None:
    opens(world, "Put on hold")
    sdp = choice(world, SECRETARY, "item", "Strategic Delivery")
    hold(
        world,
        [
            (
                SECRETARY,
                fills_in(item=sdp, reason="awaiting notice of restart"),
                ["is on hold", "**On hold:** Strategic Delivery Plan (SDP) Monitoring (awaiting notice of restart)"],
            ),
            (LEAD, waits_until("2021-04-21 09:00"), ["1 question for you", "not: Strategic Delivery"]),
            (SECRETARY, says(PLAN), "On hold"),
            (SECRETARY, presses("Take off hold"), "Which item?"),
            (SECRETARY, fills_in(item=sdp), "is off hold, and takes its place again"),
            (LEAD, sees_again(), "Strategic Delivery Plan"),
        ],
    )


def test_what_a_board_asks_for_becomes_an_item_and_comes_back_in_the_pack(world: World) -> None:
    world.wait_until("2021-06-18 09:00")
    opens(world, "What the board said or asked for")
    hold(world, [(SECRETARY, fills_in(), "Say in a few words what the board said.")])
    grants = choice(world, SECRETARY, "item", "Community Grants")
    hold(
        world,
        [
            (
                SECRETARY,
                fills_in(item=grants, text="Bring the evaluation in six months.", title="Grants evaluation"),
                "Give a day that is to come.",
            ),
            (
                SECRETARY,
                fills_in(
                    item=grants,
                    text="Bring the evaluation in six months.",
                    title="Grants evaluation",
                    brought_on="2021-12-17",
                ),
                "Grants evaluation is on the plan, as asked for on Thursday 17 June 2021.",
            ),
            (SECRETARY, says(PLAN), "**Grants evaluation** (once) – Head of Commissioning"),
            (
                SECRETARY,
                waits_until("2021-12-07 09:00"),
                ["## Returned from earlier meetings", "asked for on Thursday 17 June 2021: Bring the evaluation"],
            ),
        ],
    )


def test_what_a_board_asks_for_of_no_item_is_given_a_lead(world: World) -> None:
    world.wait_until("2021-06-18 09:00")
    opens(world, "What the board said or asked for")
    asked = {"text": "Bring the winter plan.", "title": "Winter plan", "brought_on": "2021-09-01"}
    hold(world, [(SECRETARY, fills_in(**asked), ["Who brings it?", "no item was chosen whose lead it could have"])])
    helen = choice(world, SECRETARY, "lead", "Head of Commissioning")
    hold(world, [(SECRETARY, fills_in(lead=helen), "**Winter plan** (once) – Head of Commissioning")])


def test_whoever_brings_an_item_is_named_later_and_asked(world: World) -> None:
    opens(world, "Add an item", JUNE)
    hold(world, [(SECRETARY, fills_in(title="Day opportunities"), "comes on Thursday 17 June 2021")])
    opens(world, "Name who brings an item")
    hold(world, [(SECRETARY, fills_in(), ["Choose an item", "Choose a post"])])
    item = choice(world, SECRETARY, "item", "Day opportunities")
    helen = choice(world, SECRETARY, "lead", "Head of Commissioning")
    hold(
        world,
        [
            (
                SECRETARY,
                fills_in(item=item, lead=helen),
                [
                    "Day opportunities is brought by the Head of Commissioning now.",
                    "**Day opportunities** (once) – Head of Comm",
                ],
            ),
            (HELEN, waits_until("2021-04-21 09:00"), "Day opportunities"),
        ],
    )
    opens(world, "Name who brings an item")
    hold(world, [(SECRETARY, fills_in(item=item, lead="0"), "Day opportunities: nobody is asked for it now.")])
    with Session(world.engine) as session:
        acts = session.exec(select(AuditEvent.act).order_by(col(AuditEvent.id).desc())).first()
    assert acts == "plan_item_led"


def test_what_a_board_said_is_in_the_plan_and_in_the_next_pack(world: World) -> None:
    jumps_to("2021-06-18 09:00")(world, SECRETARY)
    for text, about in (("Members thanked the staff.", ""), ("Members welcomed it.", "Review of KPIs")):
        opens(world, "What the board said or asked for")
        item = choice(world, SECRETARY, "item", about) if about else ""
        hold(world, [(SECRETARY, fills_in(text=text, item=item), "Kept with the meeting of Thursday 17")])
    june = "Thursday 17 June 2021"
    in_plan = [f"- {june}: Members thanked", f"- {june}, **Review of KPIs**: Members welcomed"]
    in_pack = [
        "## Returned from earlier meetings",
        f"- Said on {june}: Members thanked the staff.",
        f"- **Review of KPIs** – said on {june}: Members welcomed it.",
    ]
    hold(
        world,
        [
            (SECRETARY, says(PLAN), in_plan),
            (SECRETARY, jumps_to("2021-08-18 09:00"), in_pack),
            (SECRETARY, jumps_to("2021-09-30 09:00"), "not: Members thanked"),
            (SECRETARY, says(PLAN), "not: Members thanked"),
        ],
    )


def test_the_pack_says_what_waits_for_a_meeting_and_marks_what_is_exempt(world: World) -> None:
    opens(world, "Add an item", JUNE)
    hold(world, [(SECRETARY, fills_in(title="Provider failure", exempt="yes"), "comes on Thursday 17 June 2021")])
    for title in ("MADE", "Provider"):
        opens(world, "Withdraw an item", JUNE)
        item = choice(world, SECRETARY, "item", title)
        hold(world, [(SECRETARY, fills_in(item=item, reason="Not ready."), "does not come on Thursday 17 June 2021")])
    hold(
        world,
        [
            (SECRETARY, says(PLAN), ["**Waiting for a meeting:** MADE update; Provider failure (exempt)."]),
            (
                SECRETARY,
                waits_until("2021-05-06 09:00"),
                [
                    "## Waiting for a meeting",
                    "- **MADE update** – withdrawn from Thursday 17 June 2021 by Joanna Pell: Not ready.",
                    "- **Provider failure** (exempt) – withdrawn from Thursday 17 June 2021 by Joanna Pell: Not ready.",
                ],
            ),
        ],
    )


def test_a_board_on_the_way_sees_what_comes_through_it(world: World) -> None:
    sdp = "**Strategic Delivery Plan (SDP) Monitoring** – Head of Performance; on its way to Adult Social Care Cabinet"
    hold(
        world,
        [
            (
                SECRETARY,
                says("plan asc_management_team"),
                ["## Wednesday 2 June 2021, 09:30", f"{sdp} Committee, 17 Jun"],
            ),
            (SECRETARY, says("plan asc_management_team"), "Nothing is on the plan for this meeting."),
        ],
    )


def test_what_a_board_said_of_an_item_is_kept_with_it(world: World) -> None:
    world.wait_until("2021-06-18 09:00")
    opens(world, "What the board said or asked for")
    item = choice(world, SECRETARY, "item", "Review of KPIs")
    hold(world, [(SECRETARY, fills_in(item=item, text="Members welcomed it."), "Kept with the meeting of Thursday 17")])
    with Session(world.engine) as session:
        note, title = session.exec(
            select(MeetingNote, ForwardPlanItem.title).join(
                ForwardPlanItem, col(ForwardPlanItem.id) == MeetingNote.plan_item_id
            )
        ).one()
    assert (note.kind, note.text, title) == ("said", "Members welcomed it.", "Review of KPIs")


@pytest.mark.parametrize("action", ["plan_add", "plan_move", "plan_withdraw", "plan_hold", "plan_note"])
def test_nobody_but_its_secretary_changes_a_plan(world: World, action: str) -> None:
    hold(world, [(SECRETARY, says(PLAN), "# Forward plan")])
    button = next(button for button in world.buttons(SECRETARY) if button.action == action)
    for who in (LEAD, ADMIN):
        shown = world.incoming(who, "press", action=action, value=button.value)
        assert shown[0].startswith("There is nothing here for you to do"), who


@pytest.mark.parametrize(
    ("label", "told"), [("Move an item", "has moved it to"), ("Withdraw an item", "has withdrawn it")]
)
def test_whoever_was_asked_hears_what_the_secretary_does_with_their_paper(world: World, label: str, told: str) -> None:
    world.wait_until("2021-04-21 09:00")
    opens(world, label, JUNE)
    item = choice(world, SECRETARY, "item", "MADE")
    more = {"to": choice(world, SECRETARY, "to", SEPTEMBER)} if label == "Move an item" else {"scope": "meeting"}
    hold(
        world,
        [
            (SECRETARY, fills_in(item=item, reason="The chair asked.", **more), "MADE update"),
            (HELEN, sees_again(), f"Joanna Pell {told}"),
            (LEAD, sees_again(), "not: The chair asked"),
        ],
    )
