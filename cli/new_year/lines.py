"""The plan of a new year as lines: windows, and the items that are carried on, changed, retired or new."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from remembrancer.intake.drafts.new_year import NewYear
from remembrancer.intake.drafts.next_items import Becomes, NextItem
from remembrancer.intake.drafts.next_windows import Proposed
from remembrancer.intake.folder.reader import Folder
from remembrancer.models import ItemState
from remembrancer.rules.programmes.endings import EndsBecause
from remembrancer.wording import day as in_full
from remembrancer.wording import phrase, short_day


def year_in_words(year: int, content: Folder) -> str:
    return str(year) if content.organisation.year_start == (1, 1) else f"{year}-{(year + 1) % 100:02}"


def lines_of(plan: NewYear, content: Folder, year: int, now: datetime) -> Iterator[str]:
    """The whole plan as lines, in groups."""
    yield phrase("year.title", organisation=content.organisation.name, year=year_in_words(year, content))
    proposed = [_window_line(each, content) for each in plan.windows.proposed]
    there = [
        phrase(
            "year.window_there",
            programme=window.programme,
            title=window.title,
            opens=in_full(window.opens_at, content.organisation.time_zone),
            closes=in_full(window.closes_at, content.organisation.time_zone),
        )
        for window in plan.windows.there
    ]
    yield from _group("windows", proposed)
    yield from _group("windows_there", there)
    if not proposed and not there:
        yield phrase("year.windows_none", year=year_in_words(year - 1, content))
    yield phrase("year.meetings")
    for becomes in Becomes:
        yield from _group(becomes, [_item_line(item) for item in plan.items_that(becomes)])
    if plan.items_that(Becomes.RETIRED):
        yield phrase("year.keep_hint")
        yield phrase("year.history")
    yield from _hints(plan, content, year, now)


def plan_as_json(plan: NewYear) -> dict[str, Any]:
    """The whole plan as JSON, moments as such."""
    proposed = [(each.window, each.was.key, each.calendar.name) for each in plan.windows.proposed]
    return {
        "windows": [
            {
                "programme": window.programme,
                "window": window.key,
                "opens_at": window.opens_at,
                "closes_at": window.closes_at,
                "was": was,
                "calendar": calendar,
            }
            for window, was, calendar in [*proposed, *((window, None, None) for window in plan.windows.there)]
        ],
        "items": [
            {
                "programme": item.row.programme,
                "ref": item.row.ref,
                "becomes": item.becomes,
                "because": item.ending.because if item.ending else None,
                "changes": list(item.changes),
            }
            for item in plan.items
        ],
        "files": [*plan.files, *plan.gone],
    }


def _group(name: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield phrase("year.heading", name=phrase(f"year.{name}"), count=len(lines))
        yield from (f"- {line}" for line in lines)


def _window_line(each: Proposed, content: Folder) -> str:
    moved = each.moved
    weekday = f"{moved.by_rule.opens:%A}"
    nth = phrase("year.nth").split("; ")[(moved.by_rule.opens.day - 1) // 7]
    line = phrase(
        "year.window",
        programme=each.window.programme,
        title=each.window.title,
        opens=in_full(moved.days.opens),
        closes=in_full(moved.days.closes),
        rule=phrase(f"year.by_{moved.rule}", weekday=weekday, nth=nth),
        was_opens=short_day(moved.was.opens),
        was_closes=short_day(moved.was.closes),
        was_title=each.was.title,
    )
    for name, wanted, found in (
        ("opens_later", moved.by_rule.opens, moved.days.opens),
        ("closes_sooner", moved.by_rule.closes, moved.days.closes),
    ):
        line += phrase(f"year.{name}", day=in_full(wanted)) if wanted != found else ""
    return line + (phrase("year.put_in_feed", calendar=each.calendar.name) if each.calendar.is_feed else "")


def _item_line(item: NextItem) -> str:
    line = phrase("year.item", programme=item.row.programme, ref=item.row.ref, title=item.row.title)
    whys = [*item.changes, *_why(item)]
    return phrase("year.item_why", item=line, why="; ".join(whys)) if whys else line


def _why(item: NextItem) -> Iterator[str]:
    retires = item.becomes == Becomes.RETIRED
    if item.ending is not None:
        day = short_day(item.ending.day) if item.ending.day else ""
        reason = item.known.reason if item.known else ""
        status = f"'{item.ending.status}'" if item.ending.status else phrase("year.never_said")
        if item.ending.because == EndsBecause.FINAL:
            status = item.ending.status
        why = phrase(f"year.because_{item.ending.because}", reason=reason, status=status, day=day)
        yield why if retires else phrase("year.though", why=why)
    elif retires:
        yield phrase("year.not_in_table")
    if item.known is not None and item.known.standing == ItemState.SUSPENDED:
        yield phrase("year.suspended", reason=item.known.reason)
    if item.same_title:
        yield phrase("year.same_title", ref=item.same_title)


def _hints(plan: NewYear, content: Folder, year: int, now: datetime) -> Iterator[str]:
    """What an admin should look at again: bank holidays that are not announced, and closure days that are missing."""
    spec = content.organisation
    announced = spec.announced_until(now.astimezone(spec.zone).date())
    if any(each.moved.days.closes > announced for each in plan.windows.proposed):
        yield phrase("year.provisional", day=in_full(announced))
    begins = [date(each, *spec.year_start) for each in (year - 1, year, year + 1)]
    before, following = ([d for d in spec.closed if begins[at] <= d < begins[at + 1]] for at in (0, 1))
    if before and not following:
        yield phrase("year.closed", before=year_in_words(year - 1, content), year=year_in_words(year, content))
