"""What a secretary does to a forward plan: the forms, and what follows from them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlmodel import col, select

from acts.forward_plan import (
    add_item,
    decide,
    items_of,
    meetings_of,
    note_of_meeting,
    place_board,
    set_standing,
)
from acts.lookups import organisation
from bot.context import Context, as_day, as_id
from bot.incoming import Incoming, Reply
from bot.message import Choice, Form, FormField
from bot.plan import items_at, kept_board, kept_meeting, shown
from bot.posts import named
from models import (
    Board,
    Fate,
    ForwardPlanItem,
    Meeting,
    MeetingNoteKind,
    MeetingState,
    PlanStanding,
)
from rules.facts import known
from rules.recurrence import RecurrenceKind
from rules.working_time import local_day
from wording import day, say

NO_LEAD = "0"


def _typed(incoming: Incoming | None, name: str) -> str:
    return str(incoming.fields.get(name) or "").strip() if incoming else ""


def _field(
    name: str,
    kind: str,
    incoming: Incoming | None,
    errors: Mapping[str, str],
    *,
    choices: Sequence[Choice] = (),
    value: str = "",
    required: bool = True,
) -> FormField:
    """One input of a plan's form, with what was typed and what is wrong with it."""
    ask = say(f"fields.plan_{name}")
    return FormField.model_validate(
        {
            "key": name,
            "label": ask,
            "ask": ask,
            "type": kind,
            "choices": tuple(choices),
            "value": _typed(incoming, name) or value,
            "required": required,
            "error": errors.get(name, ""),
        }
    )


def _form(name: str, value: str, intro: str, *fields: FormField) -> Form:
    title, submit = say(f"forms.{name}_title"), say("buttons.save")
    return Form(action=name, value=value, title=title, intro=intro, fields=fields, submit=submit)


def _errors(**wrong: bool) -> dict[str, str]:
    """The fields that are wrong, each with its sentence."""
    return {name: say(f"errors.plan_{name}") for name, is_wrong in wrong.items() if is_wrong}


def _meetings(context: Context, board: Board, but_not: Meeting | None = None) -> list[Choice]:
    coming = meetings_of(context.session, known(board.id), context.now)
    return [_meeting_choice(context, each) for each in coming if but_not is None or each.id != but_not.id]


def _meeting_choice(context: Context, meeting: Meeting) -> Choice:
    return Choice(key=str(meeting.id), word=day(meeting.starts_at, context.person.time_zone))


def _items(items: Sequence[ForwardPlanItem]) -> list[Choice]:
    return [Choice(key=str(item.id), word=item.title) for item in items]


def _placed(context: Context, board: Board) -> None:
    place_board(context.session, known(board.id), organisation(context.session).time_zone, context.now)


# Adding an item to a meeting


