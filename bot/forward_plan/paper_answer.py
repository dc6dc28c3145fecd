"""A lead answers about a paper: it is coming, the draft is in, not yet and why, move to another meeting, withdraw."""

from collections.abc import Mapping

from remembrancer.bot.core.forms import field
from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.core.typed_days import typed_day
from remembrancer.bot.forward_plan.key_decision_route import notice_recorded
from remembrancer.bot.forward_plan.paper_lookup import last_paper, named_paper
from remembrancer.bot.forward_plan.paper_notices import tell_asked, tell_secretary
from remembrancer.cards.prompts.paper_card import button_value
from remembrancer.models import Fate, ForwardPlanItem, Meeting
from remembrancer.models.message import Choice, Form, FormField, InputType, message
from remembrancer.queries.forward_plan import last_meeting_before, meetings_of
from remembrancer.queries.organisation import organisation
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.key_decisions import missing
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.forward_plan import decide, notice_of, place_board, publish_notice, record_paper_answer
from remembrancer.wording import day, escape, phrase


def press_yes(context: Context, incoming: Incoming) -> Reply:
    """Record that the stage is reached; for a notice, open the form that asks when and how it was published."""
    paper, stage = named_paper(context, incoming.value)
    if stage.is_notice:
        return press_notice(context, incoming)
    if paper.is_so(stage):
        raise NotPossibleError("said_of_paper", title=paper.item.title)
    before, stage_text = paper.answers.get(stage.key), stage.done
    record_paper_answer(context.session, paper, stage, True, "", context.now, stored_id(context.person.id))
    if before is not None:
        tell_secretary(context, paper, "so", stage_text)
    return Reply(messages=(context.says("paper_said", title=paper.item.title, done=stage_text),))


def press_not_yet(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_reason_form(context, *named_paper(context, incoming.value), "paper_not_yet"))


def submit_not_yet(context: Context, incoming: Incoming) -> Reply:
    """Record 'not yet' with its reason, and tell the secretary; the lead is reminded as before."""
    paper, stage = named_paper(context, incoming.value)
    words = incoming.typed("reason")
    if not words:
        return Reply(form=_reason_form(context, paper, stage, "paper_not_yet", phrase("errors.few_words")))
    record_paper_answer(context.session, paper, stage, False, words, context.now, stored_id(context.person.id))
    tell_secretary(context, paper, "not_yet", words)
    return Reply(messages=(message(_not_yet_text(context, paper, stage)),))


def _not_yet_text(context: Context, paper: Paper, stage: Stage) -> str:
    """The reply's text: the date by which the paper is wanted, or was."""
    deadline = paper.deadline_of(stage)
    due = deadline.counted.date if deadline else None
    name = "paper_not_yet" if due is None else f"paper_not_yet_{'due' if due >= context.today else 'late'}"
    return phrase(f"replies.{name}", title=escape(paper.item.title), day=day(due) if due else "")


def press_withdraw(context: Context, incoming: Incoming) -> Reply:
    """Open the form, with the reason that was typed already."""
    paper, stage = last_paper(context, incoming.value)
    return Reply(form=_reason_form(context, paper, stage, "paper_withdraw", value=incoming.typed("reason")))


def submit_withdraw(context: Context, incoming: Incoming) -> Reply:
    """Withdraw the item from this meeting; a recurring item comes to its later meetings."""
    paper, stage = last_paper(context, incoming.value)
    words = incoming.typed("reason")
    if not words:
        return Reply(form=_reason_form(context, paper, stage, "paper_withdraw", phrase("errors.few_words")))
    decide(context.session, paper.item, paper.meeting, Fate.WITHDRAWN, words, context.now, stored_id(context.person.id))
    update_placings(context, paper.item)
    tell_secretary(context, paper, "withdrawn", words)
    tell_asked(context, paper, "withdrawn", words)
    return Reply(
        messages=(
            context.says("paper_withdrawn", title=paper.item.title, meeting=_meeting_day(context, paper.meeting)),
        )
    )


def press_move(context: Context, incoming: Incoming) -> Reply:
    """Open the form, with the reason that was typed already."""
    return Reply(form=_move_form(context, *last_paper(context, incoming.value), incoming))


def submit_move(context: Context, incoming: Incoming) -> Reply:
    """Move the item to another meeting, with a reason; the deadlines are then those of that meeting."""
    paper, stage = last_paper(context, incoming.value)
    to = next((m for m in _other_meetings(context, paper) if str(m.id) == incoming.typed("meeting")), None)
    words = incoming.typed("reason")
    errors = {} if to else {"meeting": phrase("errors.choose_meeting")}
    errors |= {} if words else {"reason": phrase("errors.few_words")}
    if errors or to is None:
        return Reply(form=_move_form(context, paper, stage, incoming, errors))
    decide(context.session, paper.item, paper.meeting, Fate.MOVED, words, context.now, stored_id(context.person.id), to)
    update_placings(context, paper.item)
    tell_secretary(context, paper, "moved", words, to)
    tell_asked(context, paper, "moved", words, to)
    return Reply(messages=(context.says("paper_moved", title=paper.item.title, meeting=_meeting_day(context, to)),))


