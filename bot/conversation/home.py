"""A person's home page, on platforms that have one: open prompts, what is coming, leave, and what they look after.

Nothing of it is stored: its buttons are those of the chat, and their replies go to the chat.
"""

from collections.abc import Iterator
from datetime import datetime

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import shared_returns_message
from remembrancer.bot.people.leave import away_form, away_message, own_absences
from remembrancer.bot.returns import review
from remembrancer.bot.windows import commands as window_commands
from remembrancer.cards import window_row
from remembrancer.cards.prompts.kinds import build_cards, wanted
from remembrancer.models.message import Button, Message, Part
from remembrancer.reports.calendar_feed import coming
from remembrancer.rules.people.permissions import is_admin
from remembrancer.services.context import Context
from remembrancer.wording import phrase, render, short_day, short_moment

MOST_COMING = 10
MOST_MISSING = 15
"""How many rows are shown of a long list; the others are counted."""


def home(context: Context) -> Message:
    """Build the whole page as it should be now, what is to be done first."""
    parts = list(_wanted(context))
    if review.is_secretary(context):
        parts += _missing_returns(context)
    if is_admin(context.person):
        parts += _windows(context)
    parts += [*_coming(context), *_leave(context), _section_head("before", "own_history")]
    return Message(parts=tuple(parts))


def _section_head(name: str, *buttons: str) -> Part:
    made = tuple(Button(action=button, value="home", label=phrase(f"home.{button}")) for button in buttons)
    return Part(text=render("messages/home_title.md", title=phrase(f"home.{name}")), buttons=made)


def _wanted(context: Context) -> Iterator[Part]:
    """The card of the command 'my', without storing its prompts."""
    yield _section_head("wanted")
    prompts, shared = wanted(context), shared_returns_message(context)
    [card] = build_cards(context.session, [(context.person, prompts)], context.now)
    yield from card.content.parts or (Part(text=phrase("replies.nothing_wanted")),)
    if shared:
        yield from shared.parts


def _coming(context: Context) -> Iterator[Part]:
    """The deadlines that come next."""
    zone = context.person.time_zone
    found = [
        (short_moment(due, zone) if isinstance(due, datetime) else short_day(due), entry.title)
        for due, entry in coming(context.session, context.person, context.now)
    ]
    if found:
        yield _section_head("coming")
        rows = found[:MOST_COMING]
        yield Part(text=render("messages/home_coming.md", rows=rows, more=len(found) - len(rows)))


def _leave(context: Context) -> Iterator[Part]:
    """Each leave that is not over, with its delegate and the buttons to change it."""
    yield _section_head("leave", "begin_leave")
    current = [absence for absence in own_absences(context) if absence.last_day >= context.today]
    for absence in current:
        yield from away_message(context, absence).parts
    if not current:
        yield Part(text=phrase("home.no_leave"))


def _missing_returns(context: Context) -> Iterator[Part]:
    """The missing returns that a secretary looks after."""
    yield _section_head("looked_after")
    for window in review.status(context, only_missing=True).messages:
        head, *rows = window.parts
        yield from (head, *rows[:MOST_MISSING])
        if len(rows) > MOST_MISSING:
            yield Part(text=phrase("home.more_missing", count=len(rows) - MOST_MISSING))


def _windows(context: Context) -> Iterator[Part]:
    """The windows that an admin may change."""
    yield _section_head("windows", "preview_all")
    yield from (
        window_row.row(context, window) for window in review.windows_now(context, window_commands.SHOWN_AT_HOME)
    )


def press_begin_leave(context: Context, _incoming: Incoming) -> Reply:
    return Reply(form=away_form(context, {"first_day": context.today.isoformat()}))
