"""The routes to a key decision whose notice is too late: general exception and special urgency."""

from collections.abc import Mapping

from sqlmodel import col

from remembrancer.bot.core.forms import field
from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import meeting_day
from remembrancer.bot.forward_plan.paper_lookup import named_paper
from remembrancer.cards.prompts.paper_card import button_value, paper_buttons
from remembrancer.models import Placing
from remembrancer.models.message import Choice, Form, Message, Part
from remembrancer.queries.key_decision_notices import earliest_by_notice, ways_left
from remembrancer.queries.papers import papers
from remembrancer.reports.forward_plan.late_notice import late_notice_text
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.key_decisions import Route
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.key_decision_notices import take_route
from remembrancer.wording import Safe, day, phrase


def press_route(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_form(context, *named_paper(context, incoming.value), incoming))


def submit_route(context: Context, incoming: Incoming) -> Reply:
    """Record the route and who was told or agreed; the notice for this meeting is asked for no more."""
    paper, stage = named_paper(context, incoming.value)
    route = next((each for each in _routes(context, paper) if each.kind == incoming.typed("route")), None)
    words = incoming.typed("words")
    errors = {} if route else {"route": phrase("errors.notice_route")}
    errors |= {} if words else {"words": phrase("errors.few_words")}
    if errors or route is None:
        return Reply(form=_form(context, paper, stage, incoming, errors))
    take_route(context.session, paper, route.kind, words, context.now, stored_id(context.person.id))
    name, when = phrase(f"notice_routes.{route.kind}"), meeting_day(context, paper.meeting)
    return Reply(messages=(context.says("notice_route", title=paper.item.title, route=name, day=when),))


def _routes(context: Context, paper: Paper) -> list[Route]:
    """The routes that lead to this meeting. Raises NotPossibleError if none does, or the notice is still in time."""
    left = ways_left(context.session, paper, context.now)
    if not left:
        raise NotPossibleError("notice_in_time", title=paper.item.title)
    routes = [each for each in left if each.kind != "later_date"]
    if not routes:
        raise NotPossibleError("no_other_route", board=paper.board.name)
    return routes


def _form(
    context: Context,
    paper: Paper,
    stage: Stage,
    incoming: Incoming,
    errors: Mapping[str, str] | None = None,
) -> Form:
    routes = tuple(Choice(key=each.kind, word=_label(each)) for each in _routes(context, paper))
    errors = errors or {}
    given = [(incoming.typed(name), errors.get(name, "")) for name in ("route", "words")]
    fields = (
        field("route", "choice", *given[0], label="fields.notice_route", choices=routes),
        field("words", "text", *given[1], label="fields.notice_words"),
    )
    return Form(
        action="paper_route",
        value=button_value(paper, stage),
        title=phrase("forms.paper_route_title"),
        intro=f"{paper.item.title}: {paper.board.name}, {meeting_day(context, paper.meeting)}.",
        fields=fields,
        submit=phrase("buttons.save"),
    )


def _label(route: Route) -> str:
    name, by = phrase(f"notice_routes.{route.kind}"), day(route.latest.date)
    return phrase("notices.in_time" if route.serves else "notices.too_late_now", route=name, day=by)


def notice_recorded(context: Context, before: Paper, stage: Stage) -> Reply:
    """Reply that the notice is recorded, and show the routes if it is too late.

    `before` is the paper as it was before the notice was recorded, and `stage` that of the notice.
    """
    context.session.flush()
    paper = papers(context.session, context.now, col(Placing.id) == before.placing.id)[0]
    earliest = earliest_by_notice(context.session, paper, context.now)
    reply = context.says(
        "notice_published",
        title=paper.item.title,
        day=day(paper.item.notice_published_on or context.today),
        earliest=Safe(f" {phrase('notices.decide_from', day=day(earliest))}" if earliest else ""),
    )
    if paper.needs_no_notice:
        return Reply(messages=(reply,))
    text = late_notice_text(context.session, paper, context.now)
    late_message = Message(parts=(Part(text=text, buttons=tuple(paper_buttons(paper, stage))),))
    return Reply(messages=(reply, late_message))


ROUTES: Routes = {
    "press": {"paper_route": press_route},
    "submit": {"paper_route": submit_route},
}
