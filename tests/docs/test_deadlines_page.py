"""docs/deadlines.md says what the commands print, and what the rules come to."""

import re
from datetime import date, time

import pytest
import yaml
from typer.testing import CliRunner

from remembrancer import cli
from remembrancer.queries.deadline_rules import rules_of, shipped
from remembrancer.rules.calendar import deadline_rules
from remembrancer.rules.calendar.deadline_rules import DeadlineRule
from remembrancer.rules.calendar.deadlines import deadlines
from remembrancer.rules.calendar.working_time import WorkingTime, at
from remembrancer.rules.forward_plan.key_decisions import routes
from remembrancer.rules.organisation import LAWS, BoardSpec, OrganisationSpec
from remembrancer.wording import moment
from tests.docs.test_documents import blocks, document, keys_of, unnamed, values_of

PAGE = "deadlines.md"
LONDON = "Europe/London"
BODY = WorkingTime(nation="england-and-wales", zone=LONDON)
KNOWN = date(2030, 12, 31)
MEETING = at(date(2021, 4, 8), time(10), LONDON)
SHIPPED = [rule for laws in LAWS.values() for law in laws for rule in shipped(law).rules]


def sessions() -> list[tuple[str, str]]:
    """Each command of the page, without the prompt, and what it is said to print."""
    found = re.findall(r"^\$ remembrancer (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks(PAGE, "console")), re.MULTILINE)
    return [(command, output) for command, output in found]


@pytest.mark.parametrize(("command", "output"), sessions(), ids=[command for command, _ in sessions()])
def test_a_command_of_the_page_prints_what_the_page_says(command: str, output: str) -> None:
    assert CliRunner().invoke(cli.app, command.split()).output == output


def test_every_way_of_counting_has_an_example() -> None:
    used = {word for command, _ in sessions() for word in command.split() if word.startswith("--")}
    assert {"--clear-working-days", "--clear-days", "--working-days-after", "--working-days-before"} <= used


def test_every_key_and_value_of_a_rule_and_every_shipped_rule_and_kind_is_named() -> None:
    names = keys_of(deadline_rules) | values_of(deadline_rules)
    assert unnamed(names | {rule.key for rule in SHIPPED} | {rule.kind for rule in SHIPPED}, PAGE) == []


def boards_own() -> list[DeadlineRule]:
    [block] = blocks(PAGE, "yaml")
    [board] = yaml.safe_load(block)["boards"]
    whole = yaml.safe_load(blocks("organisation-folder.md", "yaml")[0])
    return rules_of(OrganisationSpec.model_validate(whole), BoardSpec.model_validate(board))


def test_the_board_of_the_page_has_the_deadlines_that_the_page_says() -> None:
    found = deadlines(boards_own(), MEETING, BODY, KNOWN, key_decision=True, private=True)
    shown = re.findall(r"^\| `(\w+)` \| (\w+ \d+ \w+ \d{4}, \d\d:\d\d) \|$", document(PAGE), re.MULTILINE)
    assert [(each.key, moment(each.due_at, LONDON)) for each in found] == shown


def test_the_routes_that_are_left_are_those_of_the_page() -> None:
    shown = re.findall(r"^\| ([\d-]+) \| `(\w+)` \| ([\d-]+) \| (yes|no) \|$", document(PAGE), re.MULTILINE)
    rules = shipped("england").rules
    found = [
        (day, route.kind, route.earliest.date.isoformat(), "yes" if route.serves else "no")
        for day in dict.fromkeys(["2021-03-10", *(row[0] for row in shown)])
        for route in routes(rules, MEETING, date.fromisoformat(day), BODY, KNOWN)
    ]
    assert found == shown
