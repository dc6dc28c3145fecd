"""What the forward plan's forms share: fields, choices, errors, and updating the placings afterwards."""

from collections.abc import Mapping, Sequence

from remembrancer.bot.core.incoming import Incoming
from remembrancer.models import Board, ForwardPlanItem, Meeting
from remembrancer.models.message import Choice, Form, FormField
from remembrancer.queries.forward_plan import meetings_of
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import known
from remembrancer.services.context import Context
from remembrancer.services.forward_plan import place_board
from remembrancer.wording import day, say


def typed(incoming: Incoming | None, name: str) -> str:
    """The field's text, stripped."""
    return str(incoming.fields.get(name) or "").strip() if incoming else ""


def plan_field(
    name: str,
    kind: str,
    incoming: Incoming | None,
    errors: Mapping[str, str],
    *,
    choices: Sequence[Choice] = (),
    value: str = "",
    required: bool = True,
) -> FormField:
    """One form field with what was typed and its error."""
    ask = say(f"fields.plan_{name}")
    return FormField.model_validate(
        {
            "key": name,
            "label": ask,
            "ask": ask,
            "type": kind,
            "choices": tuple(choices),
            "value": typed(incoming, name) or value,
            "required": required,
            "error": errors.get(name, ""),
        }
    )


def plan_form(name: str, value: str, intro: str, *fields: FormField) -> Form:
    title, submit = say(f"forms.{name}_title"), say("buttons.save")
    return Form(action=name, value=value, title=title, intro=intro, fields=fields, submit=submit)


def field_errors(**fields: bool) -> dict[str, str]:
    """The error for each field that is wrong."""
    return {name: say(f"errors.plan_{name}") for name, is_wrong in fields.items() if is_wrong}


def meetings_to_choose(context: Context, board: Board, but_not: Meeting | None = None) -> list[Choice]:
    coming = meetings_of(context.session, known(board.id), context.now)
    return [meeting_choice(context, each) for each in coming if but_not is None or each.id != but_not.id]


def meeting_choice(context: Context, meeting: Meeting) -> Choice:
    return Choice(key=str(meeting.id), word=day(meeting.starts_at, context.person.time_zone))


def items_to_choose(items: Sequence[ForwardPlanItem]) -> list[Choice]:
    return [Choice(key=str(item.id), word=item.title) for item in items]


def update_placings(context: Context, board: Board) -> None:
    """Update the placings of the board's items."""
    place_board(context.session, known(board.id), organisation(context.session).time_zone, context.now)


def meeting_day(context: Context, meeting: Meeting) -> str:
    return day(local_day(meeting.starts_at, context.person.time_zone))
