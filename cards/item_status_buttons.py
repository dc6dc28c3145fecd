"""The buttons to report on an item again, or to keep it suspended."""

from datetime import date

from remembrancer.models import Item, ItemState
from remembrancer.models.message import Button
from remembrancer.wording import phrase

STANDINGS = (ItemState.WITHDRAWN, ItemState.SUSPENDED)


def report_again_button(item: Item) -> Button:
    return _button("report_again", item)


def _button(action: str, item: Item) -> Button:
    return Button(
        action=action, value=str(item.id), label=phrase(f"buttons.{action}"), about=f"{item.ref} {item.title}"
    )


def item_status_buttons(item: Item, today: date) -> tuple[Button, ...]:
    """The buttons of a withdrawn or suspended item; a suspension whose review is due may be prolonged."""
    is_due = item.standing == ItemState.SUSPENDED and item.review_on is not None and item.review_on <= today
    return (report_again_button(item), *([_button("keep_suspended", item)] if is_due else []))
