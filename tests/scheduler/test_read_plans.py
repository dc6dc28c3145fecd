"""Forward plans of a committee system become items of the boards' plans. A real site, both databases."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import (
    Board,
    Fate,
    Feed,
    ForwardPlanItem,
    Meeting,
    OutgoingMessage,
    PaperAnswer,
    Person,
    Placing,
    PlanItemState,
    Post,
)
from remembrancer.problems import RefusedError
from remembrancer.scheduler.doctor import find_problems
from remembrancer.scheduler.feeds.poll import last_known, read_committees
from remembrancer.scheduler.feeds.source import Means
from remembrancer.services.forward_plan import decide, name_lead, place_board, set_status
from remembrancer.settings import Settings
from tests.conftest import Edit
from tests.intake.committee_pages import Edition, Listed
from tests.intake.committee_service import Site, replies, running
from tests.intake.committee_xml import committees, meetings

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)
SIX_HOURS = timedelta(hours=6)
SETTINGS = Settings(feed_allow_private=True)
AT_ONCE = Means(sleep=lambda _: None)
BOARD, OTHER = "asch_cabinet_committee", "strategic_corporate_board"
MAKER = "Adult Social Care and Health Cabinet Committee"
SYSTEM, PLANS = "moderngov:127.0.0.1", "moderngov:127.0.0.1/plans"
CARE = Listed(3101, "19/00089 - Care & support", "Not before 1st Oct 2019", MAKER, "Naomi Fielding")
DEPOT = Listed(
    3102, "19/00090 - Sale of the depot", "27 Sep 2019", MAKER, "Somebody Else", "Fully exempt (paragraph 3)"
)
ZONE = "Europe/London"
AT_MEETING = col(Placing.meeting_id) == col(Meeting.id)


@pytest.fixture
def plan() -> Edition:
    return Edition(405, date(2019, 9, 2), date(2020, 1, 31), [CARE, DEPOT])


@pytest.fixture
def site(plan: Edition) -> Iterator[Site]:
    with running(Site(plans={130: [plan]})) as made:
        yield made


def naming(address: str, more: str = "") -> str:
    system = f"  - site: {address}\n    committees: {{{BOARD}: 134}}\n    forward_plans: [130]\n{more}"
    return f"committee_systems:\n{system}calendars:\n"


@pytest.fixture
def with_plans(folder: Path, edit: Edit, site: Site) -> Path:
    """The example folder, and a committee system that has a forward plan."""
    edit("organisation.yaml", "calendars:\n", naming(site.address))
    return folder


def load(engine: Engine, folder: Path, now: datetime = NOW) -> None:
    with Session(engine) as session:
        store(session, read_folder(folder, True, last_known(session), now), now)
        session.commit()


def read(engine: Engine, now: datetime = NOW) -> int:
    """Read what is due, and give the items their places, as the next look does."""
    count = read_committees(engine, SETTINGS, now, AT_ONCE)
    with Session(engine) as session:
        for board in session.exec(select(Board)).all():
            place_board(session, board.id or 0, ZONE, now)
        session.commit()
    return count


@pytest.fixture
def stored(engine: Engine, with_plans: Path) -> Engine:
    """The store after the plans were read for the first time."""
    load(engine, with_plans)
    assert read(engine) == 2
    return engine


def again(engine: Engine, times: int = 1) -> None:
    read(engine, NOW + times * SIX_HOURS)


def items(engine: Engine, board: str = BOARD) -> dict[str, ForwardPlanItem]:
    with Session(engine) as session:
        query = select(ForwardPlanItem).join(Board).where(Board.key == board).order_by(col(ForwardPlanItem.position))
        return {item.key: item for item in session.exec(query)}


def comes(engine: Engine, key: str) -> list[str]:
    """The days of the meetings that an item comes to."""
    with Session(engine) as session:
        query = select(Meeting.starts_at).join(Placing, AT_MEETING).join(ForwardPlanItem).where(Placing.on)
        query = query.where(ForwardPlanItem.key == key).order_by(col(Meeting.starts_at))
        return [f"{moment:%Y-%m-%d}" for moment in session.exec(query)]


def state(engine: Engine, key: str = PLANS) -> Feed:
    with Session(engine) as session:
        return session.exec(select(Feed).where(Feed.key == key)).one()


def left_out(engine: Engine) -> list[str]:
    """What is said of decisions that could not be placed, a line each."""
    return (state(engine).problem or "").splitlines()[1:]


def in_chat(engine: Engine, key: str, act: Callable[[Session, ForwardPlanItem], object]) -> None:
    with Session(engine) as session:
        act(session, session.exec(select(ForwardPlanItem).where(ForwardPlanItem.key == key)).one())
        session.commit()


def put_on_hold(session: Session, item: ForwardPlanItem) -> None:
    set_status(session, item, PlanItemState.ON_HOLD, "no money yet", NOW, None)


def move_to_march(session: Session, item: ForwardPlanItem) -> None:
    """Somebody moves the item from the meeting that it comes to to the last one."""
    at = session.exec(
        select(Meeting).join(Placing, AT_MEETING).where(Placing.plan_item_id == item.id, Placing.on)
    ).one()
    march = session.exec(select(Meeting).order_by(col(Meeting.starts_at).desc())).first()
    person = session.exec(select(Person)).first()
    assert person is not None
    decide(session, item, at, Fate.MOVED, "in chat", NOW, person.id, march)


def test_decisions_become_items_of_the_board_that_takes_them(stored: Engine) -> None:
    care, depot = items(stored).values()
    assert (care.key, care.title, care.decision_no) == ("19_00089", "Care & support", "19/00089")
    assert (care.recurrence, care.first_on, care.source) == ("one_off", date(2019, 10, 1), SYSTEM)
    assert (care.decision_maker, care.confidential, depot.confidential) == (MAKER, False, True)
    assert care.note == "Due: Not before 1st Oct 2019. Lead officer: Naomi Fielding."
    assert (comes(stored, "19_00089"), comes(stored, "19_00090")) == (["2019-11-27"], ["2019-09-27"])
    assert left_out(stored) == []


def test_the_lead_is_the_one_post_that_the_officers_words_name(stored: Engine) -> None:
    with Session(stored) as session:
        post = session.exec(select(Post).where(Post.name == "Assistant Director of Partnerships")).one()
    care, depot = items(stored).values()
    assert (care.lead_post_id, depot.lead_post_id) == (post.id, None)


def test_the_plans_are_read_when_they_are_due_and_what_has_not_changed_changes_nothing(
    stored: Engine, site: Site
) -> None:
    pages = [path for path in site.asked if ".aspx" in path]
    assert pages == ["/mgListPlans.aspx?RPId=130&RD=0", "/mgListPlanItems.aspx?PlanId=405&RP=130"]
    before, asked = items(stored), len(site.asked)
    assert read(stored, NOW + SIX_HOURS - timedelta(seconds=1)) == 0
    assert len(site.asked) == asked
    assert read(stored, NOW + SIX_HOURS) == 2
    assert items(stored) == before
    assert comes(stored, "19_00089") == ["2019-11-27"]


def test_without_the_setting_no_page_of_a_plan_is_asked_for(
    engine: Engine, with_plans: Path, site: Site, edit: Edit
) -> None:
    edit("organisation.yaml", "    forward_plans: [130]\n", "")
    load(engine, with_plans)
    assert read(engine) == 1
    assert not any(".aspx" in path for path in site.asked)


def test_the_newest_edition_of_each_body_is_read(stored: Engine, site: Site, plan: Edition) -> None:
    plan.body = "Cabinet"
    newer = Edition(412, date(2019, 10, 1), date(2020, 2, 28), [CARE, Listed(3103, "Fees", "17 Jan 2020", MAKER)])
    newer.body = "cabinet"
    other = Edition(399, date(2019, 8, 1), date(2019, 12, 31), [Listed(3104, "Rates", "17 Jan 2020", MAKER)])
    over = Edition(7, date(2015, 8, 1), date(2015, 12, 31), [Listed(3105, "Roads", "17 Jan 2020", MAKER)])
    other.body, over.body = "Leader", "Mayor"
    site.plans[130] = [over, other, newer, plan]
    again(stored)
    asked = {path for path in site.asked if "PlanId" in path}
    assert asked == {f"/mgListPlanItems.aspx?PlanId={id}&RP=130" for id in (405, 412, 399)}
    assert {key: item.standing for key, item in items(stored).items()} == {
        "19_00089": PlanItemState.ACTIVE,
        "19_00090": PlanItemState.WITHDRAWN,
        "fees": PlanItemState.ACTIVE,
        "rates": PlanItemState.ACTIVE,
    }


def test_what_cannot_be_placed_is_told_by_row_and_the_others_are_stored(
    engine: Engine, with_plans: Path, plan: Edition
) -> None:
    plan.entries = [
        Listed(1, "A", "27 Sep 2019", "Cabinet Member for Highways"),
        Listed(2, "B", "Autumn 2019", MAKER),
        Listed(3, "C", "", MAKER, decision="21 Nov 2019"),
        Listed(4, "D", "1 Sep 2019", MAKER),
        Listed(5, "E", "Before 3 Sep 2019", MAKER),
        Listed(6, "F", "31 Sep 2019", MAKER),
        Listed(None, "G", "27 Sep 2019", MAKER),
        Listed(7, "H", "27 Sep 2019", MAKER),
        Listed(7, "I", "27 Sep 2019", MAKER),
        Listed(8, "J", "27 Sep 2019"),
    ]
    load(engine, with_plans)
    read(engine)
    assert list(items(engine)) == ["h"]
    said = [line.removeprefix("mgListPlanItems 405, ") for line in left_out(engine)]
    wanted = [
        "row 6, column Decision due: 31 Sep 2019 is no day of any calendar",
        "row 9: the decision with the number 7 is there twice",
        "row 7: the decision's link has no number",
        "row 1, column Decision maker: 'Cabinet Member for Highways' is none of the boards",
        "row 2, column Decision due: 'Autumn 2019' names no day",
        "row 3, column Decision due: '21 Nov 2019' names no day",
        "row 4, column Decision due: the decision was due on 2019-09-01, which has passed",
        "row 5, column Decision due: no meeting that is to come before 2019-09-03 is known",
        "row 10, column Decision maker: '' is none of the boards",
    ]
    assert [line[: len(begins)] for line, begins in zip(said, wanted, strict=True)] == wanted
    assert state(engine).failures == 0
    with Session(engine) as session:
        findings = [line for line in find_problems(session, NOW) if "forward plans at 127.0.0.1" in line]
    assert len(findings) == 1 + len(wanted)


def test_a_plan_that_names_no_decision_maker_is_that_of_its_body(
    engine: Engine, with_plans: Path, plan: Edition
) -> None:
    plan.body, plan.entries = "Strategic Corporate Board", [Listed(1, "A", "27 Sep 2019")]
    load(engine, with_plans)
    read(engine)
    assert (list(items(engine, OTHER)), left_out(engine)) == (["a"], [])


def test_a_decision_maker_is_the_board_that_the_organisation_says_or_none(
    engine: Engine, folder: Path, site: Site, plan: Edition, edit: Edit
) -> None:
    makers = f"    decision_makers: {{Cabinet Member for Adults: {BOARD}, Chief Executive: }}\n"
    edit("organisation.yaml", "calendars:\n", naming(site.address, makers))
    plan.entries = [
        Listed(1, "A", "27 Sep 2019", "cabinet  member for adults"),
        Listed(2, "B", "27 Sep 2019", "Chief Executive"),
    ]
    load(engine, folder)
    read(engine)
    assert (list(items(engine)), left_out(engine)) == (["a"], [])


def test_a_decision_maker_that_is_no_board_is_refused(folder: Path, site: Site, edit: Edit) -> None:
    edit("organisation.yaml", "calendars:\n", naming(site.address, "    decision_makers: {Chief Executive: nobody}\n"))
    with pytest.raises(RefusedError, match="no board has the key nobody"):
        read_folder(folder)


def test_what_is_due_before_a_day_comes_to_the_last_meeting_before_it(
    engine: Engine, with_plans: Path, plan: Edition
) -> None:
    plan.entries = [Listed(1, "A", "Before 17 Jan 2020", MAKER)]
    load(engine, with_plans)
    read(engine)
    assert (comes(engine, "a"), items(engine)["a"].note) == (["2019-11-27"], "Due: Before 17 Jan 2020.")


def test_what_is_due_not_before_a_day_that_has_passed_comes_to_the_next_meeting(
    engine: Engine, with_plans: Path, plan: Edition
) -> None:
    plan.entries = [Listed(1, "A", "Not before 1 Jun 2019", MAKER)]
    load(engine, with_plans)
    read(engine)
    assert comes(engine, "a") == ["2019-09-27"]
    read(engine, NOW + timedelta(days=30))
    assert items(engine)["a"].first_on == NOW.date()


def test_what_was_said_in_chat_stands_until_the_system_says_something_new(stored: Engine, plan: Edition) -> None:
    in_chat(stored, "19_00089", put_on_hold)
    in_chat(stored, "19_00089", lambda session, item: name_lead(session, item, None, NOW, None))
    plan.entries[0] = Listed(3101, "19/00089 - Care, support & more", CARE.due, MAKER, CARE.officer)
    again(stored)
    care = items(stored)["19_00089"]
    assert (care.title, care.standing, care.lead_post_id) == ("Care, support & more", PlanItemState.ON_HOLD, None)
    plan.entries[0] = Listed(3101, CARE.title, CARE.due, MAKER, "Assistant Director of Commissioning (Mr Harcourt)")
    again(stored, 2)
    with Session(stored) as session:
        post = session.exec(select(Post).where(Post.name == "Assistant Director of Commissioning")).one()
    assert (items(stored)["19_00089"].lead_post_id, items(stored)["19_00089"].standing) == (post.id, care.standing)


def test_an_officer_who_changes_posts_does_not_take_the_item_along(
    stored: Engine, edit: Edit, with_plans: Path
) -> None:
    before = items(stored)["19_00089"].lead_post_id
    naomi, stephen = "Naomi Fielding,naomi.fielding@example.org,", "Stephen Harcourt,stephen.harcourt@example.org,"
    partnerships, commissioning = "Assistant Director of Partnerships,", "Assistant Director of Commissioning,"
    edit("people.csv", naomi + partnerships, naomi + commissioning)
    edit("people.csv", stephen + commissioning, stephen + partnerships)
    load(stored, with_plans)
    again(stored)
    assert items(stored)["19_00089"].lead_post_id == before


def test_a_decision_that_is_due_on_another_day_comes_to_another_meeting(stored: Engine, plan: Edition) -> None:
    plan.entries[1] = Listed(3102, DEPOT.title, "17 Jan 2020", MAKER)
    again(stored)
    assert (comes(stored, "19_00090"), left_out(stored)) == (["2020-01-17"], [])
    plan.entries[1] = Listed(3102, DEPOT.title, "1 Dec 2020", MAKER)  # no meeting is known so far ahead
    again(stored, 2)
    assert (comes(stored, "19_00090"), left_out(stored)) == ([], [])
    assert items(stored)["19_00090"].first_on == date(2020, 12, 1)


def test_an_item_that_was_moved_in_chat_stays_there_and_the_other_day_is_told(stored: Engine, plan: Edition) -> None:
    in_chat(stored, "19_00090", move_to_march)
    plan.entries[1] = Listed(3102, DEPOT.title, "27 Nov 2019", MAKER)
    for times in (1, 2):
        again(stored, times)
        assert comes(stored, "19_00090") == ["2020-03-11"]
        [line] = left_out(stored)
        assert "row 2, column Decision due: the decision is due '27 Nov 2019' now, and stays where it is" in line
    plan.entries[1] = Listed(3102, DEPOT.title, "11 Mar 2020", MAKER)
    again(stored, 3)
    assert (comes(stored, "19_00090"), left_out(stored)) == (["2020-03-11"], [])


def test_an_item_about_which_somebody_answered_is_not_moved(stored: Engine, plan: Edition) -> None:
    def answered(session: Session, item: ForwardPlanItem) -> None:
        at = session.exec(select(Placing).where(Placing.plan_item_id == item.id)).one()
        session.add(PaperAnswer(placing_id=at.id or 0, meeting_id=at.meeting_id, stage="coming", is_so=True, at=NOW))

    in_chat(stored, "19_00090", answered)
    plan.entries[1] = Listed(3102, DEPOT.title, "27 Nov 2019", MAKER)
    again(stored)
    assert comes(stored, "19_00090") == ["2019-09-27"]
    assert "stays where it is" in left_out(stored)[0]


def test_words_that_say_no_day_any_more_leave_the_item_where_it_is_and_are_told(stored: Engine, plan: Edition) -> None:
    plan.entries[1] = Listed(3102, DEPOT.title, "Autumn 2019", MAKER)
    for times in (1, 2):
        again(stored, times)
        assert "'Autumn 2019' names no day" in left_out(stored)[0]
    assert comes(stored, "19_00090") == ["2019-09-27"]


def test_a_label_that_says_what_was_decided_changes_no_day(stored: Engine, plan: Edition) -> None:
    plan.entries[1] = Listed(3102, DEPOT.title, "", MAKER, decision="21 Nov 2022")
    again(stored)
    assert (comes(stored, "19_00090"), left_out(stored)) == (["2019-09-27"], [])


def test_a_decision_that_has_left_the_plan_is_withdrawn_and_may_come_back(stored: Engine, plan: Edition) -> None:
    del plan.entries[1]
    again(stored)
    depot = items(stored)["19_00090"]
    assert (depot.standing, depot.standing_reason) == (
        PlanItemState.WITHDRAWN,
        "It is no longer on the committee system's forward plan.",
    )
    assert comes(stored, "19_00090") == []
    plan.entries.append(DEPOT)
    again(stored, 2)
    depot = items(stored)["19_00090"]
    assert (depot.standing, depot.standing_reason) == (PlanItemState.ACTIVE, "")
    assert comes(stored, "19_00090") == ["2019-09-27"]


def test_the_day_on_which_a_decision_was_taken_is_no_problem(stored: Engine, plan: Edition) -> None:
    plan.entries[1] = Listed(3102, DEPOT.title, "26 Sep 2019", MAKER)
    read(stored, datetime(2019, 9, 28, 9, tzinfo=UTC))
    assert (comes(stored, "19_00090"), left_out(stored)) == (["2019-09-27"], [])
    plan.entries[1] = Listed(3102, DEPOT.title, "17 Jan 2020", MAKER)  # it is to come once more
    read(stored, datetime(2019, 9, 29, 9, tzinfo=UTC))
    assert comes(stored, "19_00090") == ["2019-09-27"]
    assert "stays where it is" in left_out(stored)[0]


def test_a_decision_that_was_heard_stays_as_it_was_when_it_leaves_the_plan(stored: Engine, plan: Edition) -> None:
    del plan.entries[1]
    read(stored, datetime(2019, 9, 28, 9, tzinfo=UTC))
    assert items(stored)["19_00090"].standing == PlanItemState.ACTIVE
    assert comes(stored, "19_00090") == ["2019-09-27"]


def test_while_a_decisions_number_cannot_be_read_none_is_withdrawn(stored: Engine, plan: Edition) -> None:
    plan.entries[1] = Listed(None, DEPOT.title, DEPOT.due, MAKER)
    again(stored)
    assert items(stored)["19_00090"].standing == PlanItemState.ACTIVE
    assert "has no number" in left_out(stored)[0]


def test_a_decision_that_another_board_takes_leaves_the_first_boards_plan(stored: Engine, plan: Edition) -> None:
    plan.entries[1] = Listed(3102, DEPOT.title, DEPOT.due, "Strategic Corporate Board")
    again(stored)
    assert items(stored)["19_00090"].standing == PlanItemState.WITHDRAWN
    assert items(stored, OTHER)["19_00090"].standing == PlanItemState.ACTIVE
    again(stored, 2)
    assert len(items(stored, OTHER)) == 1


def test_a_decision_whose_maker_is_not_followed_any_more_is_withdrawn(
    stored: Engine, with_plans: Path, edit: Edit
) -> None:
    edit("organisation.yaml", "    forward_plans", f"    decision_makers: {{{MAKER}: }}\n    forward_plans")
    load(stored, with_plans)
    again(stored)
    assert {item.standing for item in items(stored).values()} == {PlanItemState.WITHDRAWN}


def test_two_decisions_of_one_title_are_two_items(engine: Engine, with_plans: Path, plan: Edition) -> None:
    plan.entries = [Listed(id, "Grants", "27 Sep 2019", MAKER) for id in (1, 2)]
    load(engine, with_plans)
    read(engine)
    assert list(items(engine)) == ["grants", "grants_2"]
    again(engine)
    assert list(items(engine)) == ["grants", "grants_2"]


def test_an_item_that_the_folder_has_is_followed_and_not_doubled(
    engine: Engine, with_plans: Path, plan: Edition
) -> None:
    row = f"{BOARD},The depot,one-off,2019-11-27,19/00090,a note\n"
    (with_plans / "forward_plan.csv").write_text("board,item,recurrence,meeting,decision_no,note\n" + row, "utf-8")
    load(engine, with_plans)
    read(engine)
    depot = items(engine)["19_00090"]
    assert (depot.title, depot.first_on, depot.note, depot.source) == (
        "The depot",
        date(2019, 11, 27),
        "a note",
        "folder",
    )
    plan.entries[1] = Listed(3102, "19/00090 - Sale of both depots", DEPOT.due, MAKER, DEPOT.officer, DEPOT.restriction)
    again(engine)
    depot = items(engine)["19_00090"]
    assert (depot.title, depot.note) == ("Sale of both depots", "a note")
    load(engine, with_plans)
    assert items(engine)["19_00090"].title == "Sale of both depots"
    del plan.entries[1]
    again(engine, 2)
    assert items(engine)["19_00090"].standing == PlanItemState.ACTIVE


@pytest.mark.parametrize("page", ["mgListPlans.aspx", "mgListPlanItems.aspx"])
def test_a_page_that_vanishes_changes_nothing_and_counts_as_a_failure(
    stored: Engine, site: Site, plan: Edition, page: str
) -> None:
    before = items(stored)
    plan.entries, site.broken = [], {page}
    now = NOW + SIX_HOURS
    for number in (1, 2, 3):
        read(stored, now)
        assert state(stored).failures == number
        now = state(stored).due_at
    assert items(stored) == before
    assert "nothing is at this address (404)" in (state(stored).problem or "")
    assert (state(stored, SYSTEM).failures, state(stored, SYSTEM).problem) == (0, None)
    with Session(stored) as session:
        query = select(OutgoingMessage, Person.email).join(Person).where(col(OutgoingMessage.kind).startswith("feed_"))
        [(message, email)] = session.exec(query).all()
        assert any("the forward plans at 127.0.0.1, 3 times" in line for line in find_problems(session, now))
    assert email == "joanna.pell@example.org"
    assert "**The forward plans at 127.0.0.1 cannot be read**" in message.body["parts"][0]["text"]


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (b"<html><body><p>Sign in</p></body></html>", "the page is no list of forward plans"),
        (b"", "the answer is empty"),
    ],
)
def test_a_page_that_is_no_plan_changes_nothing(stored: Engine, site: Site, page: bytes, says: str) -> None:
    before = items(stored)
    answers = (committees([(134, "Cabinet")]).encode(), meetings().encode(), page)
    site.failures = [replies(200, answer) for answer in answers]
    again(stored)
    assert items(stored) == before
    assert says in (state(stored).problem or "")


def test_plans_that_list_nothing_any_more_are_not_believed(stored: Engine, plan: Edition) -> None:
    plan.entries = []
    again(stored)
    assert {item.standing for item in items(stored).values()} == {PlanItemState.ACTIVE}
    assert "list no decision at all, and 2 were known" in (state(stored).problem or "")
    assert state(stored).failures == 1


def test_a_new_plan_may_list_nothing(engine: Engine, with_plans: Path, plan: Edition) -> None:
    plan.entries = []
    load(engine, with_plans)
    read(engine)
    assert (state(engine).failures, state(engine).problem) == (0, None)


def test_a_plan_that_is_long_over_is_told_and_changes_nothing(stored: Engine, plan: Edition) -> None:
    plan.entries = []
    plan.last_day = date(2019, 9, 30)
    read(stored, datetime(2019, 12, 2, 9, tzinfo=UTC))
    assert {item.standing for item in items(stored).values()} == {PlanItemState.ACTIVE}
    assert "the newest forward plan ended on 2019-09-30" in (state(stored).problem or "")


def test_plans_that_are_named_no_more_take_their_items_with_them(stored: Engine, with_plans: Path, edit: Edit) -> None:
    edit("organisation.yaml", "    forward_plans: [130]\n", "")
    load(stored, with_plans)
    again(stored)
    assert {item.standing for item in items(stored).values()} == {PlanItemState.WITHDRAWN}
    edit("organisation.yaml", "committees: {", "forward_plans: [130]\n    committees: {")
    load(stored, with_plans)
    again(stored, 2)
    assert {item.standing for item in items(stored).values()} == {PlanItemState.ACTIVE}


def test_plans_at_a_new_address_go_on_with_the_items(stored: Engine, with_plans: Path, edit: Edit) -> None:
    in_chat(stored, "19_00089", put_on_hold)
    edit("organisation.yaml", "127.0.0.1", "localhost")
    load(stored, with_plans)
    again(stored)
    found = items(stored)
    assert {item.source for item in found.values()} == {"moderngov:localhost"}
    assert [item.standing for item in found.values()] == [PlanItemState.ON_HOLD, PlanItemState.ACTIVE]


def test_one_client_asks_for_meetings_and_plans_with_a_pause_before_each_request_but_the_first(
    engine: Engine, with_plans: Path, site: Site
) -> None:
    load(engine, with_plans)
    slept: list[float] = []
    read_committees(engine, SETTINGS, NOW, Means(sleep=slept.append))
    assert sum(".aspx" in path for path in site.asked) == 2
    assert len(slept) == len(site.asked) - 1
    assert min(slept) > 0.5


def test_while_one_process_reads_a_site_no_other_asks_it_for_anything(
    engine: Engine, with_plans: Path, site: Site
) -> None:
    load(engine, with_plans)
    asked, may_go_on = Event(), Event()

    def waits(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        may_go_on.wait(60)
        replies(200, committees([(134, "Cabinet")]).encode())(handler)

    site.failures = [waits]
    first = Thread(target=lambda: read_committees(engine, SETTINGS, NOW, Means(sleep=lambda _: None)))
    first.start()
    assert asked.wait(60)
    assert read_committees(engine, SETTINGS, NOW, Means(sleep=lambda _: None)) == 0
    assert len(site.asked) == 1
    may_go_on.set()
    first.join()
    assert len(items(engine)) == 2
