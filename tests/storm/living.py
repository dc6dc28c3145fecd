"""A quarter from its beginning until there is nothing left to do."""

from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import EventState, IncomingEvent, OutgoingMessage, SendState
from tests.storm.people import People
from tests.storm.quarter import Quarter

LOCKS = "2019-09-20"
ACTIVE = 8  # of the moments are those at which people do something


def live_through(story: Quarter, people: People) -> None:
    """From moment to moment, while people do what they do, and the service is stopped once, and killed once."""
    story.match()
    moments = story.moments()
    last = sum(moment.date().isoformat() < LOCKS for moment in moments)
    stops, dies = story.dice.sample(range(2, last), 2)
    plans = people.plans(sorted(story.dice.sample(range(last), ACTIVE)))
    for number, moment in enumerate(moments):
        if number == dies:
            story.process.life.end(story.dice.randrange(1, 40))
        story.move_to(moment)
        people.confirm()
        doing = [plan for plan in plans if plan[0] == number]
        for _, who, kind in doing:
            people.does(who, kind)
        if doing:
            story.look()
            story.deliver_again()
        if number == stops:
            story.restart()
        if number == dies:
            story.process.life.end(0)
            story.revive()


def calm_down(story: Quarter, people: People) -> None:
    """No more faults; all that is left is done, until a look finds nothing more to say to the platform."""
    story.calm()
    for _ in range(40):
        said = story.calls
        story.deliver_again()
        people.confirm()
        story.clock.sleep(120)
        story.move_to(max([story.clock.now(), *left(story)[:1]]))
        story.rest()
        if not left(story) and story.calls == said:
            return
    raise AssertionError(f"there is always something left to do: {left(story)}")


def left(story: Quarter) -> list[datetime]:
    """When what is not sent or not handled yet has its time, the earliest first."""
    unsent = col(OutgoingMessage.state).in_((SendState.PENDING, SendState.SENDING))
    with Session(story.engine) as session:
        due = session.exec(select(OutgoingMessage.not_before).where(unsent)).all()
        heard = session.exec(select(IncomingEvent.received_at).where(IncomingEvent.state == EventState.WAITING)).all()
    return sorted([*due, *heard])
