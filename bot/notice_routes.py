"""Another route to a key decision whose notice is too late: the general exception, or special urgency."""

from collections.abc import Mapping

from acts.notices import take_route, ways_left
from bot.context import Context, NotPossibleError
from bot.incoming import Incoming, Reply
from bot.message import Choice, Form, FormField
from bot.paper_cards import named
from bot.papers import named_paper
from bot.plan_forms import meeting_day, typed
from rules.facts import known
from rules.key_decisions import Route
from rules.papers import Paper, Stage
from wording import day, say


def press_route(context: Context, incoming: Incoming) -> Reply:
    paper, _ = named_paper(context, incoming.value)
    return Reply(form=_form(context, paper))


def submit_route(context: Context, incoming: Incoming) -> Reply:
    """Recorded with who was told or agreed; nothing more is asked about the notice for this meeting."""
    paper, _ = named_paper(context, incoming.value)
    route = next((each for each in _routes(context, paper) if each.kind == typed(incoming, "route")), None)
    words = typed(incoming, "words")
    errors = {} if route else {"route": say("errors.notice_route")}
    errors |= {} if words else {"words": say("errors.few_words")}
    if errors or route is None:
        return Reply(form=_form(context, paper, incoming, errors))
    take_route(context.session, paper, route.kind, words, context.now, known(context.person.id))
    name, when = say(f"notice_routes.{route.kind}"), meeting_day(context, paper.meeting)
    return Reply(messages=(context.says("notice_route", title=paper.item.title, route=name, day=when),))


def _routes(context: Context, paper: Paper) -> list[Route]:
    """Those that lead to this meeting. Raises NotPossibleError while a notice is in time, and where there are none."""
    left = ways_left(context.session, paper, context.now)
    if not left:
        raise NotPossibleError("notice_in_time", title=paper.item.title)
    found = [each for each in left if each.kind != "later_date"]
    if not found:
        raise NotPossibleError("no_other_route", board=paper.board.name)
    return found


def _form(
    context: Context, paper: Paper, incoming: Incoming | None = None, errors: Mapping[str, str] | None = None
) -> Form:
    choices = tuple(Choice(key=each.kind, word=_word(each)) for each in _routes(context, paper))
    fields = (
        _field("route", "choice", incoming, errors or {}, choices),
        _field("words", "text", incoming, errors or {}, ()),
    )
    return Form(
        action="paper_route",
        value=named(paper, Stage.NOTICE),
        title=say("forms.paper_route_title"),
        intro=f"{paper.item.title}: {paper.board.name}, {meeting_day(context, paper.meeting)}.",
        fields=fields,
        submit=say("buttons.save"),
    )


def _word(route: Route) -> str:
    name, by = say(f"notice_routes.{route.kind}"), day(route.latest.date)
    return say("notices.in_time" if route.serves else "notices.too_late_now", route=name, day=by)


def _field(
    name: str, kind: str, incoming: Incoming | None, errors: Mapping[str, str], choices: tuple[Choice, ...]
) -> FormField:
    ask = say(f"fields.notice_{name}")
    value, error = typed(incoming, name), errors.get(name, "")
    given = {"key": name, "label": ask, "ask": ask, "type": kind, "choices": choices, "value": value}
    return FormField.model_validate({**given, "required": True, "error": error})


PRESSED = {"paper_route": press_route}
SUBMITTED = {"paper_route": submit_route}
