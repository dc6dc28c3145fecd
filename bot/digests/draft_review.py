"""A secretary reviews a digest draft before it is posted: hold it, post it, add a note, leave an item out."""

from collections.abc import Collection

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.cards.digest_draft import draft_message, draft_title
from remembrancer.models import Board, Digest, DigestState, Item, Return, Window
from remembrancer.models.message import Choice, Form, FormField, Message
from remembrancer.queries.boards import hearings_of
from remembrancer.queries.organisation import get
from remembrancer.rules.facts import known
from remembrancer.rules.people.permissions import may_manage_digest
from remembrancer.rules.programmes.slices import is_in
from remembrancer.rules.prompts.returns import is_settled
from remembrancer.services.context import Context, NotPossibleError, as_id, reply_key
from remembrancer.services.digests import (
    PENDING,
    annotate,
    hold,
    leave_out,
    may_post_now,
    post,
    put_back,
    release,
    scope_of,
)
from remembrancer.services.outbox import tell
from remembrancer.wording import say


def digests(context: Context, board: Board | None = None) -> Reply:
    """Show the drafts that wait for this secretary, and the last posted digest of each programme and board.

    `board`: only this one's.
    """
    query = select(Digest).where(col(Digest.board_id).is_not(None), Digest.state != DigestState.SUPERSEDED)
    if board is not None:
        query = query.where(Digest.board_id == board.id)
    own = [d for d in context.session.exec(query.order_by(col(Digest.id))) if _may_manage(context, d)]
    waiting = [digest for digest in own if digest.state in PENDING]
    posted = {_audience(context, digest): digest for digest in own if digest.state == DigestState.POSTED}
    shown = [*waiting, *posted.values()]
    if not shown:
        return Reply(
            messages=(context.says("no_digests_of", board=board.name) if board else context.says("no_digests"),)
        )
    return Reply(messages=tuple(_send_card(context, digest, number) for number, digest in enumerate(shown)))


def _send_card(context: Context, digest: Digest, number: int) -> Message:
    """Send the digest as a card that is kept up to date; it is a reply, so neither pause nor pilot holds it back."""
    content = draft_message(context.session, digest, context.person, context.now)
    tell(
        context.session,
        context.person,
        content,
        key=reply_key(known(context.person.id), context.event, str(number)),
        kind="reply",
        because="reply",
        now=context.now,
        digest=digest,
        immediate=True,
        showing=content.mark,
    )
    return content


def _audience(context: Context, digest: Digest) -> tuple[int, int | None]:
    """The programme and the board: each pair has a last posted digest."""
    window: Window = get(context.session, Window, digest.window_id)
    return window.programme_id, digest.board_id


def _may_manage(context: Context, digest: Digest) -> bool:
    """Whether the person may manage the digest."""
    window: Window = get(context.session, Window, digest.window_id)
    hearings = hearings_of(context.session, window.programme_id)
    hearing = next((each for each in hearings if each.board_id == digest.board_id), None)
    return hearing is not None and may_manage_digest(context.facts, context.person, hearing, context.now)


def _digest(context: Context, incoming: Incoming, states: Collection[DigestState] = PENDING) -> Digest:
    """The digest that a button or a form names, locked. Raises NotPossibleError if it is not one in these states."""
    digest_id = as_id(incoming.value.split(".")[0])
    digest = context.session.get(Digest, digest_id, with_for_update=True, populate_existing=True)
    if digest is None or digest.board_id is None or not _may_manage(context, digest):
        raise NotPossibleError("no_such_item")
    if digest.state not in states:
        raise NotPossibleError(f"digest_{digest.state}")
    return digest


def _done(context: Context, digest: Digest, name: str) -> Reply:
    """A short reply; the digest's cards are updated by the service."""
    return Reply(messages=(context.says(name, board=draft_title(context.session, digest)),))


def press_hold(context: Context, incoming: Incoming) -> Reply:
    digest = _digest(context, incoming)
    if digest.state == DigestState.HELD:
        raise NotPossibleError("digest_held")
    hold(context.session, digest, context.now, known(context.person.id))
    return _done(context, digest, "digest_held")


def press_let_go(context: Context, incoming: Incoming) -> Reply:
    digest = _digest(context, incoming)
    release(context.session, digest, context.now, known(context.person.id))
    return _done(context, digest, "digest_let_go_paused" if context.facts.paused else "digest_let_go")


