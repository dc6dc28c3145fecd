"""The handler of each button and form, merged from the routes of every feature."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from remembrancer.bot.conversation import home
from remembrancer.bot.core.incoming import Handler, Incoming, Routes
from remembrancer.bot.digests import draft_review
from remembrancer.bot.forward_plan import (
    add_item,
    hold_item,
    item_lead,
    key_decision_route,
    minutes,
    move_item,
    paper_answer,
)
from remembrancer.bot.people import leave, leave_delegate, own_hours, posts
from remembrancer.bot.returns import (
    answer,
    bulk_review,
    delegate,
    disown,
    free_text_answer,
    history,
    ownership_review,
    readers,
    restate,
    review,
    snooze,
    withdraw_item,
)
from remembrancer.bot.sending import pause, pilot, preview
from remembrancer.bot.windows import change
from remembrancer.services.context import Context

ROUTES: Routes = {
    "press": {
        "own_history": lambda context, _incoming: history.own_history(context),
        "begin_leave": home.press_begin_leave,
        "preview_all": lambda context, _incoming: preview.preview(context),
        "answer": answer.press_answer,
        "no_change": answer.press_no_change,
        "confirm": answer.press_confirm,
        "discard": answer.press_discard,
        "say_status": free_text_answer.press_status,
        "take_offer": free_text_answer.press_take_offer,
        "words_are_update": free_text_answer.press_words_are_update,
        "snooze": snooze.press_snooze,
        "delegate": delegate.press_delegate,
        "take_back": delegate.press_take_back,
        "not_mine": disown.press_not_mine,
        "history": history.press_history,
        "readers": readers.press_readers,
        "whose": ownership_review.press_whose,
        "give_to": ownership_review.press_give_to,
        "reassign": ownership_review.press_reassign,
        "keep_lead": ownership_review.press_keep_lead,
        "see": review.press_see,
        "accept": review.press_accept,
        "return": review.press_return,
        "accept_all": bulk_review.press_accept_all,
        "chase": bulk_review.press_chase,
        "set_aside": withdraw_item.press_set_aside,
        "report_again": withdraw_item.press_report_again,
        "keep_suspended": withdraw_item.press_keep_suspended,
        "restate": restate.press_restate,
        "change_leave": leave.press_change,
        "not_away": leave.press_not_away,
        "name_delegate": leave_delegate.press_name_delegate,
        "digest_post": draft_review.press_post,
        "digest_hold": draft_review.press_hold,
        "digest_let_go": draft_review.press_let_go,
        "digest_note": draft_review.press_note,
        "digest_leave_out": draft_review.press_leave_out,
        "digest_put_back": draft_review.press_put_back,
    },
    "submit": {
        "answer": answer.submit_answer,
        "snooze": snooze.submit_snooze,
        "snooze_all": snooze.submit_snooze,
        "delegate": delegate.submit_delegate,
        "not_mine": disown.submit_not_mine,
        "reassign": ownership_review.submit_reassign,
        "keep_lead": ownership_review.submit_keep_lead,
        "return": review.submit_return,
        "set_aside": withdraw_item.submit_set_aside,
        "keep_suspended": withdraw_item.submit_keep_suspended,
        "restate": restate.submit_restate,
        "away": leave.submit_away,
        "name_delegate": leave_delegate.submit_name_delegate,
        "digest_note": draft_review.submit_note,
        "digest_leave_out": draft_review.submit_leave_out,
    },
    "change": {
        "answer": answer.change_answer,
        "snooze": snooze.change_snooze,
        "snooze_all": snooze.change_snooze,
        "restate": restate.change_restate,
    },
}
"""The handlers of most features; the others have tables of their own."""
FEATURES: tuple[Routes, ...] = (
    ROUTES,
    posts.ROUTES,
    own_hours.ROUTES,
    change.ROUTES,
    pause.ROUTES,
    pilot.ROUTES,
    preview.ROUTES,
    paper_answer.ROUTES,
    key_decision_route.ROUTES,
    add_item.ROUTES,
    move_item.ROUTES,
    hold_item.ROUTES,
    minutes.ROUTES,
    item_lead.ROUTES,
)


def merge_routes(features: Iterable[Routes]) -> Routes:
    """Merge the routes of several features. Raises ValueError if two of them handle the same action."""
    merged: dict[Literal["press", "submit", "change"], dict[str, Handler]] = {"press": {}, "submit": {}, "change": {}}
    for routes in features:
        for kind, handlers in routes.items():
            duplicates = merged[kind].keys() & handlers.keys()
            if duplicates:
                raise ValueError(f"more than one feature handles {kind} {', '.join(sorted(duplicates))}")
            merged[kind] |= handlers
    return merged


TABLES = merge_routes(FEATURES)
"""The handlers by the kind of act and its action."""
KEPT: Mapping[str, Callable[[Context, Incoming], None]] = {
    "answer": answer.keep_typed,
    "restate": restate.keep_typed,
}
"""Forms whose typed text is stored as a draft before anything else is done."""
