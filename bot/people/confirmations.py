"""Confirmations for admins: a change that takes something from a person is previewed, and done only if unchanged."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.people import replies
from remembrancer.bot.people.forms import day_in, person_in, person_or_none_in, post_in
from remembrancer.models import Person, Post
from remembrancer.models.message import Button, Message, message
from remembrancer.queries import chat_accounts as account_queries
from remembrancer.queries.organisation import fingerprint
from remembrancer.rules.facts import known
from remembrancer.services import chat_accounts, people, posts
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.wording import escape, render, say


def show_hand_over(context: Context, fields: Mapping[str, Any]) -> Message:
    """Preview a handover, with the button that confirms it."""
    return _hand_over_preview(context, *_hand_over_fields(context, fields))


def _hand_over_fields(context: Context, fields: Mapping[str, Any]) -> tuple[Post, Person, date, Person | None]:
    post, to = post_in(context, fields), person_in(context, fields)
    return post, to, day_in(fields, "first_day"), person_or_none_in(context, fields, "instead_of")


def _hand_over_preview(context: Context, post: Post, to: Person, day: date, instead_of: Person | None) -> Message:
    planned = posts.plan_hand_over(context.session, post, to, context.now, day, instead_of)
    text = render("messages/hand_over_preview.md", planned=planned)
    value = f"{post.id}.{to.id}.{day}.{instead_of.id if instead_of else ''}"
    return _confirmation(text, "hand_over", value, post.name)


def _confirmation(text: str, name: str, value: str, about: str) -> Message:
    """The preview with its button, whose value ends with a hash of the preview."""
    button = Button(
        action=f"people_{name}_now",
        value=f"{value}.{_hash(text)}",
        label=say(f"people.confirm_{name}"),
        about=about,
        style="danger",
    )
    return message(text, buttons=[button])


def _hash(text: str) -> str:
    """A short hash of a preview's text."""
    return fingerprint(text)[:12]


def press_hand_over(context: Context, incoming: Incoming) -> Reply:
    """Do what was previewed; if it would now have another effect, show the new preview instead."""
    context.must_be_admin("admins_only_people")
    values = _parts(incoming.value, "post", "person", "first_day", "instead_of", "shown")
    post, to, day, instead_of = _hand_over_fields(context, values)
    preview = _hand_over_preview(context, post, to, day, instead_of)
    if _hash(preview.text) != values["shown"]:
        return _changed_meanwhile(preview)
    done = posts.hand_over(context.session, post, to, context.now, known(context.person.id), day, instead_of)
    return Reply(messages=(message(replies.handed_over(done, escape)),))


def show_release(context: Context, post: Post, person: Person) -> Message:
    """Preview taking a post from one of its holders, with the button that confirms it."""
    planned = posts.plan_release(context.session, post, person, context.now)
    text = render("messages/release_preview.md", planned=planned)
    return _confirmation(text, "release", f"{post.id}.{person.id}", f"{post.name}, {person.name}")


def press_release(context: Context, incoming: Incoming) -> Reply:
    """Do what was previewed; if it would now have another effect, show the new preview instead."""
    context.must_be_admin("admins_only_people")
    values = _parts(incoming.value, "post", "person", "shown")
    post, person = post_in(context, values), person_in(context, values)
    preview = show_release(context, post, person)
    if _hash(preview.text) != values["shown"]:
        return _changed_meanwhile(preview)
    done = posts.release(context.session, post, person, context.now, known(context.person.id))
    return Reply(messages=(message(replies.handed_over(done, escape)),))


def show_unlink(context: Context, fields: Mapping[str, Any]) -> Message:
    """Preview removing the link to a chat account, with the button that confirms it."""
    person, platform = person_in(context, fields), str(fields.get("platform") or "")
    account = account_queries.linked(context.session, person, platform)
    others = account_queries.linked_on(context.session, person, but_not=account)
    text = render("messages/unlink_preview.md", person=person, account=account, others=others)
    return _confirmation(text, "unlink", f"{person.id}.{account.platform}", person.name)


def press_unlink(context: Context, incoming: Incoming) -> Reply:
    """Do what was previewed; if it would now have another effect, show the new preview instead."""
    context.must_be_admin("admins_only_people")
    values = _parts(incoming.value, "person", "platform", "shown")
    preview = show_unlink(context, values)
    if _hash(preview.text) != values["shown"]:
        return _changed_meanwhile(preview)
    person = person_in(context, values)
    chat_accounts.unlink(context.session, person, values["platform"], context.now, known(context.person.id))
    text = say("people.unlinked", name=escape(person.name), platform=escape(values["platform"]))
    return Reply(messages=(message(text),))


def _parts(value: str, *names: str) -> dict[str, str]:
    """Split a button's value into named parts. Raises NotPossibleError if their number is wrong."""
    parts = value.split(".")
    if len(parts) != len(names):
        raise NotPossibleError("no_such_button")
    return dict(zip(names, parts, strict=True))


def _changed_meanwhile(preview: Message) -> Reply:
    return Reply(messages=(message(say("people.changed_meanwhile")), preview))


def show_leaver(context: Context, fields: Mapping[str, Any]) -> Message:
    """Preview a person's leaving, with the button that confirms it."""
    person = person_in(context, fields)
    planned = people.plan_leaving(context.session, person, context.now)
    return _confirmation(render("messages/leaver_preview.md", planned=planned), "leaver", f"{person.id}", person.name)


def press_leaver(context: Context, incoming: Incoming) -> Reply:
    """Do what was previewed; if it would now have another effect, show the new preview instead."""
    context.must_be_admin("admins_only_people")
    values = _parts(incoming.value, "person", "shown")
    preview = show_leaver(context, values)
    if _hash(preview.text) != values["shown"]:
        return _changed_meanwhile(preview)
    done = people.leave(context.session, person_in(context, values), context.now, known(context.person.id))
    return Reply(messages=(message(replies.left(done, escape)),))
