"""An answer and the lock at the same moment: one of them is first, and nobody is told the other thing."""

from threading import Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Item, Return, ReturnState, Window
from remembrancer.services.windows import lock_window
from tests.dialog import LEAD, World

pytestmark = pytest.mark.both_databases

GRACE = 0.5  # seconds in which an act that need not wait would long be done


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-20 16:59")


def the_return(session: Session) -> Return:
    query = select(Return).join(Item).join(Window).where(Item.ref == "52", Window.key == "2019-20-q2")
    return session.exec(query).one()


def test_an_answer_that_meets_the_lock_waits_for_it_and_is_refused(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "No change"][:1]
    shown: list[str] = []

    def answer() -> None:
        shown.extend(world.incoming(LEAD, "press", action=button.action, value=button.value))

    with Session(world.engine) as session:
        window = session.exec(select(Window).where(Window.key == "2019-20-q2").with_for_update()).one()
        lock_window(session, window, world.clock.now())
        session.flush()
        lead = Thread(target=answer)
        lead.start()
        lead.join(GRACE)
        assert lead.is_alive()  # it waits for the lock to be done
        session.commit()
    lead.join()
    assert shown[0].startswith("Quarter 2 2019/20 is locked")
    with Session(world.engine) as session:
        ret = the_return(session)
        assert (ret.state, ret.versions) == (ReturnState.NO_UPDATE, 0)


def test_an_answer_just_before_the_lock_is_accepted_by_it(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "No change"][:1]
    world.incoming(LEAD, "press", action=button.action, value=button.value)
    world.wait_until("2019-09-20 17:00")
    with Session(world.engine) as session:
        ret = the_return(session)
        assert (ret.state, ret.versions) == (ReturnState.ACCEPTED, 1)