def update_placings(context: Context, item: ForwardPlanItem) -> None:
    """Update the board's placings, so that the reply shows the decision's effect."""
    place_board(context.session, item.board_id, organisation(context.session).time_zone, context.now)


def press_notice(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_notice_form(context, *last_paper(context, incoming.value)))


def submit_notice(context: Context, incoming: Incoming) -> Reply:
    """Record that the notice of a key decision is published, with everything it must state (SI 2012/2089, reg 9).

    A day before the board's last meeting is asked about once: the form's value then ends with that day.
    """
    value, _, asked_about = incoming.value.partition("!")
    paper, stage = last_paper(context, value)
    item = paper.item
    for name in NOTICE:
        setattr(item, name, incoming.typed(name))
    published = typed_day(incoming.fields.get("published"), context.today)
    errors = {NOTICE_PARTS[part]: phrase(f"notice.{part}") for part in missing(notice_of(item, paper.meeting, "UTC"))}
    if published is None or published > context.today:
        errors["published"] = phrase("errors.notice_day")
    before = last_meeting_before(context.session, item.board_id, context.now)
    is_meant = asked_about == str(published)
    if published and before and published < before.starts_at.date() and not errors and not is_meant:
        named = {"board": escape(paper.plan_board.name), "before": _meeting_day(context, before)}
        errors["published"] = phrase("slips.notice_early", day=day(published), **named)
    if errors:
        context.session.rollback()
        form = _notice_form(context, paper, stage, incoming.fields, errors)
        return Reply(form=form.model_copy(update={"value": f"{form.value}!{published or ''}"}))
    publish_notice(context.session, item, published or context.today, context.now, stored_id(context.person.id))
    return notice_recorded(context, paper, stage)


NOTICE = ("decision_maker", "maker_title", "documents", "documents_at")
NOTICE_PARTS: Mapping[str, str] = {
    "matter": "published",
    "decider": "decision_maker",
    "title_or_members": "maker_title",
    "date_or_period": "published",
    "documents": "documents",
    "documents_at": "documents_at",
}
"""The form field for each part of a notice."""


def _notice_form(
    context: Context,
    paper: Paper,
    stage: Stage,
    values: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    recorded = {name: getattr(paper.item, name) for name in NOTICE} | {"published": context.today.isoformat()}
    values = {**recorded, **(values or {})}
    kinds: dict[str, InputType] = {"published": "date", "documents": "text"}
    fields = tuple(
        field(
            name,
            kinds.get(name, "short"),
            str(values[name] or ""),
            (errors or {}).get(name, ""),
            label=f"fields.notice_{name}",
        )
        for name in ("published", *NOTICE)
    )
    return _form(context, paper, stage, "paper_notice", fields)


def _reason_form(context: Context, paper: Paper, stage: Stage, action: str, error: str = "", value: str = "") -> Form:
    return _form(context, paper, stage, action, (_reason_field(action, value, error),))


def _reason_field(action: str, value: str, error: str) -> FormField:
    return field("reason", "text", value, error, label=f"fields.why_{action}")


def _move_form(
    context: Context,
    paper: Paper,
    stage: Stage,
    incoming: Incoming,
    errors: dict[str, str] | None = None,
) -> Form:
    """The form, with the next meeting preselected."""
    others, errors = _other_meetings(context, paper), errors or {}
    if not others:
        raise NotPossibleError("no_later_meeting", board=paper.board.name)
    following = next((m for m in others if m.starts_at > paper.meeting.starts_at), others[0])
    meeting = field(
        "meeting",
        "choice",
        incoming.typed("meeting") or str(following.id),
        errors.get("meeting", ""),
        label="fields.to_meeting",
        choices=[Choice(key=str(each.id), word=_meeting_day(context, each)) for each in others],
    )
    reason = _reason_field("paper_move", incoming.typed("reason"), errors.get("reason", ""))
    return _form(context, paper, stage, "paper_move", (meeting, reason))


def _other_meetings(context: Context, paper: Paper) -> list[Meeting]:
    """The board's coming meetings without this one."""
    return [m for m in meetings_of(context.session, paper.item.board_id, context.now) if m.id != paper.meeting.id]


def _form(context: Context, paper: Paper, stage: Stage, action: str, fields: tuple[FormField, ...]) -> Form:
    return Form(
        action=action,
        value=button_value(paper, stage),
        title=phrase(f"forms.{action}_title"),
        intro=f"{paper.item.title}: {paper.board.name}, {_meeting_day(context, paper.meeting)}.",
        fields=fields,
        submit=phrase("buttons.send"),
    )


def _meeting_day(context: Context, meeting: Meeting) -> str:
    return day(meeting.starts_at, context.person.time_zone)


ROUTES: Routes = {
    "press": {
        "paper_yes": press_yes,
        "paper_not_yet": press_not_yet,
        "paper_move": press_move,
        "paper_withdraw": press_withdraw,
        "paper_notice": press_notice,
    },
    "submit": {
        "paper_not_yet": submit_not_yet,
        "paper_move": submit_move,
        "paper_withdraw": submit_withdraw,
        "paper_notice": submit_notice,
    },
}
