"""Reading committee systems: when, what is stored, and who hears that they fail. A real site, both databases."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import Feed, Meeting, MeetingState, OutgoingMessage, Person
from remembrancer.problems import RefusedError
from remembrancer.scheduler.doctor import find_problems
from remembrancer.scheduler.feeds.committee_source import AHEAD, BACK
from remembrancer.scheduler.feeds.poll import last_known, read_committees, read_feeds
from remembrancer.scheduler.feeds.source import Means, StoppedError, sleep_unless
from remembrancer.settings import Settings
from remembrancer.web.app import service_app
from tests.conftest import Edit
from tests.intake.committee_service import Held, Site, replies, running
from tests.intake.committee_xml import committees, item, listed, meetings

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)
SIX_HOURS = timedelta(hours=6)
SETTINGS = Settings(feed_allow_private=True)
AT_ONCE = Means(sleep=lambda _: None)
BOARD = "asch_cabinet_committee"
DAY, LATER = date(2019, 10, 9), date(2019, 10, 16)
SCHEDULED, CANCELLED = MeetingState.SCHEDULED, MeetingState.CANCELLED
BROKEN = (item(5, isrestricted="perhaps"),)


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site(meetings=[Held(1, 134, DAY), Held(2, 134, LATER)])) as made:
        yield made


def naming(address: str) -> str:
    return f"committee_systems:\n  - site: {address}\n    committees: {{{BOARD}: 134}}\ncalendars:\n"


@pytest.fixture
def with_system(folder: Path, edit: Edit, site: Site) -> Path:
    """The example folder, and a committee system that has more meetings of its committee."""
    edit("organisation.yaml", "calendars:\n", naming(site.address))
    return folder


def load(engine: Engine, folder: Path, now: datetime = NOW) -> list[str]:
    with Session(engine) as session:
        changes = store(session, read_folder(folder, True, last_known(session), now), now).changes
        session.commit()
        return changes


def read(engine: Engine, now: datetime = NOW) -> int:
    return read_committees(engine, SETTINGS, now, AT_ONCE)


def loaded_and_read(engine: Engine, folder: Path) -> None:
    load(engine, folder)
    assert read(engine) == 1


def ours(engine: Engine) -> list[Meeting]:
    with Session(engine) as session:
        query = select(Meeting).where(col(Meeting.uid).startswith("moderngov"))
        return list(session.exec(query.order_by(col(Meeting.uid))))


def known(engine: Engine) -> dict[str, tuple[str, MeetingState]]:
    """The system's meetings: by number, the moment and the state."""
    return {row.uid.rpartition("-")[2]: (f"{row.starts_at:%m-%d %H:%M}", row.state) for row in ours(engine)}


def told(engine: Engine) -> list[tuple[str, str, str]]:
    """Kind, to whom, and the text, oldest first."""
    with Session(engine) as session:
        query = select(OutgoingMessage, Person.email).join(Person).where(col(OutgoingMessage.kind).startswith("feed_"))
        rows = session.exec(query.order_by(col(OutgoingMessage.id))).all()
        return [(row.kind, email.split("@")[0], row.body["parts"][0]["text"]) for row, email in rows]


def state(engine: Engine) -> Feed:
    with Session(engine) as session:
        return session.exec(select(Feed)).one()


def findings(engine: Engine, now: datetime) -> list[str]:
    with Session(engine) as session:
        return [line for line in find_problems(session, now) if "cannot be read" in line]


@pytest.mark.both_databases
def test_a_system_is_read_when_it_is_due_and_its_meetings_are_stored(
    engine: Engine, with_system: Path, site: Site
) -> None:
    load(engine, with_system)
    assert known(engine) == {}
    assert read(engine) == 1
    assert known(engine) == {"1": ("10-09 09:00", SCHEDULED), "2": ("10-16 09:00", SCHEDULED)}
    assert {(row.source, row.place) for row in ours(engine)} == {("moderngov:127.0.0.1", "Town Hall")}
    asked = len(site.asked)
    assert read(engine, NOW + SIX_HOURS - timedelta(seconds=1)) == 0
    assert len(site.asked) == asked
    assert read(engine, NOW + SIX_HOURS) == 1
    assert {row.revision for row in ours(engine)} == {1}


def test_a_year_back_and_eighteen_months_on_are_asked_for(engine: Engine, with_system: Path, site: Site) -> None:
    loaded_and_read(engine, with_system)
    [listing] = [path for path in site.asked if "GetMeetings" in path]
    assert "sFromDate=02%2F09%2F2018" in listing
    assert "sToDate=03%2F03%2F2021" in listing
    assert (BACK.days, AHEAD.days) == (365, 548)


def test_feeds_and_systems_are_read_by_jobs_of_their_own(engine: Engine, with_system: Path, site: Site) -> None:
    load(engine, with_system)
    assert read_feeds(engine, SETTINGS, NOW, AT_ONCE) == 0
    assert site.asked == []
    loaded_and_read(engine, with_system)
    read_feeds(engine, SETTINGS, NOW, AT_ONCE)
    assert state(engine).key == "moderngov:127.0.0.1"


