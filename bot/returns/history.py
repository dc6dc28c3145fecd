"""The earlier answers of an item, window by window, for those who may see them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import Item, Person, Return, ReturnState, ReturnVersion, Window
from remembrancer.models.message import message
from remembrancer.queries.returns import GIVEN
from remembrancer.reports.answer_text import in_words, option_in_words
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.wording import render

MAX_WINDOWS = 8  # windows of an item that are shown


def text_history(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'history 52'; without a ref, of the items that the person is asked for or leads."""
    if said["ref"]:
        named = [item for item in context.facts.items.values() if item.ref.lower() == said["ref"].lower()]
        found = _visible(context, named)
        if not found:
            raise NotPossibleError("no_such_history", ref=said["ref"])
        return _history(context, found)
    return own_history(context)


def own_history(context: Context) -> Reply:
    """Show the history of the items that the person is asked for, or else of those that they lead."""
    facts, person, now = context.facts, context.person, context.now
    wanted = dict.fromkeys(ret.item_id for ret in own_returns(context))
    led = (item for item in facts.items.values() if recipients.holds(facts, person, item.lead_post_id, now))
    found = _visible(context, [facts.items[item_id] for item_id in wanted] or led)
    if not found:
        raise NotPossibleError("history_which")
    return _history(context, found)


def press_history(context: Context, incoming: Incoming) -> Reply:
    """Show the history of the items of the returns that the button names."""
    found = _visible(context, items_of(context, incoming.value))
    if not found:
        raise NotPossibleError("no_such_item")
    return _history(context, found)


def items_of(context: Context, value: str) -> list[Item]:
    """The items of the returns in the value of a card's footer button ('12,13')."""
    found = (context.session.get(Return, as_id(text)) for text in value.split(","))
    return list({ret.item_id: context.facts.items[ret.item_id] for ret in found if ret is not None}.values())


def _visible(context: Context, items: Iterable[Item]) -> list[Item]:
    """Those of the items whose answers the person may see now, by their newest return."""
    newest = select(Return).join(Window).order_by(col(Window.opens_at).desc())
    found = ((item, context.session.exec(newest.where(Return.item_id == item.id)).first()) for item in items)
    return [item for item, ret in found if ret and may(context.facts, context.person, Act.SEE, ret, context.now)]


def _history(context: Context, items: Sequence[Item]) -> Reply:
    zone, state = context.person.time_zone, col(Return.state)
    query = select(Return, Window).join(Window).where(state.in_((*GIVEN, ReturnState.NO_UPDATE)))
    newest = query.order_by(col(Window.opens_at).desc()).limit(MAX_WINDOWS)
    texts = []
    for item in items:
        rows = context.session.exec(newest.where(Return.item_id == item.id)).all()
        answers = [_answer_row(context, ret, window) for ret, window in rows]
        texts.append(render("messages/history.md", item=item, told=answers, zone=zone))
    return Reply(messages=(message(*texts),))


def _answer_row(context: Context, ret: Return, window: Window) -> dict[str, object]:
    """The current answer of one window, as history.md shows it; for a restated one also the status before."""
    query = select(ReturnVersion).where(ReturnVersion.return_id == ret.id).order_by(col(ReturnVersion.number).desc())
    versions = [] if ret.state == ReturnState.NO_UPDATE else list(context.session.exec(query))
    version = versions[0] if versions else None
    giver = context.session.get(Person, version.given_by_id) if version and version.given_by_id else None
    before = next((each for each in versions if each.restated_reason is None), None)
    programme = context.programme(window)
    progress = version.answers.get(programme.form.progress) if version else None
    return {
        "window": window,
        "version": version,
        "giver": giver.name if giver else "",
        "status": _status(context, window, version),
        "progress": in_words(programme.question(programme.form.progress), progress) if progress else "",
        "before": _status(context, window, before) if version and version.restated_reason else "",
    }


def _status(context: Context, window: Window, version: ReturnVersion | None) -> str:
    question = context.programme(window).status
    return option_in_words(question, version.answers.get(question.key, "")) if version else ""
