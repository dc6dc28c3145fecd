"""A secretary reviews a digest draft before it is posted: hold it, post it, add a note, leave an item out."""

from collections.abc import Collection

from sqlmodel import col, select

from remembrancer.bot.core.forms import field, form
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.replies import enqueue_reply
from remembrancer.cards.digest_draft import draft_message, draft_title
from remembrancer.models import Board, Digest, DigestState, Item, Return, Window
from remembrancer.models.message import Choice, Form
from remembrancer.queries.boards import hearings_of
from remembrancer.queries.organisation import get
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.permissions import may_manage_digest
from remembrancer.rules.programmes.slices import is_in
from remembrancer.rules.prompts.chase import is_settled
from remembrancer.services.context import Context, NotPossibleError, as_id
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
from remembrancer.wording import phrase


def digests(context: Context, board: Board | None = None) -> Reply:
    """Show the drafts that wait for this secretary, and the last posted digest of each programme and board.

    `board`: only this one's.
    """
    own = [digest for digest in _own(context) if board is None or digest.board_id == board.id]
    drafts = [digest for digest in own if digest.state in PENDING]
    # Each pair of programme and board has a last posted digest.
    programmes = {digest.id: get(context.session, Window, digest.window_id).programme_id for digest in own}
    posted = {(programmes[each.id], each.board_id): each for each in own if each.state == DigestState.POSTED}
    shown = [*drafts, *posted.values()]
    if not shown:
        none = context.says("no_digests_of", board=board.name) if board else context.says("no_digests")
        return Reply(messages=(none,))
    cards = [draft_message(context.session, digest, context.person, context.now) for digest in shown]
    for number, (digest, card) in enumerate(zip(shown, cards, strict=True)):
        # With what it shows stored beside it, the card is kept up to date.
        enqueue_reply(context, card, str(number), digest, showing=card.mark)
    return Reply(messages=tuple(cards))


def waiting(context: Context) -> list[Digest]:
    """The drafts that wait for this secretary, held ones among them."""
    return [digest for digest in _own(context) if digest.state in PENDING]


def _own(context: Context) -> list[Digest]:
    query = select(Digest).where(col(Digest.board_id).is_not(None), Digest.state != DigestState.SUPERSEDED)
    return [digest for digest in context.session.exec(query.order_by(col(Digest.id))) if _may_manage(context, digest)]


def _may_manage(context: Context, digest: Digest) -> bool:
    window: Window = get(context.session, Window, digest.window_id)
    of_board = (each for each in hearings_of(context.session, window.programme_id) if each.board_id == digest.board_id)
    return any(may_manage_digest(context.facts, context.person, hearing, context.now) for hearing in of_board)


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
    hold(context.session, digest, context.now, stored_id(context.person.id))
    return _done(context, digest, "digest_held")


def press_let_go(context: Context, incoming: Incoming) -> Reply:
    digest = _digest(context, incoming)
    release(context.session, digest, context.now, stored_id(context.person.id))
    return _done(context, digest, "digest_let_go_paused" if context.facts.paused else "digest_let_go")


def press_post(context: Context, incoming: Incoming) -> Reply:
    digest = _digest(context, incoming)
    if not may_post_now(context.session, digest):
        raise NotPossibleError("not_locked_yet")
    if not is_settled(get(context.session, Window, digest.window_id), context.now):
        raise NotPossibleError("not_settled_yet")
    if context.facts.paused:
        raise NotPossibleError("paused")
    post(context.session, digest, context.now, stored_id(context.person.id))
    name = "digest_posted" if digest.state == DigestState.POSTED else "digest_withheld"
    return _done(context, digest, name)


def press_note(context: Context, incoming: Incoming) -> Reply:
    digest = _digest(context, incoming)
    note = field("note", "text", digest.covering_note, label="fields.covering_note", required=False)
    return Reply(form=form("digest_note", digest.id, note))


def submit_note(context: Context, incoming: Incoming) -> Reply:
    digest = _digest(context, incoming)
    annotate(context.session, digest, incoming.typed("note"), context.now, stored_id(context.person.id))
    return _done(context, digest, "digest_annotated")


def press_leave_out(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_leave_out_form(context, _digest(context, incoming)))


def submit_leave_out(context: Context, incoming: Incoming) -> Reply:
    """Leave an item out, with a reason for the board."""
    digest = _digest(context, incoming)
    ref, reason = incoming.typed("item"), incoming.typed("reason")
    errors = {}
    if ref not in {item.ref for item in _items(context, digest)}:
        errors["item"] = phrase("errors.choose_item")
    if not reason:
        errors["reason"] = phrase("errors.reason_to_board")
    if errors:
        return Reply(form=_leave_out_form(context, digest, ref, reason, errors))
    leave_out(context.session, digest, ref, reason, context.now, stored_id(context.person.id))
    return _done(context, digest, "item_left_out")


def _items(context: Context, digest: Digest) -> list[Item]:
    scope = scope_of(context.session, digest)
    query = select(Item).join(Return).where(Return.window_id == digest.window_id).order_by(col(Item.position))
    items = context.session.exec(query)
    return [item for item in items if is_in(scope.slice_, item.facts) and item.ref not in digest.left_out]


def _leave_out_form(
    context: Context, digest: Digest, ref: str = "", reason: str = "", errors: dict[str, str] | None = None
) -> Form:
    choices = [Choice(key=item.ref, word=f"{item.ref} – {item.title}") for item in _items(context, digest)]
    errors = errors or {}
    fields = (
        field("item", "choice", ref, errors.get("item", ""), choices=choices),
        field("reason", "text", reason, errors.get("reason", ""), label="fields.reason_to_board"),
    )
    return form("digest_leave_out", digest.id, *fields, name="leave_out", submit="digest_leave_out")


def press_put_back(context: Context, incoming: Incoming) -> Reply:
    """Put an item back; if the digest is posted already, an addendum counts the item again."""
    digest = _digest(context, incoming, (*PENDING, DigestState.POSTED))
    ref = incoming.value.partition(".")[2]
    if ref not in digest.left_out:
        raise NotPossibleError("not_left_out")
    put_back(context.session, digest, ref, context.now, stored_id(context.person.id))
    return _done(context, digest, "item_put_back")
