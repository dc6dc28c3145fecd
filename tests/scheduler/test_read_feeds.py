"""Reading feeds: when they are due, what they change, and who hears that they fail. A real server, both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import Feed, Meeting, MeetingState, OutgoingMessage, Person, Window
from remembrancer.rules.feed_polling import next_due
from remembrancer.scheduler.doctor import find_problems
from remembrancer.scheduler.feeds.poll import last_known, read_feeds
from remembrancer.settings import Settings
from tests.conftest import Edit
from tests.intake.calendar_server import Answering, Handler, serving

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SETTINGS = Settings(feed_allow_private=True, feed_allow_http=True, feed_timeout_seconds=5)
BOARD = "asch_cabinet_committee"


def calendar(*events: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *events, "END:VCALENDAR", ""]).encode()


def meeting(uid: str, start: str, *more: str) -> str:
    lines = ["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Extra committee", f"DTSTART;TZID=Europe/London:{start}", *more]
    return "\r\n".join([*lines, "END:VEVENT"])


class Feeding:
    """A feed whose body can be changed, and that can be made to fail."""

    def __init__(self) -> None:
        self.body = calendar(meeting("extra-1", "20191009T140000"), meeting("extra-2", "20191016T140000"))
        self.status = 200
        self.server: Answering

    def answer(self, handler: Handler) -> None:
        tag = f'"{hash(self.body)}"'
        if self.status == 200 and handler.headers.get("If-None-Match") == tag:
            handler.gives(b"", 304)
        else:
            handler.gives(self.body if self.status == 200 else b"", self.status, ETag=tag)


@pytest.fixture
def feed() -> Iterator[Feeding]:
    made = Feeding()
    with serving(made.answer) as made.server:
        yield made


@pytest.fixture
def with_feed(folder: Path, edit: Edit, feed: Feeding) -> Path:
    """The example folder, and a feed of the committee's extra meetings."""
    events = f"\n    events:\n      - meeting: {BOARD}\n        summary: ^Extra committee$"
    windows = (
        "\n      - window: strategic-delivery-plan\n        summary: ^Extra round (?P<n>\\d)$\n        key: extra-{n}"
    )
    edit("organisation.yaml", "calendars:\n", f"calendars:\n  - url: {feed.server.url}{events}{windows}\n")
    return folder


def load(engine: Engine, folder: Path, now: datetime = NOW) -> list[str]:
    with Session(engine) as session:
        changes = store(session, read_folder(folder, True, last_known(session), now), now).changes
        session.commit()
        return changes


def extra(engine: Engine) -> dict[str, tuple[str, MeetingState]]:
    """The extra meetings: by uid, the day and the state."""
    with Session(engine) as session:
        rows = session.exec(select(Meeting).where(col(Meeting.uid).startswith("extra")).order_by(col(Meeting.uid)))
        return {row.uid: (f"{row.starts_at:%m-%d %H:%M}", row.state) for row in rows}


def others(engine: Engine) -> int:
    with Session(engine) as session:
        query = select(Meeting).where(~col(Meeting.uid).startswith("extra"), Meeting.state == MeetingState.SCHEDULED)
        return len(session.exec(query).all())


def told(engine: Engine) -> list[tuple[str, str, str]]:
    """Kind, to whom, and the text, oldest first."""
    with Session(engine) as session:
        query = select(OutgoingMessage, Person.email).join(Person).where(col(OutgoingMessage.kind).startswith("feed_"))
        rows = session.exec(query.order_by(col(OutgoingMessage.id))).all()
        return [(row.kind, email.split("@")[0], row.body["parts"][0]["text"]) for row, email in rows]


def state(engine: Engine) -> Feed:
    with Session(engine) as session:
        return session.exec(select(Feed)).one()


