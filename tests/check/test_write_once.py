"""A transaction that another replica may have done first: whoever is second leaves what stands, and goes on."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, Person
from remembrancer.models.database import write_once

pytestmark = pytest.mark.both_databases


def person(email: str = "ada@example.org") -> Person:
    return Person(name="Ada", email=email, time_zone="Europe/London")


def emails(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.exec(select(Person.email).order_by(col(Person.email))))


def add(engine: Engine, *people: Person, flush: bool = True) -> bool:
    with write_once(engine, what="people") as session:
        session.add_all(people)
        if flush:
            session.flush()
        return True
    return False


@pytest.mark.parametrize("flush", [True, False])
def test_what_another_wrote_first_stands_and_nothing_of_the_second_is_stored(engine: Engine, flush: bool) -> None:
    assert add(engine, person())
    # Without a flush the rows meet at the commit, after the block has returned.
    assert add(engine, person("ben@example.org"), person(), flush=flush) is not flush
    assert emails(engine) == ["ada@example.org"]
    assert add(engine, person("cat@example.org"))
    assert emails(engine) == ["ada@example.org", "cat@example.org"]


def test_any_other_error_is_raised_and_nothing_is_stored(engine: Engine) -> None:
    def breaks() -> None:
        with write_once(engine) as session:
            session.add(person())
            session.flush()
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        breaks()
    assert emails(engine) == []


def test_a_snapshot_reads_one_moment_and_writes(engine: Engine) -> None:
    with write_once(engine, snapshot=True) as session:
        assert session.exec(select(AuditEvent)).all() == []
        session.add(person())
    assert emails(engine) == ["ada@example.org"]
