"""A secretary records what a board said of an item, or an action, which becomes an item of its own."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import (
    field_errors,
    items_to_choose,
    meeting_choice,
    meeting_day,
    plan_field,
    plan_form,
    typed,
    update_placings,
)
from remembrancer.bot.forward_plan.view import kept_board, reply_with_plan
from remembrancer.bot.people.post_field import lead_choices
from remembrancer.models import Board, ForwardPlanItem, Meeting, MeetingNoteKind, MeetingState
from remembrancer.models.message import Choice, Form
from remembrancer.queries.forward_plan import items_of
from remembrancer.rules.facts import known
from remembrancer.rules.forward_plan.recurrence import RecurrenceKind
from remembrancer.services.context import Context, as_day, as_id
from remembrancer.services.forward_plan import add_item, record_meeting_note
from remembrancer.wording import day, say

SAME_LEAD = "same"


def press_note(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_note_form(context, kept_board(context, incoming.value)))


def submit_note(context: Context, incoming: Incoming) -> Reply:
    """Record the board's words on an item; an action becomes a new item on the day that it is wanted."""
    board = kept_board(context, incoming.value)
    meeting = next((m for m in _past_meetings(context, board) if str(m.id) == typed(incoming, "meeting")), None)
    items = {str(item.id): item for item in items_of(context.session, known(board.id))}
    about, text = items.get(typed(incoming, "item")), typed(incoming, "text")
    brought_on, title = as_day(incoming.fields.get("brought_on")), typed(incoming, "title")
    is_action, lead = bool(brought_on or title), typed(incoming, "lead")
    errors = field_errors(
        meeting=meeting is None,
        text=not text,
        title=is_action and not title,
        brought_on=is_action and (brought_on is None or brought_on <= context.today),
        lead=is_action and about is None and lead == SAME_LEAD,
    )
    if errors or meeting is None:
        return Reply(form=_note_form(context, board, incoming, errors))
    post_id = about.lead_post_id if about and lead == SAME_LEAD else as_id(lead) or None
    new_item = _add_action(context, board, title, brought_on, post_id, meeting) if brought_on else None
    kind = MeetingNoteKind.ACTION if new_item else MeetingNoteKind.SAID
    record_meeting_note(context.session, meeting, kind, text, context.now, known(context.person.id), about, new_item)
    update_placings(context, board)
    return reply_with_plan(
        context, board, "plan_action" if new_item else "plan_said", title=title, day=meeting_day(context, meeting)
    )


def _add_action(
    context: Context, board: Board, title: str, on: date, post_id: int | None, meeting: Meeting
) -> ForwardPlanItem:
    """Add the one-off item that a board asked for, at the first meeting on or after a day."""
    asked = say("plan.asked_for", board=board.name, day=day(meeting.starts_at, context.person.time_zone))
    item = ForwardPlanItem(
        board_id=known(board.id),
        key="",
        title=title,
        recurrence=RecurrenceKind.ONE_OFF,
        first_on=on,
        lead_post_id=post_id,
        item_id=None,
        requested_by=asked,
        source="meeting",
    )
    return add_item(context.session, item, context.now, known(context.person.id))


def _past_meetings(context: Context, board: Board) -> list[Meeting]:
    """The board's last meetings, newest first."""
    query = (
        select(Meeting)
        .where(
            Meeting.board_id == board.id,
            Meeting.state == MeetingState.SCHEDULED,
            col(Meeting.starts_at) <= context.now,
        )
        .order_by(col(Meeting.starts_at).desc())
        .limit(6)
    )
    return list(context.session.exec(query))


def _note_form(
    context: Context,
    board: Board,
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    errors, past = errors or {}, _past_meetings(context, board)
    meetings = [meeting_choice(context, each) for each in past]
    items = items_to_choose(items_of(context.session, known(board.id)))
    newest = meetings[0].key if meetings else ""
    leads = [Choice(key=SAME_LEAD, word=say("plan.same_lead")), *lead_choices(context)]
    return plan_form(
        "plan_note",
        str(board.id),
        say("forms.plan_note_intro"),
        plan_field("meeting", "choice", incoming, errors, choices=meetings, value=newest),
        plan_field("item", "choice", incoming, errors, choices=items, required=False),
        plan_field("text", "text", incoming, errors),
        plan_field("title", "short", incoming, errors, required=False),
        plan_field("brought_on", "date", incoming, errors, required=False),
        plan_field("lead", "person", incoming, errors, choices=leads, value=SAME_LEAD, required=False),
    )


ROUTES: Routes = {
    "press": {"plan_note": press_note},
    "submit": {"plan_note": submit_note},
}