@pytest.mark.both_databases
def test_a_feed_is_read_when_it_is_due_and_its_meetings_are_stored(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    load(engine, with_feed)
    assert extra(engine) == {}
    assert others(engine) == 4
    assert read_feeds(engine, SETTINGS, NOW) == 1
    scheduled = MeetingState.SCHEDULED
    assert extra(engine) == {"extra-1": ("10-09 13:00", scheduled), "extra-2": ("10-16 13:00", scheduled)}
    assert read_feeds(engine, SETTINGS, NOW + HOUR - timedelta(seconds=1)) == 0
    assert read_feeds(engine, SETTINGS, NOW + HOUR) == 1
    assert [headers.get("if-none-match") is not None for _, headers in feed.server.asked] == [False, True]
    assert others(engine) == 4


def test_nothing_is_read_before_anything_is_loaded(engine: Engine) -> None:
    assert read_feeds(engine, SETTINGS, NOW) == 0


def test_a_meeting_that_moves_keeps_its_row_and_one_that_is_gone_is_cancelled(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    with Session(engine) as session:
        ids = {row.uid: row.id for row in session.exec(select(Meeting))}
    feed.body = calendar(meeting("extra-1", "20191010T140000", "SEQUENCE:1", "LOCATION:County Hall"))
    read_feeds(engine, SETTINGS, NOW + HOUR)
    with Session(engine) as session:
        moved = session.exec(select(Meeting).where(Meeting.uid == "extra-1")).one()
        assert (moved.id, moved.sequence, moved.place) == (ids["extra-1"], 1, "County Hall")
        assert moved.moved_from == datetime(2019, 10, 9, 13, tzinfo=UTC)
    assert extra(engine)["extra-2"] == ("10-16 13:00", MeetingState.CANCELLED)
    assert others(engine) == 4
    feed.body = calendar(meeting("extra-1", "20191010T140000"), meeting("extra-2", "20191016T140000"))
    read_feeds(engine, SETTINGS, NOW + 2 * HOUR)
    assert extra(engine)["extra-2"] == ("10-16 13:00", MeetingState.SCHEDULED)


def test_a_meeting_that_has_taken_place_stays_when_it_leaves_the_feed(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    feed.body = calendar()
    read_feeds(engine, SETTINGS, datetime(2019, 10, 12, 9, tzinfo=UTC))
    assert [state for _, state in extra(engine).values()] == [MeetingState.SCHEDULED, MeetingState.CANCELLED]


def test_a_feed_that_fails_keeps_what_was_known_and_is_tried_less_and_less_often(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    known = extra(engine)
    feed.status, now = 500, NOW + HOUR
    waits = []
    for _ in range(9):
        assert read_feeds(engine, SETTINGS, now) == 1
        waits.append((state(engine).due_at - now) // timedelta(minutes=1))
        now = state(engine).due_at
    assert waits == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert extra(engine) == known
    assert load(engine, with_feed, now) == []


def test_what_cannot_be_read_is_a_failure_and_nothing_of_it_is_stored(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    known = extra(engine)
    broken = [
        b"<html><body>Sign in</body></html>",
        calendar(meeting("extra-1", "20191023T140000"), meeting("extra-2", "soon")),
        calendar(meeting("extra-1", "20191023T140000"))[:-20],
        b"",
    ]
    now = NOW + HOUR
    for number, body in enumerate(broken, start=1):
        feed.body = body
        read_feeds(engine, SETTINGS, now)
        assert state(engine).failures == number
        assert extra(engine) == known
        now = state(engine).due_at
    assert load(engine, with_feed, now) == []


def test_the_secretary_hears_once_of_a_feed_that_fails_and_once_that_it_is_read_again(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    feed.status = 404
    counts = []
    for _ in range(5):
        now = state(engine).due_at
        read_feeds(engine, SETTINGS, now)
        counts.append(len(told(engine)))
    assert counts == [0, 0, 1, 1, 1]
    kind, who, text = told(engine)[0]
    assert (kind, who) == ("feed_failing", "joanna.pell")
    assert "127.0.0.1 has no calendar at that address (404)" in text
    assert "calendar.ics" not in text
    assert "What it said on Monday 2 September 2019, 10:00 is used" in text
    with Session(engine) as session:
        assert any("cannot be read: the calendar at 127.0.0.1, 5 times" in line for line in find_problems(session, now))
    feed.status = 200
    for _ in range(2):
        read_feeds(engine, SETTINGS, state(engine).due_at)
    assert [(kind, who) for kind, who, _ in told(engine)][1:] == [("feed_recovered", "joanna.pell")]
    with Session(engine) as session:
        assert not any("cannot be read" in line for line in find_problems(session, now))
    feed.status = 404
    for _ in range(3):
        read_feeds(engine, SETTINGS, state(engine).due_at)
    assert len(told(engine)) == 3


@pytest.mark.both_databases
def test_windows_of_a_feed_come_move_and_go_and_those_of_other_calendars_stay(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    lines = ["BEGIN:VEVENT", "UID:extra-w", "SUMMARY:Extra round 1", "DTSTART;VALUE=DATE:{}", "DTEND;VALUE=DATE:{}"]
    window = "\r\n".join([*lines, "END:VEVENT"])
    load(engine, with_feed)
    before = windows(engine)
    feed.body = calendar(window.format("20191104", "20191109"))
    read_feeds(engine, SETTINGS, NOW)
    assert windows(engine) == {**before, "extra-1": "11-08 17:00"}
    feed.body = calendar(window.format("20191104", "20191116"))
    read_feeds(engine, SETTINGS, NOW + HOUR)
    assert windows(engine) == {**before, "extra-1": "11-15 17:00"}
    feed.body = calendar()
    read_feeds(engine, SETTINGS, NOW + 2 * HOUR)
    assert windows(engine) == before


def windows(engine: Engine) -> dict[str, str]:
    with Session(engine) as session:
        return {row.key: f"{row.closes_at:%m-%d %H:%M}" for row in session.exec(select(Window))}


def test_a_folder_is_loaded_without_the_network_from_what_was_last_known(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    load(engine, with_feed)
    notes = read_folder(with_feed).problems.notes
    assert "was not read yet" in str(notes[0])
    read_feeds(engine, SETTINGS, NOW)
    asked = len(feed.server.asked)
    assert load(engine, with_feed, NOW + HOUR) == []
    assert len(feed.server.asked) == asked
    assert len(extra(engine)) == 2


def test_a_feed_that_the_folder_names_no_more_takes_its_meetings_with_it(
    engine: Engine, with_feed: Path, feed: Feeding, edit: Edit
) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    text = (with_feed / "organisation.yaml").read_text("utf-8")
    begins, ends = text.index("  - url:"), text.index("  - file: calendar.ics")
    (with_feed / "organisation.yaml").write_text(text[:begins] + text[ends:], "utf-8")
    load(engine, with_feed)
    assert {state for _, state in extra(engine).values()} == {MeetingState.CANCELLED}
    assert read_feeds(engine, SETTINGS, NOW + HOUR) == 0
    with Session(engine) as session:
        assert session.exec(select(Feed)).all() == []


def test_a_feed_with_a_new_address_goes_on_with_the_meetings_it_had(
    engine: Engine, with_feed: Path, feed: Feeding, edit: Edit
) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    edit("organisation.yaml", feed.server.url, feed.server.url + "?moved")
    known = extra(engine)
    load(engine, with_feed, NOW + HOUR)
    assert extra(engine) == known
    feed.body = calendar(meeting("extra-1", "20191010T140000"))
    read_feeds(engine, SETTINGS, NOW + HOUR)
    assert extra(engine)["extra-1"] == ("10-10 13:00", MeetingState.SCHEDULED)
    load(engine, with_feed, NOW + 2 * HOUR)
    assert extra(engine)["extra-2"] == ("10-16 13:00", MeetingState.CANCELLED)


def test_a_secret_address_is_taken_from_the_setting_that_the_folder_names(
    engine: Engine, with_feed: Path, feed: Feeding, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("organisation.yaml", f"url: {feed.server.url}", "url_setting: EXTRA_CALENDAR")
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    assert "EXTRA_CALENDAR" in (state(engine).problem or "")
    monkeypatch.setenv("EXTRA_CALENDAR", feed.server.url)
    read_feeds(engine, SETTINGS, NOW + HOUR)
    assert len(extra(engine)) == 2
    with Session(engine) as session:
        row = session.exec(select(Feed)).one()
        assert feed.server.url not in str(row.model_dump(exclude={"body"}))
    monkeypatch.setenv("EXTRA_CALENDAR", feed.server.url + "?new")
    read_feeds(engine, SETTINGS, NOW + 2 * HOUR)
    assert "if-none-match" not in feed.server.asked[-1][1]  # another address: what the first said of itself is void


def test_without_the_setting_a_feed_on_this_machine_is_not_read(engine: Engine, with_feed: Path, feed: Feeding) -> None:
    load(engine, with_feed)
    read_feeds(engine, Settings(feed_allow_http=True), NOW)
    assert feed.server.asked == []
    assert "is not on the public internet" in (state(engine).problem or "")


@pytest.mark.both_databases
def test_two_replicas_at_once_fetch_once(engine: Engine, with_feed: Path, feed: Feeding) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    together, read = Barrier(4), []

    def replica() -> None:
        together.wait()
        read.append(read_feeds(engine, SETTINGS, NOW + HOUR))

    threads = [Thread(target=replica) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(read), len(feed.server.asked)) == (1, 2)


@pytest.mark.both_databases
def test_a_process_that_died_while_reading_is_followed_by_another_when_its_lease_runs_out(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    with Session(engine) as session:
        row = session.exec(select(Feed)).one()
        row.due_at, row.leased_until = NOW, NOW + timedelta(seconds=70)
        session.commit()
    assert read_feeds(engine, SETTINGS, NOW + timedelta(seconds=69)) == 0
    assert read_feeds(engine, SETTINGS, NOW + timedelta(seconds=70)) == 1


def test_a_series_goes_on_as_time_does_though_the_feed_does_not_change(
    engine: Engine, with_feed: Path, feed: Feeding
) -> None:
    feed.body = calendar(meeting("extra", "20190904T140000", "RRULE:FREQ=YEARLY"))
    load(engine, with_feed)
    read_feeds(engine, SETTINGS, NOW)
    assert max(extra(engine)) == "extra/20210904T130000Z"
    read_feeds(engine, SETTINGS, NOW + timedelta(days=365))
    assert max(extra(engine)) == "extra/20220904T130000Z"
    assert len(feed.server.asked) == 2


def test_a_success_is_due_again_after_the_refresh() -> None:
    assert next_due(0, HOUR, NOW) == NOW + HOUR
    assert next_due(1000, HOUR, NOW) == NOW + timedelta(hours=6)