def test_nothing_is_read_before_anything_is_loaded(engine: Engine) -> None:
    assert read(engine) == 0


@pytest.mark.both_databases
def test_a_meeting_that_is_rescheduled_keeps_its_row_and_says_whence(
    engine: Engine, with_system: Path, site: Site
) -> None:
    loaded_and_read(engine, with_system)
    before = ours(engine)[0]
    site.meetings[0] = Held(1, 134, date(2019, 10, 23), status="Confirmed; Rescheduled from 9 October 2019")
    read(engine, NOW + SIX_HOURS)
    moved = ours(engine)[0]
    assert (moved.id, moved.state, moved.revision) == (before.id, SCHEDULED, before.revision + 1)
    assert (moved.moved_from, moved.starts_at.day) == (before.starts_at, 23)


def test_a_meeting_that_is_cancelled_or_gone_is_cancelled_and_may_come_back(
    engine: Engine, with_system: Path, site: Site
) -> None:
    loaded_and_read(engine, with_system)
    both = list(site.meetings)
    site.meetings = [Held(1, 134, DAY, status="Cancelled")]
    read(engine, NOW + SIX_HOURS)
    assert [row.state for row in ours(engine)] == [CANCELLED, CANCELLED]
    site.meetings = both
    read(engine, NOW + 2 * SIX_HOURS)
    assert [row.state for row in ours(engine)] == [SCHEDULED, SCHEDULED]


def test_what_is_beyond_the_days_that_are_asked_for_is_not_cancelled_for_not_being_listed(
    engine: Engine, with_system: Path, site: Site
) -> None:
    loaded_and_read(engine, with_system)
    with Session(engine) as session:
        far = session.exec(select(Meeting).where(col(Meeting.uid).endswith("-2"))).one()
        far.starts_at = NOW + AHEAD + timedelta(days=2)
        session.commit()
    site.meetings = [Held(1, 134, DAY)]
    read(engine, NOW + SIX_HOURS)
    assert known(engine)["2"][1] == SCHEDULED
    read(engine, NOW + timedelta(days=3))
    assert known(engine)["2"][1] == CANCELLED


def test_a_meeting_that_has_taken_place_stays(engine: Engine, with_system: Path, site: Site) -> None:
    loaded_and_read(engine, with_system)
    site.meetings = site.meetings[1:]
    read(engine, datetime(2019, 10, 12, 9, tzinfo=UTC))
    assert known(engine)["1"][1] == SCHEDULED


def test_loading_the_folder_never_takes_its_meetings_away(engine: Engine, with_system: Path, site: Site) -> None:
    loaded_and_read(engine, with_system)
    assert load(engine, with_system, NOW + SIX_HOURS) == []
    assert len(known(engine)) == 2


def test_a_meeting_that_cannot_be_read_keeps_what_was_known_and_the_others_are_stored(
    engine: Engine, with_system: Path, site: Site
) -> None:
    loaded_and_read(engine, with_system)
    site.meetings = [Held(1, 134, date(2019, 10, 23), items=BROKEN), Held(2, 134, date(2019, 10, 24))]
    read(engine, NOW + SIX_HOURS)
    assert known(engine) == {"1": ("10-09 09:00", SCHEDULED), "2": ("10-24 09:00", SCHEDULED)}
    assert state(engine).failures == 0
    [line] = findings(engine, NOW)
    assert "the committee system at 127.0.0.1" in line
    assert "(1)" in line
    assert "'perhaps' is neither True nor False" in line
    site.meetings[0] = Held(1, 134, date(2019, 10, 23))
    read(engine, NOW + 2 * SIX_HOURS)
    assert known(engine)["1"] == ("10-23 09:00", SCHEDULED)
    assert findings(engine, NOW) == []


def test_where_a_row_names_no_meeting_none_is_cancelled_for_not_being_there(
    engine: Engine, with_system: Path, site: Site
) -> None:
    loaded_and_read(engine, with_system)
    rows = meetings(listed("two", "16/10/2019"), listed(1, "09/10/2019")).encode()
    site.failures = [replies(200, committees([(134, "Cabinet")]).encode()), replies(200, rows)]
    read(engine, NOW + SIX_HOURS)
    assert [row.state for row in ours(engine)] == [SCHEDULED, SCHEDULED]
    assert "without a number" in findings(engine, NOW)[0]


def test_a_system_that_lists_nothing_at_all_cancels_nothing(engine: Engine, with_system: Path, site: Site) -> None:
    loaded_and_read(engine, with_system)
    site.meetings = []
    read(engine, NOW + SIX_HOURS)
    assert [row.state for row in ours(engine)] == [SCHEDULED, SCHEDULED]
    assert "lists no meeting at all, and 2 that are to come were known" in (state(engine).problem or "")


def test_a_new_system_may_have_no_meetings(engine: Engine, with_system: Path, site: Site) -> None:
    site.meetings = []
    loaded_and_read(engine, with_system)
    assert state(engine).failures == 0