def press_post(context: Context, incoming: Incoming) -> Reply:
    digest = _digest(context, incoming)
    if not may_post_now(context.session, digest):
        raise NotPossibleError("not_locked_yet")
    if not is_settled(get(context.session, Window, digest.window_id), context.now):
        raise NotPossibleError("not_settled_yet")
    if context.facts.paused:
        raise NotPossibleError("paused")
    post(context.session, digest, context.now, known(context.person.id))
    name = "digest_posted" if digest.state == DigestState.POSTED else "digest_withheld"
    return _done(context, digest, name)


def press_note(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_note_form(_digest(context, incoming)))


def submit_note(context: Context, incoming: Incoming) -> Reply:
    digest = _digest(context, incoming)
    text = str(incoming.fields.get("note") or "").strip()
    annotate(context.session, digest, text, context.now, known(context.person.id))
    return _done(context, digest, "digest_annotated")


def _note_form(digest: Digest) -> Form:
    ask = say("fields.covering_note")
    field = FormField(key="note", label=ask, ask=ask, type="text", value=digest.covering_note)
    return Form(
        action="digest_note",
        value=str(digest.id),
        title=say("forms.digest_note_title"),
        intro=say("forms.digest_note_intro"),
        fields=(field,),
        submit=say("buttons.save"),
    )


def press_leave_out(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_leave_out_form(context, _digest(context, incoming)))


def submit_leave_out(context: Context, incoming: Incoming) -> Reply:
    """Leave an item out, with a reason for the board."""
    digest = _digest(context, incoming)
    ref = str(incoming.fields.get("item") or "")
    reason = str(incoming.fields.get("reason") or "").strip()
    is_known = ref in {item.ref for item in _items(context, digest)}
    errors = {} if is_known else {"item": say("errors.choose_item")}
    errors |= {} if reason else {"reason": say("errors.reason_to_board")}
    if errors:
        return Reply(form=_leave_out_form(context, digest, ref, reason, errors))
    leave_out(context.session, digest, ref, reason, context.now, known(context.person.id))
    return _done(context, digest, "item_left_out")


def _items(context: Context, digest: Digest) -> list[Item]:
    """The items in the digest that can be left out."""
    scope = scope_of(context.session, digest)
    query = select(Item).join(Return).where(Return.window_id == digest.window_id).order_by(col(Item.position))
    items = context.session.exec(query)
    return [item for item in items if is_in(scope.slice_, item.facts) and item.ref not in digest.left_out]


def _leave_out_form(
    context: Context, digest: Digest, ref: str = "", reason: str = "", errors: dict[str, str] | None = None
) -> Form:
    asks = {name: say(f"fields.{name}") for name in ("item", "reason_to_board")}
    choices = tuple(Choice(key=item.ref, word=f"{item.ref} – {item.title}") for item in _items(context, digest))
    errors = errors or {}
    return Form(
        action="digest_leave_out",
        value=str(digest.id),
        title=say("forms.leave_out_title"),
        intro=say("forms.leave_out_intro"),
        fields=(
            FormField(
                key="item",
                label=asks["item"],
                ask=asks["item"],
                type="choice",
                choices=choices,
                value=ref,
                required=True,
                error=errors.get("item", ""),
            ),
            FormField(
                key="reason",
                label=asks["reason_to_board"],
                ask=asks["reason_to_board"],
                type="text",
                value=reason,
                required=True,
                error=errors.get("reason", ""),
            ),
        ),
        submit=say("buttons.digest_leave_out"),
    )


def press_put_back(context: Context, incoming: Incoming) -> Reply:
    """Put an item back; if the digest is posted already, an addendum counts the item again."""
    digest = _digest(context, incoming, (*PENDING, DigestState.POSTED))
    ref = incoming.value.partition(".")[2]
    if ref not in digest.left_out:
        raise NotPossibleError("not_left_out")
    put_back(context.session, digest, ref, context.now, known(context.person.id))
    return _done(context, digest, "item_put_back")


ROUTES: Routes = {
    "press": {
        "digest_post": press_post,
        "digest_hold": press_hold,
        "digest_let_go": press_let_go,
        "digest_note": press_note,
        "digest_leave_out": press_leave_out,
        "digest_put_back": press_put_back,
    },
    "submit": {
        "digest_note": submit_note,
        "digest_leave_out": submit_leave_out,
    },
}
