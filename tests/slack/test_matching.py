"""Whoever is new to us is looked for at once, and nobody is looked for again and again."""

from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.slack.directory import AccountMatcher, match
from remembrancer.clock import SetClock
from remembrancer.models import ChatAccount, Person
from remembrancer.rules.facts import stored_id
from tests.slack.connected import NOW, load_unlinked, small_folder, web_to
from tests.slack.hosting import until
from tests.slack.strict import Slack


def join(engine: Engine, name: str) -> int:
    with Session(engine) as session:
        person = Person(email=f"{name}@example.org", name=name.title(), time_zone="Europe/London")
        session.add(person)
        session.commit()
        return stored_id(person.id)


def linked(engine: Engine) -> set[int]:
    with Session(engine) as session:
        return set(session.exec(select(ChatAccount.person_id)))


def test_whoever_is_new_is_looked_for_once(engine: Engine, tmp_path: Path, slack: Slack) -> None:
    content = small_folder(tmp_path)
    load_unlinked(engine, content)
    slack.person("lead0", email="lead0@example.org")
    matching = AccountMatcher(engine, web_to(slack), SetClock(NOW))
    matching.start()
    try:
        matching.request_for_new()
        until(lambda: len(slack.called("users.lookupByEmail")) == len(content.people))
        until(lambda: len(linked(engine)) == 1)
        matching.request_for_new()
        second = join(engine, "second")
        slack.person("second", email="second@example.org")
        matching.request_for_new()
        until(lambda: second in linked(engine))
        until(lambda: len(slack.called("users.lookupByEmail")) == 2 * len(content.people))
    finally:
        matching.stop()


def test_nobody_is_looked_for_by_an_address_that_several_share(engine: Engine, slack: Slack) -> None:
    with Session(engine) as session:
        for name in ("jo hall", "max reed"):
            email = f"{name} <clerks@example.org>"
            session.add(Person(email=email, name=name.title(), time_zone="Europe/London"))
        session.commit()
    slack.person("clerks", email="clerks@example.org")
    match(engine, web_to(slack), NOW)
    assert slack.called("users.lookupByEmail") == []
    assert linked(engine) == set()
