"""`remembrancer feeds`: what it lists, and what it says when it reads them all at once."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import feeds, shared
from remembrancer.models import Feed
from remembrancer.models.database import migrate
from remembrancer.scheduler.feeds.source import Means
from tests.conftest import Edit
from tests.intake.calendar_server import Answering, Handler, serving
from tests.intake.committee_pages import Edition, Listed
from tests.intake.committee_service import Held, Site, running
from tests.intake.committee_xml import item

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)
BOARD = "asch_cabinet_committee"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nEND:VCALENDAR\r\n"


class SetClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site(meetings=[Held(1, 134, date(2019, 10, 9))])) as made:
        yield made


@pytest.fixture
def calendar() -> Iterator[Answering]:
    def answer(handler: Handler) -> None:
        handler.gives(CALENDAR if "token" in handler.path else b"", 200 if "token" in handler.path else 404)

    with serving(answer) as made:
        yield made


@pytest.fixture(autouse=True)
def at_work(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    url = bare_engine.url.render_as_string(hide_password=False)
    migrate(bare_engine)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setenv("REMEMBRANCER_FEED_ALLOW_PRIVATE", "true")
    monkeypatch.setenv("REMEMBRANCER_FEED_ALLOW_HTTP", "true")
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setattr(shared, "SystemClock", SetClock)
    monkeypatch.setattr(feeds, "Means", lambda: Means(sleep=lambda _: None))


@pytest.fixture
def loaded(folder: Path, edit: Edit, site: Site, calendar: Answering) -> None:
    system = f"committee_systems:\n  - site: {site.address}\n    committees: {{{BOARD}: 134}}\n"
    feed = (
        f"calendars:\n  - url: {calendar.url}?token=secret\n    events:\n      - {{meeting: {BOARD}, summary: Extra}}\n"
    )
    edit("organisation.yaml", "calendars:\n", system + feed)
    assert run("load", str(folder)).exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


@pytest.mark.usefixtures("loaded")
def test_every_feed_and_system_is_listed_before_it_was_read_and_no_secret_is_shown() -> None:
    listed = run("feeds").output
    assert "the calendar at 127.0.0.1" in listed
    assert "the committee system at 127.0.0.1" in listed
    assert listed.count("never") == 2
    assert "secret" not in listed + run("feeds", "--json").output


@pytest.mark.both_databases
@pytest.mark.usefixtures("loaded")
def test_all_are_read_at_once_and_what_changed_is_said(site: Site) -> None:
    done = run("feeds", "--now")
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "the calendar at 127.0.0.1: read, and nothing changed.",
        "the committee system at 127.0.0.1: read, and 1 changed.",
        f"- meeting added: {BOARD} 2019-10-09",
    ]
    site.meetings[0].day = date(2019, 10, 16)
    again = run("feeds", "--now").output  # though none of them is due
    assert f"- meeting moved: {BOARD} 2019-10-09" in again
    assert [each["read_at"] for each in json.loads(run("feeds", "--json").output)] == ["2019-09-02T10:00:00+01:00"] * 2
    assert run("feeds").output.count("Mon 2 Sep 2019 10:00") == 2


@pytest.mark.usefixtures("loaded")
def test_what_reading_gave_comes_as_json_too(site: Site) -> None:
    calendar, system = json.loads(run("feeds", "--now", "--json").stdout)
    assert (calendar["read"], calendar["changes"], calendar["problem"]) == (True, [], None)
    assert (system["name"], system["read"]) == ("the committee system at 127.0.0.1", True)
    assert system["changes"] == [f"meeting added: {BOARD} 2019-10-09"]
    site.switched_off = True
    done = run("feeds", "--now", "--json")
    system = json.loads(done.stdout)[1]
    assert (done.exit_code, system["read"], system["being_read"]) == (1, False, False)
    assert "the site does not offer" in system["problem"]


@pytest.mark.usefixtures("loaded")
def test_what_cannot_be_read_is_said_with_its_reason(site: Site) -> None:
    site.switched_off = True
    done = run("feeds", "--now")
    assert done.exit_code == 1
    assert (
        "the committee system at 127.0.0.1 was not read. It could not be read: the site does not offer" in done.output
    )
    assert "1 time in a row since Mon 2 Sep 2019 10:00" in run("feeds").output


@pytest.mark.usefixtures("loaded")
def test_a_meeting_that_cannot_be_read_is_named(site: Site) -> None:
    site.meetings.append(Held(77, 134, date(2019, 10, 10), items=(item(5, isrestricted="perhaps"),)))
    done = run("feeds", "--now")
    assert done.exit_code == 0
    assert "(77)" in done.output
    assert "(77)" in run("feeds").output


def test_forward_plans_are_a_source_of_their_own_and_what_could_not_be_placed_is_told_by_row(
    folder: Path, edit: Edit, site: Site
) -> None:
    maker = "Adult Social Care and Health Cabinet Committee"
    entries = [Listed(1, "19/00089 - Care", "1 Oct 2019", maker), Listed(2, "Roads", "1 Oct 2019", "Leader")]
    site.plans = {130: [Edition(405, date(2019, 9, 2), date(2020, 1, 31), entries)]}
    system = (
        f"committee_systems:\n  - site: {site.address}\n    committees: {{{BOARD}: 134}}\n    forward_plans: [130]\n"
    )
    edit("organisation.yaml", "calendars:\n", system + "calendars:\n")
    name = "the forward plans at 127.0.0.1"
    assert f"{name}: not read yet" in run("load", str(folder)).output
    done = run("feeds", "--now")
    assert done.exit_code == 0
    *told, row = done.output.splitlines()[-4:]
    assert told == [
        f"{name}: read, and 1 changed.",
        f"- forward plan item added: {BOARD} 19_00089",
        f"{name}: These decisions cannot be placed as the plans have them now (1).",
    ]
    assert row.startswith("mgListPlanItems 405, row 2, column Decision maker: 'Leader' is none of the boards")
    assert "name it in organisation.yaml under decision_makers" in row
    for command in (("feeds",), ("doctor",), ("load", str(folder))):
        assert "row 2, column Decision maker: 'Leader'" in run(*command).output
    assert f"{name}: last read Mon 2 Sep 2019 10:00." in run("load", str(folder)).output


@pytest.mark.both_databases
@pytest.mark.usefixtures("loaded")
def test_what_another_process_is_reading_is_left_to_it(bare_engine: Engine, site: Site) -> None:
    run("feeds", "--now")
    asked = len(site.asked)
    with Session(bare_engine) as session:
        for feed in session.exec(select(Feed)):
            feed.leased_until = NOW + timedelta(minutes=1)
        session.commit()
    assert "being read just now" in run("feeds").output
    assert run("feeds", "--now").output.count("is being read by another process") == 2
    assert [each["being_read"] for each in json.loads(run("feeds", "--now", "--json").stdout)] == [True, True]
    assert len(site.asked) == asked


def test_where_nothing_is_named_that_is_said(folder: Path) -> None:
    assert "Nothing is loaded yet" in run("feeds").output
    run("load", str(folder))
    said = "No feed and no committee system is named in organisation.yaml.\n"
    assert (run("feeds").output, run("feeds", "--now").output) == (said, said)
