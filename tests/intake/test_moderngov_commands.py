"""An admin looks at a committee system by command, and names its committees in organisation.yaml."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.intake.folder.reader import read_folder
from remembrancer.problems import RefusedError
from remembrancer.rules.organisation import CommitteeSystemSpec
from tests.conftest import Edit
from tests.intake.committee_service import Held, Site, replies, running
from tests.intake.committee_xml import example, item

SYSTEM = "\ncommittee_systems:\n  - site: {site}\n    committees: {{{committees}}}\n"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("REMEMBRANCER_CONTACT", "clerk@example.org")
    with running(Site()) as made:
        yield made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, [*arguments, "--allow-private"])


def look(site: Site, *more: str) -> Result:
    days = ("--from", "2026-09-01", "--to", "2026-09-30")
    return run("meetings", site.address, "--committee", "134", *days, *more)


def test_committees_are_listed_with_the_numbers_that_the_configuration_needs(site: Site) -> None:
    site.failures = [replies(200, example("committees.xml"))] * 2
    done = run("committees", site.address)
    assert done.exit_code == 0
    lines = [line.split("│") for line in done.output.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in line[1:5]] for line in lines] == [
        ["134", "Cabinet", "Executive", "meets"],
        ["207", "Children's & Families' Committee", "Scrutiny", "meets"],
        ["88", "Harbours Sub-Committee", "Archive", "deleted"],
        ["91", "Transformation Board 2015", "", "expired"],
    ]


def test_committees_are_printed_as_json(site: Site) -> None:
    found = json.loads(run("committees", site.address, "--json").output)
    assert found[0] == {"committee": 134, "title": "Cabinet", "category": "Committees", "state": "meets"}
    assert site.agents == ["Remembrancer/0.1 (+clerk@example.org)"]


def test_a_committees_meetings_are_shown_before_they_are_trusted(site: Site) -> None:
    site.failures = [replies(200, example("meetings.xml")), replies(200, example("meeting.xml"))]
    done = look(site)
    assert done.exit_code == 0
    assert "5501" in done.output
    assert "2 items, 1 restricted" in done.output
    assert "5502" not in done.output


def test_meetings_are_printed_as_json_without_what_is_restricted(site: Site) -> None:
    moved = "Confirmed; Rescheduled from 3 September 2026"
    site.meetings = [Held(5501, 134, date(2026, 9, 24), status=moved, items=(item(2, "SECRET", isrestricted="True"),))]
    [found] = json.loads(look(site, "--json").output)
    assert (found["day"], found["starts"], found["moved_from"]) == ("2026-09-24", "10:00", "2026-09-03")
    assert found["agenda"] == [{"number": 1, "sub_number": "", "title": "", "restricted": True, "documents": []}]


def test_what_was_noted_is_said_apart_from_the_json(site: Site) -> None:
    site.meetings = [Held(5501, 134, date(2026, 9, 24), time="tba")]
    done = look(site, "--json")
    assert json.loads(done.stdout)[0]["starts"] is None
    assert "'tba' is no time of day, so only the day is known" in done.stderr


def test_no_meetings_are_said_to_be_none(site: Site) -> None:
    assert look(site).output == "The committee has no meeting on these days.\n"


def test_a_site_that_cannot_be_read_is_said_in_plain_words_with_exit_code_1(site: Site) -> None:
    site.switched_off = True
    done = run("committees", site.address)
    assert done.exit_code == 1
    assert "GetCommittees: the site does not offer its web service to programs" in done.stderr
    assert done.stderr.endswith("Nothing was read. Problems: 1.\n")


def test_a_private_address_is_read_only_where_that_is_asked_for(site: Site) -> None:
    done = CliRunner().invoke(cli.app, ["committees", site.address])
    assert done.exit_code == 1
    assert "127.0.0.1 is an address inside a private network" in done.stderr
    assert site.asked == []


def test_days_in_the_wrong_order_are_refused(site: Site) -> None:
    done = run("meetings", site.address, "--committee", "134", "--from", "2026-09-30", "--to", "2026-09-01")
    assert (done.exit_code, site.asked) == (1, [])
    assert "The last day is before the first" in done.stderr


def configured(folder: Path, site: str, committees: str) -> list[CommitteeSystemSpec]:
    path = folder / "organisation.yaml"
    path.write_text(path.read_text("utf-8") + SYSTEM.format(site=site, committees=committees), encoding="utf-8")
    return read_folder(folder).organisation.committee_systems


def test_a_committee_system_is_named_in_organisation_yaml(folder: Path) -> None:
    [system] = configured(folder, "https://democracy.example.org/", "asch_cabinet_committee: 134")
    assert (system.site, system.host) == ("https://democracy.example.org", "democracy.example.org")
    assert system.committees == {"asch_cabinet_committee": 134}


@pytest.mark.parametrize(
    ("site", "committees", "says"),
    [
        ("https://democracy.example.org", "no_such_board: 134", "no board has the key no_such_board"),
        ("https://democracy.example.org", "", "committees"),
        ("https://democracy.example.org", "asch_cabinet_committee: 0", "greater than 0"),
        (
            "https://democracy.example.org",
            "asch_cabinet_committee: 134, strategic_corporate_board: 134",
            "two boards have the same committee",
        ),
        ("democracy.example.org", "asch_cabinet_committee: 134", "write the site's address as"),
        ("ftp://democracy.example.org", "asch_cabinet_committee: 134", "write the site's address as"),
        ("https://example.org/?a=b", "asch_cabinet_committee: 134", "write the site's address as"),
    ],
)
def test_what_is_wrong_with_its_configuration_is_said(folder: Path, site: str, committees: str, says: str) -> None:
    with pytest.raises(RefusedError) as refused:
        configured(folder, site, committees)
    assert says in str(refused.value)


def test_a_folder_without_a_committee_system_is_whole(folder: Path, edit: Edit) -> None:
    assert read_folder(folder).organisation.committee_systems == []
