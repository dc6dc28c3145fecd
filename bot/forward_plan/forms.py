"""The forms with which a secretary changes a board's forward plan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from remembrancer.bot.core import forms
from remembrancer.bot.core.incoming import Handler, Incoming, Reply
from remembrancer.bot.forward_plan.view import kept_board, kept_meeting, plan_message
from remembrancer.models import Board, ForwardPlanItem, Meeting
from remembrancer.models.message import Choice, Form, FormField, InputType
from remembrancer.queries.forward_plan import items_of, meetings_of
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import stored_id
from remembrancer.services.context import Context
from remembrancer.services.forward_plan import place_board
from remembrancer.wording import day, phrase


@dataclass(frozen=True)
class PlanForm:
    """A form about a board's plan, as a button opened it or with what was typed, and the error of each wrong field."""

    context: Context
    incoming: Incoming
    errors: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def board(self) -> Board:
        """Return the board that the button names. Raises NotPossibleError if this person does not keep its plan."""
        return kept_board(self.context, self.incoming.value)

    @cached_property
    def meeting(self) -> Meeting:
        """Return the board's coming meeting that the button names. Raises NotPossibleError if there is none."""
        return kept_meeting(self.context, self.board, self.incoming.value)

    @cached_property
    def items(self) -> list[ForwardPlanItem]:
        """Return all items of the plan."""
        return items_of(self.context.session, stored_id(self.board.id))

    @cached_property
    def coming_meetings(self) -> list[Meeting]:
        return meetings_of(self.context.session, stored_id(self.board.id), self.context.now)

    @property
    def by(self) -> int:
        return stored_id(self.context.person.id)

    def chosen_item(self, items: Iterable[ForwardPlanItem]) -> ForwardPlanItem | None:
        """Return the item that is chosen in the form, if it is one of these."""
        return next((item for item in items if str(item.id) == self.incoming.typed("item")), None)

    def chosen_meeting(self, meetings: Iterable[Meeting], name: str = "to") -> Meeting | None:
        """Return the meeting that is chosen in the form, if it is one of these."""
        return next((meeting for meeting in meetings if str(meeting.id) == self.incoming.typed(name)), None)

    def with_errors(self, **fields: bool) -> "PlanForm":
        """Return the form with the error of each field that is wrong."""
        return replace(self, errors={name: phrase(f"errors.plan_{name}") for name, wrong in fields.items() if wrong})

    def ask(
        self, name: str, kind: InputType, *, choices: Sequence[Choice] = (), value: str = "", required: bool = True
    ) -> FormField:
        """Build one field with what was typed and its error."""
        typed, error, label = self.incoming.typed(name), self.errors.get(name, ""), f"fields.plan_{name}"
        return forms.field(name, kind, typed or value, error, label=label, choices=choices, required=required)

    def item_field(self, items: Iterable[ForwardPlanItem], required: bool = True) -> FormField:
        choices = [Choice(key=str(item.id), word=item.title) for item in items]
        return self.ask("item", "choice", choices=choices, required=required)

    def meeting_field(self, name: str, meetings: Iterable[Meeting], value: str = "") -> FormField:
        choices = [
            Choice(key=str(each.id), word=day(each.starts_at, self.context.person.time_zone)) for each in meetings
        ]
        return self.ask(name, "choice", choices=choices, value=value)

    def build(self, name: str, *fields: FormField, intro: str = "") -> Form:
        """Build the form of an action; its intro is the board by default."""
        return Form(
            action=name,
            value=self.incoming.value,
            title=phrase(f"forms.{name}_title"),
            intro=intro or f"{self.board.name}.",
            fields=fields,
            submit=phrase("buttons.save"),
        )

    def build_for_meeting(self, name: str, *fields: FormField) -> Form:
        """Build the form of an action at the meeting."""
        return self.build(name, *fields, intro=f"{self.board.name}, {meeting_day(self.context, self.meeting)}.")

    def update_placings(self) -> None:
        zone = organisation(self.context.session).time_zone
        place_board(self.context.session, stored_id(self.board.id), zone, self.context.now)

    def reply(self, name: str, /, **values: object) -> Reply:
        """Reply with what was done, and the plan as it is now."""
        self.context.session.flush()
        return Reply(messages=(self.context.says(name, **values), plan_message(self.context, self.board)))


def press(form: Callable[[PlanForm], Form]) -> Handler:
    """Return the handler of a button that opens a form."""
    return lambda context, incoming: Reply(form=form(PlanForm(context, incoming)))


def meeting_day(context: Context, meeting: Meeting) -> str:
    return day(local_day(meeting.starts_at, context.person.time_zone))
