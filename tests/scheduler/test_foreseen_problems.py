"""The doctor names what will go wrong later, each in a sentence with the fix: twenty mistakes at once are all found."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import ChatAccount, EventState, Feed, IncomingEvent, OutgoingMessage, Person, SendState
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.doctor import find_problems
from remembrancer.scheduler.settings_check import settings_findings
from remembrancer.settings import Settings
from remembrancer.shipped import PROGRAMMES
from tests.conftest import EXAMPLE, Edit

NOW = datetime(2019, 8, 28, 9, tzinfo=UTC)
ORGANISATION, PEOPLE = "organisation.yaml", "people.csv"
OTHER_WINDOW = """BEGIN:VEVENT\r
UID:other-q2@example.org\r
SUMMARY:Strategic Delivery Plan monitoring: Quarter 4 2018/19\r
DTSTART;VALUE=DATE:20190902\r
DTEND;VALUE=DATE:20190914\r
END:VEVENT\r
END:VCALENDAR"""


def stored(session: Session, folder: Path) -> None:
    store(session, read_folder(folder), NOW)
    session.flush()


def test_the_examples_have_nothing_to_foresee(engine: Engine) -> None:
    with Session(engine) as session:
        stored(session, EXAMPLE)
        assert find_problems(session, NOW, with_platform=True) == []


def plant_in_the_folder(folder: Path, edit: Edit) -> None:
    """Fourteen mistakes that a folder may have though it loads."""
    edit(ORGANISATION, '"#corporate-board"', '"#ASCH-cabinet-committee"')
    edit(ORGANISATION, '"#adults-members"', '""')
    edit(ORGANISATION, "    boards: [asch_cabinet_committee]\n", "    boards: [asch_cabinet_committee]\n" + EMPTY)
    edit(
        ORGANISATION,
        "      - meeting: asch",
        "      - meeting: adults_delivery_board\n        summary: ^None$\n      - meeting: asch",
    )
    edit("calendar.ics", "END:VCALENDAR", OTHER_WINDOW)
    edit(PEOPLE, "Democratic Services Officer,,,,", "Democratic Services Officer,,,,2019-08-01/2019-10-31")
    edit(PEOPLE, "Head of Voluntary Sector Commissioning,Assistant Director of Commissioning,,,", AWAY)
    edit(PEOPLE, "James Okafor,james.okafor@example.org,", ",,")
    edit(PEOPLE, "Head of Systems,Assistant Director of Business Delivery", "Head of Systems,")
    edit(PEOPLE, "Tom Ashdown,tom.ashdown@example.org", "Naomi Fielding,naomi.fielding@example.org")
    edit(PEOPLE, ",admin,", ",,")
    programmes = folder / "programmes"
    programmes.mkdir()
    for key in ("strategic-delivery-plan", "second-plan"):
        copyfile(PROGRAMMES / "strategic-delivery-plan.yaml", programmes / f"{key}.yaml")
    edit("programmes/second-plan.yaml", "key: strategic-delivery-plan\ntitle: Strategic Delivery Plan", SECOND)
    plan = "programmes/strategic-delivery-plan.yaml"
    edit(plan, "{key: half_way, at: half-way, to: lead}", '{key: half_way, at: half-way, to: lead, hour: "20:00"}')
    edit(plan, "{key: secretary_told, working_days_after_close: 3", "{key: secretary_told, working_days_after_close: 9")


EMPTY = "  - key: second-plan\n    boards: [asch_cabinet_committee]\n"
SECOND = "key: second-plan\ntitle: Second Plan"
AWAY = (
    "Head of Voluntary Sector Commissioning,Assistant Director of Commissioning,,,2019-08-01/2019-10-31 "
    "ellen.sweeting@example.org; 2018-01-01/2018-01-02"
)


def plant_in_the_database(session: Session) -> None:
    """Five things that go wrong while the service runs."""
    people = session.exec(select(Person)).all()
    session.add(
        ChatAccount(
            person_id=stored_id(people[0].id),
            platform="slack",
            conversation="D1",
            problem="is_archived",
        )
    )
    row: dict[str, Any] = {
        "person_id": people[1].id,
        "kind": "opening",
        "because": "",
        "body": {"parts": []},
        "created_at": NOW,
        "not_before": NOW,
    }
    session.add(OutgoingMessage(key="lost", state=SendState.FAILED, problem="msg_too_long", **row))
    event: dict[str, Any] = {
        "platform": "slack",
        "key": "e1",
        "received_at": NOW,
        "body": {},
        "problem": "too long",
        "lane": "x",
    }
    session.add(IncomingEvent(state=EventState.FAILED, **event))
    session.add(
        Feed(
            key="f", name="the calendar at example.org", failures=3, failing_since=NOW, problem="no answer", due_at=NOW
        )
    )
    session.flush()


FOUND = [
    "No chat platform is set up",
    "There is no setting REMEMBRANCER_DATABSE_URL; REMEMBRANCER_DATABASE_URL is most likely meant",
    "SLACK_SIGNING_SECRET is not of the form",
    "have one channel, #asch-cabinet-committee",
    "Adults Cabinet Members Meeting has no channel",
    "Two windows of Strategic Delivery Plan overlap, Quarter 2 2019/20 and Quarter 4 2018/19",
    "No event of calendar.ics fits the pattern '^None$'",
    "Second Plan has no items",
    "The step half_way of Strategic Delivery Plan is at 20:00, outside working hours",
    "The step secretary_told of Strategic Delivery Plan falls after the lock",
    "'Democratic Services Officer', the secretary of",
    "'Head of Voluntary Sector Commissioning' is away for all of Quarter 2 2019/20",
    "Nobody holds a post above 'Head of Systems'",
    "Naomi Fielding leads 46 ('Head of Local Care') and also holds the post above",
    "The post 'Head of Community Support Commissioning' is vacant",
    "There is no admin",
    "is not reached on slack",
    "The message lost could not be sent",
    "could not be handled (too long)",
    "A source of dates cannot be read: the calendar at example.org",
]


def test_twenty_mistakes_at_once_are_all_found(
    engine: Engine, folder: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REMEMBRANCER_DATABSE_URL", "sqlite:///x.sqlite")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "too-short")
    edit(
        PEOPLE, "2019-09-02/2019-09-06 helen.marsh@example.org", "2019-08-01/2019-10-31"
    )  # and the delegate is away too
    plant_in_the_folder(folder, edit)
    with Session(engine) as session:
        stored(session, folder)
        plant_in_the_database(session)
        told = [*settings_findings(Settings(_env_file=None)), *find_problems(session, NOW, with_platform=True)]
    assert len(FOUND) == 20
    missing = [words for words in FOUND if not any(words in finding for finding in told)]
    assert missing == [], "\n".join(told)
    assert told[0].startswith("No chat platform is set up")


@pytest.mark.parametrize("name", ["HOME", "SLACK_TOKEN_OF_ANOTHER_PROGRAM_ALTOGETHER", "REMEMBRANCER_PUBLIC_URL"])
def test_a_setting_of_another_program_is_none_of_ours(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "https://remembrancer.example.org")
    assert not [each for each in settings_findings(Settings(_env_file=None)) if "There is no setting" in each]


def test_no_finding_shows_what_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "secret-and-wrong")
    [found] = [each for each in settings_findings(Settings(_env_file=None)) if "SLACK_BOT_TOKEN" in each]
    assert "secret-and-wrong" not in found
