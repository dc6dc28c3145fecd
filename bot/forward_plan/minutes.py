"""A secretary records what a board said of an item, or an action, which becomes an item of its own."""

from datetime import date

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.core.typed_days import typed_day
from remembrancer.bot.forward_plan.forms import PlanForm, meeting_day, press
from remembrancer.bot.people.post_field import lead_choices
from remembrancer.models import ForwardPlanItem, Meeting, MeetingNoteKind, MeetingState
from remembrancer.models.message import Choice, Form
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.recurrence import RecurrenceKind
from remembrancer.services.context import Context, as_id
from remembrancer.services.forward_plan import add_item, record_meeting_note
from remembrancer.wording import day, phrase

SAME_LEAD = "same"


def submit_note(context: Context, incoming: Incoming) -> Reply:
    """Record the board's words on an item; an action becomes a new item on the day that it is wanted."""
    form = PlanForm(context, incoming)
    meeting = form.chosen_meeting(_past_meetings(form), "meeting")
    about, text = form.chosen_item(form.items), incoming.typed("text")
    brought_on, title = typed_day(incoming.fields.get("brought_on"), context.today), incoming.typed("title")
    is_action, lead = bool(brought_on or title), incoming.typed("lead")
    wrong = form.with_errors(
        meeting=meeting is None,
        text=not text,
        title=is_action and not title,
        brought_on=is_action and (brought_on is None or brought_on <= context.today),
        lead=is_action and about is None and lead == SAME_LEAD,
    )
    if wrong.errors or meeting is None:
        return Reply(form=_note_form(wrong))
    post_id = about.lead_post_id if about and lead == SAME_LEAD else as_id(lead) or None
    new_item = _add_action(form, title, brought_on, post_id, meeting) if brought_on else None
    kind = MeetingNoteKind.ACTION if new_item else MeetingNoteKind.SAID
    record_meeting_note(context.session, meeting, kind, text, context.now, form.by, about, new_item)
    form.update_placings()
    return form.reply("plan_action" if new_item else "plan_said", title=title, day=meeting_day(context, meeting))


def _add_action(form: PlanForm, title: str, on: date, post_id: int | None, meeting: Meeting) -> ForwardPlanItem:
    """Add the one-off item that a board asked for, at the first meeting on or after a day."""
    asked = phrase("plan.asked_for", board=form.board.name, day=day(meeting.starts_at, form.context.person.time_zone))
    item = ForwardPlanItem(
        board_id=stored_id(form.board.id),
        key="",
        title=title,
        recurrence=RecurrenceKind.ONE_OFF,
        first_on=on,
        lead_post_id=post_id,
        item_id=None,
        requested_by=asked,
        source="meeting",
    )
    return add_item(form.context.session, item, form.context.now, form.by)


def _past_meetings(form: PlanForm) -> list[Meeting]:
    """The board's last meetings, newest first."""
    query = (
        select(Meeting)
        .where(
            Meeting.board_id == form.board.id,
            Meeting.state == MeetingState.SCHEDULED,
            col(Meeting.starts_at) <= form.context.now,
        )
        .order_by(col(Meeting.starts_at).desc())
        .limit(6)
    )
    return list(form.context.session.exec(query))


def _note_form(form: PlanForm) -> Form:
    past = _past_meetings(form)
    leads = [Choice(key=SAME_LEAD, word=phrase("plan.same_lead")), *lead_choices(form.context)]
    return form.build(
        "plan_note",
        form.meeting_field("meeting", past, value=str(past[0].id) if past else ""),
        form.item_field(form.items, required=False),
        form.ask("text", "text"),
        form.ask("title", "short", required=False),
        form.ask("brought_on", "date", required=False),
        form.ask("lead", "person", choices=leads, value=SAME_LEAD, required=False),
        intro=phrase("forms.plan_note_intro"),
    )


ROUTES: Routes = {
    "press": {"plan_note": press(_note_form)},
    "submit": {"plan_note": submit_note},
}
