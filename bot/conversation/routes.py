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
from remembrancer.bot.people import leave, leave_delegate, posts
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

FEATURES: tuple[Routes, ...] = (
    home.ROUTES,
    answer.ROUTES,
    {"press": {"say_status": free_text_answer.press_status}},
    snooze.ROUTES,
    delegate.ROUTES,
    disown.ROUTES,
    history.ROUTES,
    readers.ROUTES,
    ownership_review.ROUTES,
    review.ROUTES,
    bulk_review.ROUTES,
    withdraw_item.ROUTES,
    restate.ROUTES,
    leave.ROUTES,
    leave_delegate.ROUTES,
    posts.ROUTES,
    draft_review.ROUTES,
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
