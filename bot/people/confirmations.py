"""Confirmations for admins: a change that takes something from a person is previewed, and done only if unchanged."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from remembrancer.bot.core.incoming import Handler, Incoming, Reply
from remembrancer.bot.people import replies
from remembrancer.bot.people.forms import day_in, person_in, person_or_none_in, post_in
from remembrancer.models import Person, Post
from remembrancer.models.message import Button, Message, message
from remembrancer.queries import chat_accounts as account_queries
from remembrancer.queries.organisation import fingerprint
from remembrancer.rules.facts import stored_id
from remembrancer.services import chat_accounts, people, posts
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.wording import escape, phrase, render

FIELDS = {
    "hand_over": ("post", "person", "first_day", "instead_of"),
    "release": ("post", "person"),
    "unlink": ("person", "platform"),
    "leaver": ("person",),
}
"""The fields of a change that its confirming button holds."""


def _confirmation(name: str, fields: Mapping[str, Any], text: str, about: str) -> Message:
    """The preview with its button, whose value ends with a hash of the preview."""
    button = Button(
        action=f"people_{name}_now",
        value=".".join([*(str(fields.get(key) or "") for key in FIELDS[name]), _hash(text)]),
        label=phrase(f"people.confirm_{name}"),
        about=about,
        style="danger",
    )
    return message(text, buttons=[button])


def _hash(text: str) -> str:
    """A short hash of a preview's text."""
    return fingerprint(text)[:12]


def confirmed(
    name: str, show: Callable[[Context, Mapping[str, Any]], Message], act: Callable[[Context, Mapping[str, Any]], str]
) -> Handler:
    """A handler that does what was previewed; if it would now have another effect, it shows the new preview instead.

    `act` returns the sentence that says what was done.
    """

    def press(context: Context, incoming: Incoming) -> Reply:
        context.must_be_admin("admins_only_people")
        *values, shown = incoming.value.split(".")
        if len(values) != len(FIELDS[name]):
            raise NotPossibleError("no_such_button")
        fields = dict(zip(FIELDS[name], values, strict=True))
        preview = show(context, fields)
        if _hash(preview.text) != shown:
            return Reply(messages=(message(phrase("people.changed_meanwhile")), preview))
        return Reply(messages=(message(act(context, fields)),))

    return press


def show_hand_over(context: Context, fields: Mapping[str, Any]) -> Message:
    """Preview a handover, with the button that confirms it."""
    post, to, day, instead_of = _hand_over_fields(context, fields)
    planned = posts.plan_hand_over(context.session, post, to, context.now, day, instead_of)
    text = render("messages/hand_over_preview.md", planned=planned)
    return _confirmation("hand_over", fields, text, post.name)


def _hand_over_fields(context: Context, fields: Mapping[str, Any]) -> tuple[Post, Person, date, Person | None]:
    post, to = post_in(context, fields), person_in(context, fields)
    return post, to, day_in(fields, "first_day"), person_or_none_in(context, fields, "instead_of")


def hand_over(context: Context, fields: Mapping[str, Any]) -> str:
    post, to, day, instead_of = _hand_over_fields(context, fields)
    done = posts.hand_over(context.session, post, to, context.now, stored_id(context.person.id), day, instead_of)
    return replies.handed_over(done, escape)


def show_release(context: Context, fields: Mapping[str, Any]) -> Message:
    """Preview taking a post from one of its holders, with the button that confirms it."""
    post, person = post_in(context, fields), person_in(context, fields)
    text = render("messages/release_preview.md", planned=posts.plan_release(context.session, post, person, context.now))
    return _confirmation("release", fields, text, f"{post.name}, {person.name}")


def release(context: Context, fields: Mapping[str, Any]) -> str:
    post, person = post_in(context, fields), person_in(context, fields)
    done = posts.release(context.session, post, person, context.now, stored_id(context.person.id))
    return replies.handed_over(done, escape)


def show_unlink(context: Context, fields: Mapping[str, Any]) -> Message:
    """Preview removing the link to a chat account, with the button that confirms it."""
    person, platform = person_in(context, fields), str(fields.get("platform") or "")
    account = account_queries.linked(context.session, person, platform)
    others = account_queries.linked_on(context.session, person, but_not=account)
    text = render("messages/unlink_preview.md", person=person, account=account, others=others)
    return _confirmation("unlink", fields, text, person.name)


def unlink(context: Context, fields: Mapping[str, Any]) -> str:
    person, platform = person_in(context, fields), fields["platform"]
    chat_accounts.unlink(context.session, person, platform, context.now, stored_id(context.person.id))
    return phrase("people.unlinked", name=escape(person.name), platform=escape(platform))


def show_leaver(context: Context, fields: Mapping[str, Any]) -> Message:
    """Preview a person's leaving, with the button that confirms it."""
    person = person_in(context, fields)
    text = render("messages/leaver_preview.md", planned=people.plan_leaving(context.session, person, context.now))
    return _confirmation("leaver", fields, text, person.name)


def leaver(context: Context, fields: Mapping[str, Any]) -> str:
    done = people.leave(context.session, person_in(context, fields), context.now, stored_id(context.person.id))
    return replies.left(done, escape)


def press_leave(context: Context, _incoming: Incoming) -> Reply:
    """Leave what was previewed undone."""
    context.must_be_admin("admins_only_people")
    return Reply(messages=(message(phrase("people.left_as_it_is")),))
