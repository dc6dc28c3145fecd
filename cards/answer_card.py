"""The card that shows an answer to a secretary."""

from collections.abc import Callable, Iterator, Sequence

from remembrancer.cards.item_status_buttons import item_status_buttons
from remembrancer.models import Item, Person, Return, ReturnState, Window, WindowState
from remembrancer.models.message import Button, Message, Part
from remembrancer.queries.returns import GIVEN, SET_ASIDE, current
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.prompts.chase import WANTED
from remembrancer.services.context import Context
from remembrancer.wording import phrase, render

RETURN_BUTTONS: Sequence[tuple[str, str, Act, Callable[[Return], bool]]] = (
    ("see", "see", Act.SEE, lambda ret: ret.versions > 0),
    ("accept", "accept", Act.ACCEPT, lambda ret: ret.state == ReturnState.SUBMITTED),
    ("return", "return", Act.RETURN, lambda ret: ret.state in GIVEN),
    ("answer", "answer_for", Act.ANSWER, lambda ret: ret.state in WANTED),
    ("chase", "chase", Act.CHASE, lambda ret: ret.state in WANTED),
    ("set_aside", "set_aside", Act.SET_ASIDE, lambda ret: ret.state not in SET_ASIDE),
)
"""The buttons of a return: action, label, the permission it needs, and the returns that it fits."""


def return_buttons(context: Context, window: Window, ret: Return, item: Item) -> Iterator[Button]:
    """The buttons for what the person may do to the return now."""
    locked = window.state == WindowState.LOCKED
    for action, label, act, fits in RETURN_BUTTONS:
        if fits(ret) and (not locked or act == Act.SEE) and may(context.facts, context.person, act, ret, context.now):
            value, about = f"{ret.id}.{ret.versions}", f"{item.ref} {item.title}"
            name = "answer" if label == "answer_for" and _leads(context, item) else label
            yield Button(action=action, value=value, label=phrase(f"buttons.{name}"), about=about)
    if ret.state in SET_ASIDE and may(context.facts, context.person, Act.SET_ASIDE, ret, context.now):
        yield from item_status_buttons(item, context.today)


def _leads(context: Context, item: Item) -> bool:
    """Whether the person holds the lead post, and so does not answer on behalf of somebody."""
    return context.person in recipients.holders(context.facts, item.lead_post_id, context.now)


def answer_message(context: Context, ret: Return) -> Message:
    """The current answer in words, with its buttons."""
    item, window = context.item(ret), context.window(ret)
    version = current(context.session, ret)
    if version is None:
        return context.says("no_answer_yet", ref=item.ref, title=item.title)
    questions = context.programme(window).form.questions
    answers = [
        (question.label, in_words(question, version.answers[question.key]))
        for question in questions
        if version.answers.get(question.key)
    ]
    giver = context.session.get(Person, version.given_by_id) if version.given_by_id else None
    text = render(
        "messages/answer.md",
        item=item,
        ret=ret,
        version=version,
        giver=giver,
        said=answers,
        zone=context.person.time_zone,
    )
    buttons = tuple(b for b in return_buttons(context, window, ret, item) if b.action != "see")
    return Message(parts=(Part(text=text, buttons=buttons),), follows=f"see {ret.id}")
