"""Who is looked up in Slack, in how many calls, and who is not said to be out of reach before that."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.platform.account_matcher import AccountMatcher
from remembrancer.bot.slack.directory import FEW, match
from remembrancer.clock import SetClock
from remembrancer.models import ChatAccount, Person
from remembrancer.rules.facts import stored_id
from tests.slack.connected import NOW, web_to
from tests.slack.hosting import until
from tests.slack.strict import Slack
from tests.slack.strict.limits import Limits


@pytest.fixture
def house(loaded: Engine) -> Engine:
    """An organisation whose people have all left, so that those who join are all there are."""
    with Session(loaded) as session:
        for person in session.exec(select(Person)):
            person.active = False
        session.commit()
    return loaded


def join(engine: Engine, *names: str) -> list[int]:
    """New people of the organisation (ids)."""
    with Session(engine) as session:
        people = [Person(email=f"{each}@example.org", name=each.title(), time_zone="Europe/London") for each in names]
        session.add_all(people)
        session.commit()
        return [stored_id(person.id) for person in people]


def linked(engine: Engine) -> set[int]:
    with Session(engine) as session:
        return set(session.exec(select(ChatAccount.person_id)))


@contextmanager
def matching(engine: Engine, slack: Slack) -> Iterator[AccountMatcher]:
    made = AccountMatcher(engine, "slack", partial(match, engine, web_to(slack)), SetClock(NOW))
    made.start()
    try:
        yield made
    finally:
        made.stop()


def waiting(engine: Engine, made: AccountMatcher) -> set[int]:
    with Session(engine) as session:
        return made.not_looked_up(session)


def caught_up(engine: Engine, made: AccountMatcher) -> bool:
    """Look whether somebody is new, as the service does every minute."""
    made.request_for_new()
    return not waiting(engine, made)


def test_five_hundred_people_are_matched_by_one_list_of_users_within_slacks_limits(house: Engine, slack: Slack) -> None:
    slack.limits = Limits()
    ours = join(house, *(f"person{number}" for number in range(500)))
    for number in range(900):
        slack.person(f"person{number}")
    match(house, web_to(slack), NOW)
    assert linked(house) == set(ours)
    assert [(call.method, call.args["limit"]) for call in slack.calls] == [("users.list", "1000")]
    assert not slack.limits.violations


def test_a_list_is_read_to_its_end_for_whoever_is_not_in_it_and_no_further_than_needed_for_the_others(
    house: Engine, slack: Slack
) -> None:
    ours = join(house, *(f"person{number}" for number in range(FEW + 1)))
    for number in range(1100):
        slack.person(f"person{number}")
    join(house, "nobody")
    match(house, web_to(slack), NOW)
    assert linked(house) == set(ours)
    assert len(slack.called("users.list")) == 2
    more = join(house, *(f"person{number}" for number in range(FEW + 1, 2 * FEW + 2)))
    with Session(house) as session:
        session.delete(session.exec(select(Person).where(Person.email == "nobody@example.org")).one())
        session.commit()
    match(house, web_to(slack), NOW)
    assert linked(house) == {*ours, *more}
    assert len(slack.called("users.list")) == 3


def test_a_few_people_are_looked_up_one_by_one(house: Engine, slack: Slack) -> None:
    join(house, *(f"person{number}" for number in range(FEW)))
    match(house, web_to(slack), NOW)
    assert [call.method for call in slack.calls] == FEW * ["users.lookupByEmail"]


def test_an_account_that_was_closed_does_not_hide_the_one_that_its_owner_has_now(house: Engine, slack: Slack) -> None:
    join(house, "ruth", *(f"person{number}" for number in range(FEW)))
    slack.change(slack.person("ruth.before", "ruth@example.org"), deleted=True)
    now = slack.person("ruth")
    match(house, web_to(slack), NOW)
    with Session(house) as session:
        assert session.exec(select(ChatAccount.account)).all() == [now]


@pytest.mark.both_databases
def test_two_replicas_that_match_at_the_same_time_link_everybody_once(house: Engine, slack: Slack) -> None:
    names = [f"person{number}" for number in range(3 * FEW)]
    ours = join(house, *names)
    for name in names:
        slack.person(name)
    with ThreadPoolExecutor(2) as replicas:
        both = [replicas.submit(match, house, web_to(slack), NOW) for _ in range(2)]
    assert set().union(*(each.result() for each in both)) == set(ours)
    assert linked(house) == set(ours)


def test_whoever_is_new_is_looked_for_once(house: Engine, slack: Slack) -> None:
    [first, nobody] = join(house, "first", "nobody")
    slack.person("first")
    with matching(house, slack) as made:
        assert waiting(house, made) == {first, nobody}
        until(lambda: caught_up(house, made))
        assert linked(house) == {first}
        made.request_for_new()
        [second] = join(house, "second")
        slack.person("second")
        assert waiting(house, made) == {second}
        until(lambda: caught_up(house, made))
    assert linked(house) == {first, second}
    asked = [call.args["email"].partition("@")[0] for call in slack.called("users.lookupByEmail")]
    assert sorted(asked) == ["first", "nobody", "nobody", "second"]


def test_whoever_slack_could_not_be_asked_about_is_looked_for_again(house: Engine, slack: Slack) -> None:
    [first] = join(house, "first")
    slack.person("first")
    slack.next_fault("users.lookupByEmail", "500 before")
    with matching(house, slack) as made:
        until(lambda: caught_up(house, made))
    assert linked(house) == {first}
    assert slack.faults.counts["500 before"] == 1
