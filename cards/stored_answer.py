"""The part of a reply that follows a stored answer."""

from remembrancer.models import Post, Return, WindowState
from remembrancer.models.message import Button, Part
from remembrancer.queries.organisation import get
from remembrancer.queries.returns import GIVEN, SET_ASIDE, current
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.people.permissions import Act, may
from remembrancer.services.context import Context
from remembrancer.wording import render, say


def since_stored(context: Context, ret: Return, version: int) -> tuple[Part, ...]:
    """What has become of an answer that was stored as this version, with the button to change it."""
    window, status = context.window(ret), context.programme(context.window(ret)).status
    newest = current(context.session, ret)
    text = render(
        "messages/stored_since.md",
        ret=ret,
        window=window,
        changed=in_words(status, newest.answers.get(status.key)) if newest and ret.versions != version else "",
        zone=context.person.time_zone,
    )
    if window.state == WindowState.LOCKED or ret.state in SET_ASIDE:
        return (Part(text=text),)
    if not may(context.facts, context.person, Act.ANSWER, ret, context.now):
        return ()
    label = say("buttons.change" if ret.state in GIVEN else "buttons.answer")
    button = Button(action="answer", value=str(ret.id), label=label, about=context.item(ret).ref)
    return (Part(text=text, buttons=(button,)),)


def lead_post(context: Context, ret: Return) -> str:
    """The name of the post that leads the return's item."""
    post: Post = get(context.session, Post, context.item(ret).lead_post_id)
    return post.name
