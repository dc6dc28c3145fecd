"""Shows an admin the messages that will be sent, by day, person or board, and those that a pilot withheld."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.language.dates import RELATIVE_DAY, parse_day
from remembrancer.bot.sending.pause import messages_at_once
from remembrancer.bot.sending.preview_lines import lines, with_refs
from remembrancer.cards.sending_status import sending_line
from remembrancer.models import Board, Person
from remembrancer.models.message import Button, Message, Part
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.preview.filters import Wanted, address, is_in_reach, outlook
from remembrancer.scheduler.preview.types import Planned
from remembrancer.scheduler.preview.withheld import count_withheld, withheld
from remembrancer.scheduler.rehearsal import TEST_BUTTON, as_test, rehearse
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.sending import current_sending
from remembrancer.wording import day as in_full
from remembrancer.wording import phrase, render

MOST_WITHHELD = 100


def preview(context: Context, words: Sequence[str] = ()) -> Reply:
    """Handle 'preview 13 September', 'preview Ruth Fairbrass', 'preview #corporate-board', or a day and a name."""
    context.must_be_admin("not_your_sending")
    day, to = _filter(context, " ".join(words))
    wanted = Wanted(day=day, to=frozenset({address(to)} if to else ()))
    planned = outlook(context.session, context.now, wanted)
    head = render(
        "messages/preview_head.md",
        title=phrase("preview.days", days=wanted.days) if wanted.day is None else in_full(wanted.day),
        to=[name for _, name in sorted(wanted.to)],
        line=sending_line(context.session, context.person.time_zone),
        paused=current_sending(context.session).paused_at is not None,
        count=len(planned),
        withheld=sum(each.withheld for each in planned),
    )
    buttons = (send_test_button(to, day),) if isinstance(to, Person) and planned else ()
    return Reply(messages=(Message(parts=(Part(text=head, buttons=buttons), *_days(context, planned, day is None))),))


def _days(context: Context, planned: Sequence[Planned], named: bool) -> Iterator[Part]:
    zone = ZoneInfo(context.person.time_zone)
    for day, of_day in groupby(planned, key=lambda each: each.at.astimezone(zone).date()):
        found = lines(context.session, of_day)
        shown = [(f"{line.at.astimezone(zone):%H:%M}", line) for line in found]
        yield Part(text=render("messages/preview_day.md", day=day if named else None, lines=shown))


def _filter(context: Context, text: str) -> tuple[date | None, Person | Board | None]:
    """The day and the recipient that the text names, in either order."""
    match = re.search(rf"\b{RELATIVE_DAY}\b", text, re.IGNORECASE)
    day = _day(context, match[0]) if match else None
    rest = f"{text[: match.start()]} {text[match.end() :]}" if match and day else text
    name = re.sub(r"^(?:(?:on|for|to)\b\s*)+|(?:\s*\b(?:on|for|to))+$", "", " ".join(rest.split()), flags=re.IGNORECASE)
    return day, find_recipient(context, name) if name else None


def _day(context: Context, text: str) -> date | None:
    """The day of the text. Raises NotPossibleError for a day that is past or too far off."""
    today = context.now.astimezone(ZoneInfo(context.facts.time.zone)).date()
    day = parse_day(text, today, today)
    if day is not None and not is_in_reach(context.session, day, context.now):
        raise NotPossibleError("day_out_of_reach", day=in_full(day))
    return day


def find_recipient(context: Context, words: str) -> Person | Board:
    """The person or board with this e-mail address, channel, key or name; else with this part of a name.

    Raises NotPossibleError where there is none, or several.
    """
    everyone: list[Person | Board] = [person for person in context.facts.people.values() if person.active]
    everyone += context.session.exec(select(Board))
    wanted = words.lower()
    found = [who for who in everyone if wanted in _names(who)] or [
        who for who in everyone if wanted in who.name.lower()
    ]
    if not found:
        raise NotPossibleError("no_such_recipient", words=words)
    if len({address(who) for who in found}) > 1:
        raise NotPossibleError("several_recipients", words=words, names=", ".join(who.name for who in found))
    return found[0]


def _names(who: Person | Board) -> tuple[str, ...]:
    exact = (who.email, who.name) if isinstance(who, Person) else (who.channel, who.key, who.name)
    return tuple(name.lower() for name in exact)


def send_test_button(person: Person, day: date | None) -> Button:
    """The button that sends an admin the next message to a person, of this day if one is given."""
    value = f"{person.id}.{day or ''}"
    return Button(action="send_test", value=value, label=phrase("buttons.send_test"), about=person.name)


def text_send_test(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'send me what Ruth Fairbrass would get': the next message to a person goes to the admin, as a test."""
    context.must_be_admin("not_your_sending")
    person = find_recipient(context, said["name"])
    if isinstance(person, Board):
        raise NotPossibleError("no_test_of_a_board", name=person.name)
    return _send_test(context, person, None)


def press_send_test(context: Context, incoming: Incoming) -> Reply:
    context.must_be_admin("not_your_sending")
    person_id, _, day = incoming.value.partition(".")
    person = context.facts.people.get(as_id(person_id))
    if person is None:
        raise NotPossibleError("no_such_button")
    return _send_test(context, person, date.fromisoformat(day) if day else None)


def _send_test(context: Context, person: Person, day: date | None) -> Reply:
    rehearsed = rehearse(context.session, person, context.now, day)
    if rehearsed is None:
        raise NotPossibleError("nothing_to_test", name=person.name)
    content = as_test(context.session, rehearsed, person, context.person, context.now, stored_id(context.person.id))
    return Reply(messages=(content,))


def press_test_button(context: Context, _incoming: Incoming) -> Reply:
    """Say that a button of a test does nothing."""
    return Reply(messages=(context.says("test_button"),))


def show_withheld(context: Context, _words: Sequence[str] = ()) -> Reply:
    """Handle 'withheld': list the messages to people outside the pilot, without the answers in them."""
    context.must_be_admin("not_your_sending")
    found = withheld(context.session, MOST_WITHHELD)
    sending_state = current_sending(context.session)
    head = render(
        "messages/withheld_head.md",
        count=count_withheld(context.session),
        shown=len(found),
        paused=len(messages_at_once(context, sending_state.pilot)) if sending_state.paused_at else None,
    )
    parts = [Part(text=head)]
    # One row for what was withheld at one moment, of one kind, for one reason.
    for _, group in groupby(found, key=lambda each: (each.at, each.what, each.because)):
        same = sorted(group, key=lambda each: each.name)
        names = [with_refs(each.name, each.refs) for each in same]
        text = render("messages/withheld_row.md", first=same[0], zone=context.person.time_zone, names=names)
        parts.append(Part(text=text))
    return Reply(messages=(Message(parts=tuple(parts)),))


ROUTES: Routes = {
    "press": {
        "withheld": lambda context, _incoming: show_withheld(context),
        "send_test": press_send_test,
        TEST_BUTTON: press_test_button,
    },
}