def press_add(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    return Reply(form=_add_form(context, board, kept_meeting(context, board, incoming.value), incoming.value))


def submit_add(context: Context, incoming: Incoming) -> Reply:
    """A new item, at this meeting first; or one that the plan has already, at this meeting too."""
    board = kept_board(context, incoming.value)
    meeting = kept_meeting(context, board, incoming.value)
    old = next((i for i in _addable(context, board, meeting) if str(i.id) == _typed(incoming, "item")), None)
    title, recurrence = _typed(incoming, "title"), _typed(incoming, "recurrence")
    errors = _errors(
        title=old is None and not title,
        recurrence=old is None and recurrence not in RECURRENCES,
    )
    if errors:
        return Reply(form=_add_form(context, board, meeting, incoming.value, incoming, errors))
    item = old or add_item(context.session, _new(incoming, board, title), context.now, known(context.person.id))
    decide(context.session, item, meeting, Fate.ADDED, "", context.now, known(context.person.id))
    _placed(context, board)
    return shown(context, board, "plan_added", title=item.title, day=_when(context, meeting))


RECURRENCES: Mapping[str, tuple[RecurrenceKind, int]] = {
    "one_off": (RecurrenceKind.ONE_OFF, 0),
    "standing": (RecurrenceKind.STANDING, 0),
    "annual": (RecurrenceKind.ANNUAL, 0),
    "months_3": (RecurrenceKind.MONTHS, 3),
    "months_6": (RecurrenceKind.MONTHS, 6),
    "every_other": (RecurrenceKind.EVERY_OTHER, 0),
}


def _new(incoming: Incoming, board: Board, title: str) -> ForwardPlanItem:
    kind, months = RECURRENCES[_typed(incoming, "recurrence")]
    lead = as_id(_typed(incoming, "lead"))
    return ForwardPlanItem(
        board_id=known(board.id),
        key="",
        title=title,
        recurrence=kind,
        months=months,
        lead_post_id=lead or None,
        key_decision=_typed(incoming, "key_decision") == "yes",
        confidential=_typed(incoming, "exempt") == "yes",
        source="chat",
    )


def _add_form(
    context: Context,
    board: Board,
    meeting: Meeting,
    value: str,
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    errors = errors or {}
    posts = sorted(context.facts.posts.values(), key=lambda post: post.name)
    leads = [Choice(key=NO_LEAD, word=say("plan.no_lead")), *(_post_choice(context, known(p.id)) for p in posts)]
    recurrences = [
        Choice(key=key, word=say(f"recurrence.{kind}", months=months)) for key, (kind, months) in RECURRENCES.items()
    ]
    yes_no = [Choice(key="no", word=say("plan.no")), Choice(key="yes", word=say("plan.yes"))]
    there = _addable(context, board, meeting)
    fields = [_field("title", "short", incoming, errors, required=False)]
    if there:
        fields.append(_field("item", "choice", incoming, errors, choices=_items(there), required=False))
    fields += [
        _field("recurrence", "choice", incoming, errors, choices=recurrences, value="one_off"),
        _field("lead", "person", incoming, errors, choices=leads, value=NO_LEAD),
        _field("key_decision", "choice", incoming, errors, choices=yes_no, value="no"),
        _field("exempt", "choice", incoming, errors, choices=yes_no, value="no"),
    ]
    return _form("plan_add", value, f"{board.name}, {_when(context, meeting)}.", *fields)


def _post_choice(context: Context, post_id: int) -> Choice:
    return Choice(key=str(post_id), word=named(context, post_id))


def _addable(context: Context, board: Board, meeting: Meeting) -> list[ForwardPlanItem]:
    """Items of the plan that do not come to the meeting."""
    there = items_at(context.session, meeting)
    items = items_of(context.session, known(board.id))
    return [item for item in items if item.standing == PlanStanding.ACTIVE and str(item.id) not in there]


# Moving an item, and withdrawing it


def press_move(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    return Reply(form=_move_form(context, board, kept_meeting(context, board, incoming.value), incoming.value))


def submit_move(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    meeting = kept_meeting(context, board, incoming.value)
    item = items_at(context.session, meeting).get(_typed(incoming, "item"))
    coming = {str(each.id): each for each in meetings_of(context.session, known(board.id), context.now)}
    to = coming.get(_typed(incoming, "to"))
    reason = _typed(incoming, "reason")
    errors = _errors(item=item is None, to=to is None or to.id == meeting.id, reason=not reason)
    if errors or item is None or to is None:
        return Reply(form=_move_form(context, board, meeting, incoming.value, incoming, errors))
    decide(context.session, item, meeting, Fate.MOVED, reason, context.now, known(context.person.id), to)
    _placed(context, board)
    return shown(context, board, "paper_moved", title=item.title, meeting=_when(context, to))


def _move_form(
    context: Context,
    board: Board,
    meeting: Meeting,
    value: str,
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    errors = errors or {}
    items = _items(list(items_at(context.session, meeting).values()))
    return _form(
        "plan_move",
        value,
        f"{board.name}, {_when(context, meeting)}.",
        _field("item", "choice", incoming, errors, choices=items),
        _field("to", "choice", incoming, errors, choices=_meetings(context, board, meeting)),
        _field("reason", "text", incoming, errors),
    )


def press_withdraw(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    return Reply(form=_withdraw_form(context, board, kept_meeting(context, board, incoming.value), incoming.value))


def submit_withdraw(context: Context, incoming: Incoming) -> Reply:
    """From this meeting alone, or from the plan for good."""
    board = kept_board(context, incoming.value)
    meeting = kept_meeting(context, board, incoming.value)
    item = items_at(context.session, meeting).get(_typed(incoming, "item"))
    reason, scope = _typed(incoming, "reason"), _typed(incoming, "scope")
    errors = _errors(item=item is None, reason=not reason, scope=scope not in ("meeting", "plan"))
    if errors or item is None:
        return Reply(form=_withdraw_form(context, board, meeting, incoming.value, incoming, errors))
    by = known(context.person.id)
    if scope == "plan":
        set_standing(context.session, item, PlanStanding.WITHDRAWN, reason, context.now, by)
    else:
        decide(context.session, item, meeting, Fate.WITHDRAWN, reason, context.now, by)
    _placed(context, board)
    name = "plan_withdrawn" if scope == "plan" else "paper_withdrawn"
    return shown(context, board, name, title=item.title, meeting=_when(context, meeting))


def _withdraw_form(
    context: Context,
    board: Board,
    meeting: Meeting,
    value: str,
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    errors = errors or {}
    items = _items(list(items_at(context.session, meeting).values()))
    scopes = [Choice(key=key, word=say(f"plan.from_{key}")) for key in ("meeting", "plan")]
    return _form(
        "plan_withdraw",
        value,
        f"{board.name}, {_when(context, meeting)}.",
        _field("item", "choice", incoming, errors, choices=items),
        _field("scope", "choice", incoming, errors, choices=scopes, value="meeting"),
        _field("reason", "text", incoming, errors),
    )


# On hold, resumed, and given a meeting


def press_hold(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_item_form(context, incoming.value, "plan_hold", _active))


def submit_hold(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    item = _chosen(context, board, incoming, _active)
    reason = _typed(incoming, "reason")
    errors = _errors(item=item is None, reason=not reason)
    if errors or item is None:
        return Reply(form=_item_form(context, incoming.value, "plan_hold", _active, incoming, errors))
    set_standing(context.session, item, PlanStanding.ON_HOLD, reason, context.now, known(context.person.id))
    _placed(context, board)
    return shown(context, board, "plan_held", title=item.title)


def press_resume(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_item_form(context, incoming.value, "plan_resume", _on_hold))


def submit_resume(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    item = _chosen(context, board, incoming, _on_hold)
    if item is None:
        return Reply(form=_item_form(context, incoming.value, "plan_resume", _on_hold, incoming, _errors(item=True)))
    set_standing(context.session, item, PlanStanding.ACTIVE, "", context.now, known(context.person.id))
    _placed(context, board)
    return shown(context, board, "plan_resumed", title=item.title)


def press_place(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_item_form(context, incoming.value, "plan_place", _active))


def submit_place(context: Context, incoming: Incoming) -> Reply:
    """Give an item that waits its meeting."""
    board = kept_board(context, incoming.value)
    item = _chosen(context, board, incoming, _active)
    coming = {str(each.id): each for each in meetings_of(context.session, known(board.id), context.now)}
    to = coming.get(_typed(incoming, "to"))
    errors = _errors(item=item is None, to=to is None)
    if errors or item is None or to is None:
        return Reply(form=_item_form(context, incoming.value, "plan_place", _active, incoming, errors))
    decide(context.session, item, to, Fate.ADDED, "", context.now, known(context.person.id))
    _placed(context, board)
    return shown(context, board, "plan_added", title=item.title, day=_when(context, to))


def _active(item: ForwardPlanItem) -> bool:
    return item.standing == PlanStanding.ACTIVE


def _on_hold(item: ForwardPlanItem) -> bool:
    return item.standing == PlanStanding.ON_HOLD


def _chosen(
    context: Context, board: Board, incoming: Incoming, fits: Callable[[ForwardPlanItem], bool]
) -> ForwardPlanItem | None:
    items = items_of(context.session, known(board.id))
    return next((item for item in items if fits(item) and str(item.id) == _typed(incoming, "item")), None)


def _item_form(
    context: Context,
    value: str,
    name: str,
    fits: Callable[[ForwardPlanItem], bool],
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    """An item of the plan, and what the act needs beside it."""
    board, errors = kept_board(context, value), errors or {}
    items = _items([item for item in items_of(context.session, known(board.id)) if fits(item)])
    fields = [_field("item", "choice", incoming, errors, choices=items)]
    if name == "plan_hold":
        fields.append(_field("reason", "text", incoming, errors))
    if name == "plan_place":
        fields.append(_field("to", "choice", incoming, errors, choices=_meetings(context, board)))
    return _form(name, value, f"{board.name}.", *fields)


# What a board said, and what it asked for


def press_note(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_note_form(context, kept_board(context, incoming.value)))


def submit_note(context: Context, incoming: Incoming) -> Reply:
    """Words on an item are kept with it; what is asked for becomes an item of its own, brought when it is wanted."""
    board = kept_board(context, incoming.value)
    meeting = next((m for m in _held(context, board) if str(m.id) == _typed(incoming, "meeting")), None)
    items = {str(item.id): item for item in items_of(context.session, known(board.id))}
    about, text = items.get(_typed(incoming, "item")), _typed(incoming, "text")
    brought_on, title = as_day(incoming.fields.get("brought_on")), _typed(incoming, "title")
    asks = bool(brought_on or title)
    errors = _errors(
        meeting=meeting is None,
        text=not text,
        title=asks and not title,
        brought_on=asks and (brought_on is None or brought_on <= context.today),
    )
    if errors or meeting is None:
        return Reply(form=_note_form(context, board, incoming, errors))
    brings = _brought(context, board, title, brought_on, about, meeting) if brought_on else None
    kind = MeetingNoteKind.ACTION if brings else MeetingNoteKind.SAID
    note_of_meeting(context.session, meeting, kind, text, context.now, known(context.person.id), about, brings)
    _placed(context, board)
    return shown(context, board, "plan_action" if brings else "plan_said", title=title, day=_when(context, meeting))


def _brought(
    context: Context, board: Board, title: str, on: date, about: ForwardPlanItem | None, meeting: Meeting
) -> ForwardPlanItem:
    """The one-off that a board asked for, at the first meeting on or after a day."""
    asked = say("plan.asked_for", board=board.name, day=day(meeting.starts_at, context.person.time_zone))
    item = ForwardPlanItem(
        board_id=known(board.id),
        key="",
        title=title,
        recurrence=RecurrenceKind.ONE_OFF,
        first_on=on,
        lead_post_id=about.lead_post_id if about else None,
        item_id=None,
        requested_by=asked,
        source="meeting",
    )
    return add_item(context.session, item, context.now, known(context.person.id))


def _held(context: Context, board: Board) -> list[Meeting]:
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
    errors, held = errors or {}, _held(context, board)
    meetings = [_meeting_choice(context, each) for each in held]
    items = _items(items_of(context.session, known(board.id)))
    newest = meetings[0].key if meetings else ""
    return _form(
        "plan_note",
        str(board.id),
        say("forms.plan_note_intro"),
        _field("meeting", "choice", incoming, errors, choices=meetings, value=newest),
        _field("item", "choice", incoming, errors, choices=items, required=False),
        _field("text", "text", incoming, errors),
        _field("title", "short", incoming, errors, required=False),
        _field("brought_on", "date", incoming, errors, required=False),
    )


def _when(context: Context, meeting: Meeting) -> str:
    return day(local_day(meeting.starts_at, context.person.time_zone))


PRESSED = {
    "plan_add": press_add,
    "plan_move": press_move,
    "plan_withdraw": press_withdraw,
    "plan_hold": press_hold,
    "plan_resume": press_resume,
    "plan_place": press_place,
    "plan_note": press_note,
}

SUBMITTED = {
    "plan_add": submit_add,
    "plan_move": submit_move,
    "plan_withdraw": submit_withdraw,
    "plan_hold": submit_hold,
    "plan_resume": submit_resume,
    "plan_place": submit_place,
    "plan_note": submit_note,
}
