"""What an admin does with posts and people: see them, hand over, let join and leave, record leave, link accounts.

What takes something from somebody is shown before it is done: see bot/people/confirmations.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.people import confirmations, replies
from remembrancer.bot.people.forms import (
    CHANGES,
    a_day,
    a_person,
    a_person_or_none,
    a_post,
    blank,
    default_platform,
    form,
)
from remembrancer.models import Absence
from remembrancer.models.message import Button, Message, Part, message
from remembrancer.queries.facts import load_people
from remembrancer.queries.post_holders import today
from remembrancer.queries.returns import unreachable
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import known
from remembrancer.rules.people import recipients
from remembrancer.services import chat_accounts, people, posts
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.leave import leave_to_come
from remembrancer.wording import escape, render, say

ASKS = ("hand_over", "members", "join", "leaver", "leave", "link", "unlink")
"""The forms, in the order of their buttons."""
IN_A_PART = 20
Row = TypeVar("Row")


def people_now(context: Context) -> Reply:
    """Who holds which post, who is away, who cannot be reached, and what can be done about it."""
    context.must_be_admin("admins_only_people")
    facts, now = context.facts, context.now
    posts = [
        (post, recipients.holders(facts, known(post.id), now), recipients.to_come(facts, known(post.id), now))
        for post in sorted(facts.posts.values(), key=lambda post: post.name)
    ]
    ids = unreachable(context.session)
    cut_off = [person for person in facts.people.values() if person.id in ids]
    counts = {"posts": len(posts), "vacant": sum(not held for _, held, _ in posts), "cut_off": len(cut_off)}
    buttons = tuple(Button(action=f"people_{name}", value=name, label=say(f"people.{name}_title")) for name in ASKS)
    head = Part(text=render("messages/people_head.md", **counts), buttons=buttons)
    held = [Part(text=render("messages/people_posts.md", posts=some)) for some in _some(posts)]
    listed = [Part(text=render("messages/people_cut_off.md", people=some)) for some in _some(cut_off)]
    return Reply(messages=(Message(parts=(head, *held, *listed, *_away_parts(context))),))


def _some(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """So many at a time as a platform shows in one piece."""
    return (rows[start : start + IN_A_PART] for start in range(0, len(rows), IN_A_PART))


def _away_parts(context: Context) -> list[Part]:
    """A part for each person who is on leave or soon will be, with the button that ends it."""
    query = select(Absence).where(Absence.last_day >= today(context.session, context.now))
    found = []
    for absence in context.session.exec(query.order_by(col(Absence.first_day), col(Absence.id))):
        person = context.facts.people[absence.person_id]
        delegate = context.facts.people.get(absence.delegate_id or 0)
        label = say("people.is_back")
        value = f"{person.id}.{absence.id}"
        button = Button(action="people_back", value=value, label=label, about=person.name)
        found.append(Part(text=replies.away(person, absence, delegate, escape), buttons=(button,)))
    return found


def press_ask(context: Context, incoming: Incoming) -> Reply:
    """A button that opens a form; its value says which."""
    context.must_be_admin("admins_only_people")
    if incoming.value not in ASKS:
        raise NotPossibleError("no_such_button")
    values = {"first_day": today(context.session, context.now).isoformat(), "platform": default_platform(context)}
    return Reply(form=form(context, incoming.value, values))


Submitted = Callable[[Context, Mapping[str, Any]], Message]


def _handler(name: str, act: Submitted) -> Callable[[Context, Incoming], Reply]:
    """What a form's submission does; where it is refused, the form again, with the reason beside the field."""

    def submit(context: Context, incoming: Incoming) -> Reply:
        context.must_be_admin("admins_only_people")
        try:
            if missing := blank(name, incoming.fields):
                return Reply(form=form(context, name, incoming.fields, errors=missing))
            return Reply(messages=(act(context, incoming.fields),))
        except RefusalError as refusal:
            return Reply(form=form(context, name, incoming.fields, refusal))

    return submit


def _join(context: Context, fields: Mapping[str, Any]) -> Message:
    post = a_post(context, fields, "vacant") if fields.get("vacant") else None
    roles = fields.get("roles")
    person = people.join(
        context.session,
        str(fields.get("email") or ""),
        str(fields.get("name") or ""),
        context.now,
        known(context.person.id),
        str(fields.get("time_zone") or ""),
        [str(role) for role in roles] if isinstance(roles, list) else [],
        post,
    )
    is_reached = person.id not in unreachable(context.session)
    return message(replies.joined(person, is_reached, escape))


def _leave(context: Context, fields: Mapping[str, Any]) -> Message:
    person, delegate = a_person(context, fields), a_person_or_none(context, fields, "delegate")
    first, last, by = a_day(fields, "first"), a_day(fields, "last"), known(context.person.id)
    absence = people.away(context.session, person, first, last, delegate, context.now, by)
    return message(replies.away_in_all(load_people(context.session), absence, escape))


def _link(context: Context, fields: Mapping[str, Any]) -> Message:
    person = a_person(context, fields)
    platform, conversation = str(fields.get("platform") or ""), str(fields.get("conversation") or "")
    chat_accounts.link(context.session, person, platform, conversation, context.now, known(context.person.id))
    values = {"name": person.name, "platform": platform, "conversation": conversation}
    return message(say("people.linked", **{key: escape(value) for key, value in values.items()}))


def _members(context: Context, fields: Mapping[str, Any]) -> Message:
    post, person, by = a_post(context, fields), a_person(context, fields), known(context.person.id)
    change = fields.get("change")
    if change not in CHANGES:
        raise RefusalError("choose_change", field="change")
    if change == "ask_first":
        posts.ask_first(context.session, post, person, context.now, by)
        return message(say("people.asked_first", post=escape(post.name), name=escape(person.name)))
    if change == "release":
        return confirmations.show_release(context, post, person)
    return message(replies.handed_over(posts.hold(context.session, post, person, context.now, by), escape))


def press_back(context: Context, incoming: Incoming) -> Reply:
    """Somebody is at work again, or takes no leave after all; the button names the leave."""
    context.must_be_admin("admins_only_people")
    person_id, _, absence_id = incoming.value.partition(".")
    person, by = a_person(context, {"person": person_id}), known(context.person.id)
    ended = people.back(context.session, person, context.now, by, as_id(absence_id) if absence_id else None)
    still = leave_to_come(context.session, known(person.id), today(context.session, context.now))
    return Reply(messages=(message(replies.back(person, ended, still, escape)),))


PRESSED = {
    **{f"people_{name}": press_ask for name in ASKS},
    "people_back": press_back,
    "people_hand_over_now": confirmations.press_hand_over,
    "people_leaver_now": confirmations.press_leaver,
    "people_release_now": confirmations.press_release,
    "people_unlink_now": confirmations.press_unlink,
}
SUBMITTED = {
    "people_hand_over": _handler("hand_over", confirmations.show_hand_over),
    "people_members": _handler("members", _members),
    "people_join": _handler("join", _join),
    "people_leaver": _handler("leaver", confirmations.show_leaver),
    "people_leave": _handler("leave", _leave),
    "people_link": _handler("link", _link),
    "people_unlink": _handler("unlink", confirmations.show_unlink),
}
