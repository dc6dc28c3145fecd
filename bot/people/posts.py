"""An admin's page of posts and people: handovers, joiners, leavers, leave, chat accounts.

A change that takes something from a person is previewed first: see bot/people/confirmations.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Handler, Incoming, Reply, Routes
from remembrancer.bot.people import confirmations, replies
from remembrancer.bot.people.confirmations import confirmed
from remembrancer.bot.people.forms import (
    CHANGES,
    FORMS,
    blank_errors,
    day_in,
    default_platform,
    form,
    person_in,
    person_or_none_in,
    post_in,
    with_iso_days,
)
from remembrancer.models import Absence
from remembrancer.models.message import Button, Message, Part, message
from remembrancer.queries.facts import load_people
from remembrancer.queries.post_holders import today
from remembrancer.queries.returns import unreachable
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.services import chat_accounts, people, posts
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.leave import current_and_future_leave
from remembrancer.wording import escape, phrase, render

ROWS_PER_PART = 20
Row = TypeVar("Row")


def people_now(context: Context) -> Reply:
    """Show who holds each post, who is away and who cannot be reached, with the buttons to change it."""
    context.must_be_admin("admins_only_people")
    facts, now = context.facts, context.now
    posts = [
        (post, recipients.holders(facts, stored_id(post.id), now), recipients.to_come(facts, stored_id(post.id), now))
        for post in sorted(facts.posts.values(), key=lambda post: post.name)
    ]
    ids = unreachable(context.session)
    cut_off = [person for person in facts.people.values() if person.id in ids]
    counts = {"posts": len(posts), "vacant": sum(not held for _, held, _ in posts), "cut_off": len(cut_off)}
    buttons = tuple(Button(action=f"people_{name}", value=name, label=phrase(f"people.{name}_title")) for name in FORMS)
    head = Part(text=render("messages/people_head.md", **counts), buttons=buttons)
    held = [Part(text=render("messages/people_posts.md", posts=some)) for some in _chunks(posts)]
    listed = [Part(text=render("messages/people_cut_off.md", people=some)) for some in _chunks(cut_off)]
    return Reply(messages=(Message(parts=(head, *held, *listed, *_away_parts(context))),))


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in chunks that a platform shows in one part."""
    return (rows[start : start + ROWS_PER_PART] for start in range(0, len(rows), ROWS_PER_PART))


def _away_parts(context: Context) -> list[Part]:
    """A part for each leave that is not over, with the button that ends it."""
    query = select(Absence).where(Absence.last_day >= today(context.session, context.now))
    found = []
    for absence in context.session.exec(query.order_by(col(Absence.first_day), col(Absence.id))):
        person = context.facts.people[absence.person_id]
        delegate = context.facts.people.get(absence.delegate_id or 0)
        value, label = f"{person.id}.{absence.id}", phrase("people.is_back")
        button = Button(action="people_back", value=value, label=label, about=person.name)
        found.append(Part(text=replies.away(person, absence, delegate, escape), buttons=(button,)))
    return found


def press_ask(context: Context, incoming: Incoming) -> Reply:
    """Open the form that the button's value names."""
    context.must_be_admin("admins_only_people")
    if incoming.value not in FORMS:
        raise NotPossibleError("no_such_button")
    values = {"first_day": today(context.session, context.now).isoformat(), "platform": default_platform(context)}
    return Reply(form=form(context, incoming.value, values))


def _handler(name: str, act: Callable[[Context, Mapping[str, Any]], Message]) -> Handler:
    """A handler for the form's submission; a refusal shows the form again, with the reason beside its field."""

    def submit(context: Context, incoming: Incoming) -> Reply:
        context.must_be_admin("admins_only_people")
        fields = with_iso_days(context, name, incoming.fields)
        try:
            if missing := blank_errors(name, fields):
                return Reply(form=form(context, name, fields, errors=missing))
            return Reply(messages=(act(context, fields),))
        except RefusalError as refusal:
            return Reply(form=form(context, name, fields, refusal))

    return submit


def _join(context: Context, fields: Mapping[str, Any]) -> Message:
    post = post_in(context, fields, "vacant") if fields.get("vacant") else None
    roles = fields.get("roles")
    email, name, time_zone = (str(fields.get(key) or "") for key in ("email", "name", "time_zone"))
    given_roles = [str(role) for role in roles] if isinstance(roles, list) else []
    by = stored_id(context.person.id)
    person = people.join(context.session, email, name, context.now, by, time_zone, given_roles, post)
    is_reached = person.id not in unreachable(context.session)
    return message(replies.joined(person, is_reached, escape))


def _leave(context: Context, fields: Mapping[str, Any]) -> Message:
    person, delegate = person_in(context, fields), person_or_none_in(context, fields, "delegate")
    first, last, by = day_in(fields, "first"), day_in(fields, "last"), stored_id(context.person.id)
    absence = people.begin_leave(context.session, person, first, last, delegate, context.now, by)
    return message(replies.away_in_all(load_people(context.session), absence, escape))


def _link(context: Context, fields: Mapping[str, Any]) -> Message:
    person = person_in(context, fields)
    platform, conversation = str(fields.get("platform") or ""), str(fields.get("conversation") or "")
    chat_accounts.link(context.session, person, platform, conversation, context.now, stored_id(context.person.id))
    name, platform, conversation = map(escape, (person.name, platform, conversation))
    return message(phrase("people.linked", name=name, platform=platform, conversation=conversation))


def _members(context: Context, fields: Mapping[str, Any]) -> Message:
    post, person, by = post_in(context, fields), person_in(context, fields), stored_id(context.person.id)
    change = fields.get("change")
    if change not in CHANGES:
        raise RefusalError("choose_change", field="change")
    if change == "ask_first":
        posts.ask_first(context.session, post, person, context.now, by)
        return message(phrase("people.asked_first", post=escape(post.name), name=escape(person.name)))
    if change == "release":
        return confirmations.show_release(context, fields)
    return message(replies.handed_over(posts.hold(context.session, post, person, context.now, by), escape))


def press_back(context: Context, incoming: Incoming) -> Reply:
    """End the leave that the button names: the person is back, or does not take it."""
    context.must_be_admin("admins_only_people")
    person_id, _, absence_id = incoming.value.partition(".")
    person, by = person_in(context, {"person": person_id}), stored_id(context.person.id)
    ended = people.end_leave(context.session, person, context.now, by, as_id(absence_id) if absence_id else None)
    remaining = current_and_future_leave(context.session, stored_id(person.id), today(context.session, context.now))
    return Reply(messages=(message(replies.back(person, ended, remaining, escape)),))


ROUTES: Routes = {
    "press": {
        **{f"people_{name}": press_ask for name in FORMS},
        "people_back": press_back,
        "people_leave_as_it_is": confirmations.press_leave,
        "people_hand_over_now": confirmed("hand_over", confirmations.show_hand_over, confirmations.hand_over),
        "people_leaver_now": confirmed("leaver", confirmations.show_leaver, confirmations.leaver),
        "people_release_now": confirmed("release", confirmations.show_release, confirmations.release),
        "people_unlink_now": confirmed("unlink", confirmations.show_unlink, confirmations.unlink),
    },
    "submit": {
        "people_hand_over": _handler("hand_over", confirmations.show_hand_over),
        "people_members": _handler("members", _members),
        "people_join": _handler("join", _join),
        "people_leaver": _handler("leaver", confirmations.show_leaver),
        "people_leave": _handler("leave", _leave),
        "people_link": _handler("link", _link),
        "people_unlink": _handler("unlink", confirmations.show_unlink),
    },
}
