"""Notes dates in a folder's tables that are most likely slips; `load` shows them before it asks whether to store.

The rules are those of the chat and the form: rules.programmes.slips.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from remembrancer.intake.calendars.events import WindowEvent
from remembrancer.intake.folder.forward_plan import ForwardPlanRow
from remembrancer.intake.folder.items import ItemRow
from remembrancer.intake.folder.responses import Response
from remembrancer.problems import Problems
from remembrancer.reports.answer_text import slip_in_words
from remembrancer.rules.programmes.answers import Circumstances
from remembrancer.rules.programmes.slips import Slip, find_slips, is_likely
from remembrancer.rules.programmes.spec import Programme

ABOUT_DATES = ("far_off", "moved_far", "before_begin")
"""What is noted of past answers; whether all was well after an end date is no longer asked of them."""


def note_item_slips(
    file: str, items: Iterable[ItemRow], programmes: Mapping[str, Programme], today: date, problems: Problems
) -> None:
    """Note each date of the register that nobody means, and each end before its item began."""
    for item in items:
        programme = programmes[item.programme]
        days = {key: _day(item.facts.get(key)) for key, type_ in programme.facts.items() if type_ == "date"}
        for key, day in days.items():
            _note_far_off(file, item.row, key, day, today, problems)
        for question in programme.form.questions:
            end, begun = days.get(question.last_from or ""), days.get(question.not_before or "")
            if end and begun and end < begun:
                slip = Slip("before_begin", question.last_from or "", end, begun)
                problems.note(file, item.row, question.last_from, "likely_slip", slip=slip_in_words(slip, slip.label))


def note_plan_slips(file: str, rows: Iterable[ForwardPlanRow], today: date, problems: Problems) -> None:
    """Note each day of the forward plan that nobody means."""
    for row in rows:
        _note_far_off(file, row.row, "last_placed", row.last_placed, today, problems)
        _note_far_off(file, row.row, "meeting", row.meeting_day, today, problems)


def note_answer_slips(
    responses: Mapping[tuple[str, str], Sequence[Response]],
    windows: Iterable[WindowEvent],
    programmes: Mapping[str, Programme],
    items: Iterable[ItemRow],
    problems: Problems,
) -> None:
    """Note each date of an answer that nobody means, seen from its window's close, or that moved very far."""
    facts = {(item.programme, item.ref): item.facts for item in items}
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for window in sorted(windows, key=lambda window: window.closes_at):
        for response in responses.get((window.programme, window.key), ()):
            item, programme = (window.programme, response.ref), programmes[window.programme]
            known = Circumstances(response.answers, last.get(item, {}), facts.get(item, {}), window.year)
            for slip in find_slips(programme, known, window.closes_at.date()):
                if slip.why in ABOUT_DATES:
                    problems.note(
                        response.file, response.row, None, "likely_slip", slip=slip_in_words(slip, slip.label)
                    )
            last[item] = response.answers


def _note_far_off(file: str, row: int, column: str, day: date | None, today: date, problems: Problems) -> None:
    if day is not None and not is_likely(day, today):
        problems.note(file, row, column, "likely_slip", slip=slip_in_words(Slip("far_off", column, day), column))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