def test_the_secretary_hears_of_the_third_failure_and_that_it_is_read_again(
    engine: Engine, with_system: Path, site: Site
) -> None:
    loaded_and_read(engine, with_system)
    before = known(engine)
    site.switched_off, counts, now = True, [], NOW
    for _ in range(5):
        now = state(engine).due_at
        read(engine, now)
        counts.append(len(told(engine)))
    assert counts == [0, 0, 1, 1, 1]
    assert known(engine) == before
    kind, who, text = told(engine)[0]
    assert (kind, who) == ("feed_failing", "joanna.pell")
    assert "**The committee system at 127.0.0.1 cannot be read**" in text
    assert "the site does not offer its web service to programs; ask those who run it" in text
    assert "the committee system at 127.0.0.1, 5 times" in findings(engine, now)[0]
    site.switched_off = False
    for _ in range(2):
        read(engine, state(engine).due_at)
    assert [(kind, who) for kind, who, _ in told(engine)][1:] == [("feed_recovered", "joanna.pell")]
    assert findings(engine, now) == []


def test_without_the_setting_a_site_on_this_machine_is_not_read(engine: Engine, with_system: Path, site: Site) -> None:
    load(engine, with_system)
    read_committees(engine, Settings(), NOW, AT_ONCE)
    assert site.asked == []
    assert "inside a private network" in (state(engine).problem or "")


@pytest.mark.both_databases
def test_of_several_processes_one_reads(engine: Engine, with_system: Path, site: Site) -> None:
    loaded_and_read(engine, with_system)
    asked, together, done = len(site.asked), Barrier(4), list[int]()

    def replica() -> None:
        together.wait()
        done.append(read(engine, NOW + SIX_HOURS))

    threads = [Thread(target=replica) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(done), len(site.asked)) == (1, 2 * asked)


def test_it_says_who_asks_and_waits_between_two_requests(engine: Engine, with_system: Path, site: Site) -> None:
    load(engine, with_system)
    slept: list[float] = []
    settings = Settings(feed_allow_private=True, contact="clerk@example.org")
    read_committees(engine, settings, NOW, Means(sleep=slept.append))
    assert set(site.agents) == {"Remembrancer/0.1 (+clerk@example.org)"}
    assert len(slept) == len(site.asked) - 1
    assert sum(slept) > 2


def test_a_service_that_ends_leaves_the_reading_for_another_time(engine: Engine, with_system: Path, site: Site) -> None:
    load(engine, with_system)
    ending = Event()
    ending.set()
    assert read_committees(engine, SETTINGS, NOW, Means(sleep=sleep_unless(ending))) == 0
    assert (state(engine).failures, state(engine).leased_until) == (0, None)
    assert read(engine) == 1


def test_the_service_reads_systems_and_can_end_in_the_middle_of_it(
    engine: Engine, with_system: Path, site: Site
) -> None:
    load(engine, with_system)
    asked = Event()

    def tells(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        replies(200, committees([(134, "Cabinet")]).encode())(handler)

    site.failures = [tells]
    service = service_app(engine, SETTINGS)

    async def runs() -> bool:
        async with service.router.lifespan_context(service):
            return await asyncio.to_thread(asked.wait, 60)

    assert asyncio.run(runs())
    assert (state(engine).failures, state(engine).leased_until) == (0, None)


def test_a_sleep_lasts_where_the_service_goes_on() -> None:
    going, ending = Event(), Event()
    sleep_unless(going)(0)
    ending.set()
    with pytest.raises(StoppedError):
        sleep_unless(ending)(60)


def test_a_system_at_a_new_address_goes_on_with_its_meetings(
    engine: Engine, with_system: Path, site: Site, edit: Edit
) -> None:
    loaded_and_read(engine, with_system)
    ids = [row.id for row in ours(engine)]
    site.meetings = site.meetings[:1]
    edit("organisation.yaml", "127.0.0.1", "localhost")
    load(engine, with_system)
    assert [row.state for row in ours(engine)] == [SCHEDULED, SCHEDULED]
    assert read(engine, NOW + SIX_HOURS) == 1
    rows = ours(engine)
    assert {(row.id, row.source, row.state) for row in rows} == {
        (ids[0], "moderngov:localhost", SCHEDULED),
        (ids[1], "moderngov:127.0.0.1", CANCELLED),
    }
    assert state(engine).key == "moderngov:localhost"


def test_a_system_that_is_named_no_more_takes_its_meetings_with_it(
    engine: Engine, with_system: Path, site: Site, edit: Edit
) -> None:
    loaded_and_read(engine, with_system)
    edit("organisation.yaml", naming(site.address), "calendars:\n")
    load(engine, with_system)
    assert read(engine, NOW + SIX_HOURS) == 0
    assert [row.state for row in ours(engine)] == [CANCELLED, CANCELLED]
    with Session(engine) as session:
        assert session.exec(select(Feed)).all() == []


def test_a_host_is_named_once(with_system: Path, site: Site, edit: Edit) -> None:
    twice = f"  - site: {site.address}/other\n    committees: {{{BOARD}: 7}}\ncalendars:\n"
    edit("organisation.yaml", "calendars:\n", twice)
    with pytest.raises(RefusedError) as refused:
        read_folder(with_system)
    assert "127.0.0.1 is named twice; name its committees together" in str(refused.value)
