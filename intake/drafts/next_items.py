"""Tells what becomes of each item in a new year: carried on, changed, retired or new."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from remembrancer.intake.folder.items import ItemRow
from remembrancer.intake.folder.reader import Folder
from remembrancer.intake.loading.change_report import field_changed
from remembrancer.models import ItemState
from remembrancer.rules.nearest_name import folded
from remembrancer.rules.programmes.endings import Ending, ending_of

Ref = tuple[str, str]
"""A programme's key and an item's ref."""


class Becomes(StrEnum):
    CARRIED_ON = "carried_on"
    CHANGED = "changed"
    RETIRED = "retired"
    NEW = "new"


@dataclass(frozen=True)
class Known:
    """What is known of an item besides the folder: whether it is set aside, and its newest answers."""

    standing: ItemState
    reason: str
    last: Mapping[str, Any]


@dataclass(frozen=True)
class NextItem:
    """An item in the new year; `ending` is why it is at its end, also where it is carried on nevertheless.

    `changes` are fields in words, old and new; `same_title` is the ref of an item that leaves and has the same title.
    """

    becomes: Becomes
    row: ItemRow
    ending: Ending | None = None
    known: Known | None = None
    changes: Sequence[str] = field(default_factory=tuple)
    same_title: str = ""


def next_items(
    folder: Folder, given: Sequence[ItemRow] | None, known: Mapping[Ref, Known], keep: Collection[str], begins: date
) -> list[NextItem]:
    """Say what becomes of the folder's items when the year `begins`.

    A table of the new year decides (`given`) of the programmes that it names: whatever is in it goes on, and whatever
    is not in it retires. Other items retire at their end, unless their ref is among those to `keep`.
    """
    renewed = {row.programme for row in given or ()}
    rest = {_name(row): _own_end(row, folder, known, keep, begins, row.programme in renewed) for row in folder.items}
    found = []
    for row in _completed(folder, given or ()):
        before = rest.pop(_name(row), None)
        found.append(_goes_on(before, row) if before else NextItem(Becomes.NEW, row))
    left = {
        (each.row.programme, folded(each.row.title)): each.row.ref
        for each in rest.values()
        if each.becomes == Becomes.RETIRED
    }
    same = [left.get((each.row.programme, folded(each.row.title)), "") for each in found]
    return [*(replace(each, same_title=ref) for each, ref in zip(found, same, strict=True)), *rest.values()]


def _goes_on(before: NextItem, row: ItemRow) -> NextItem:
    """An item that the new table has, under the ref that it had, with what changes."""
    now = replace(row, ref=before.row.ref)
    changes = tuple(_changes(before.row, now))
    return replace(before, becomes=Becomes.CHANGED if changes else Becomes.CARRIED_ON, row=now, changes=changes)


def _name(row: ItemRow) -> Ref:
    return row.programme, row.ref.casefold()


def _own_end(
    row: ItemRow, folder: Folder, known: Mapping[Ref, Known], keep: Collection[str], begins: date, is_renewed: bool
) -> NextItem:
    """What becomes of an item that no new table names; in a programme that is renewed it retires."""
    of_item = known.get((row.programme, row.ref))
    last = of_item.last if of_item else {}
    withdrawn = of_item is not None and of_item.standing == ItemState.WITHDRAWN
    ending = ending_of(folder.programmes[row.programme], row.facts, last, withdrawn, begins)
    retires = (ending is not None or is_renewed) and row.ref not in keep
    return NextItem(Becomes.RETIRED if retires else Becomes.CARRIED_ON, row, ending, of_item)


def _completed(folder: Folder, given: Sequence[ItemRow]) -> Iterator[ItemRow]:
    """Yield the rows of the new table; a column in which a programme has nothing there stays as it was."""
    filled = {(row.programme, fact) for row in given for fact, value in row.facts.items() if value}
    with_contributors = {row.programme for row in given if row.contributing_posts}
    old = {_name(row): row for row in folder.items}
    for row in given:
        was = old.get(_name(row))
        if was is None:
            yield row
            continue
        lacking = {fact: was.facts[fact] for fact in row.facts if (row.programme, fact) not in filled}
        contributing = row.contributing_posts if row.programme in with_contributors else was.contributing_posts
        yield replace(row, facts={**row.facts, **lacking}, contributing_posts=contributing)


def _changes(was: ItemRow, now: ItemRow) -> Iterator[str]:
    fields: list[tuple[str, Any, Any]] = [("title", was.title, now.title), ("lead post", was.lead_post, now.lead_post)]
    fields += [("contributing posts", "; ".join(was.contributing_posts), "; ".join(now.contributing_posts))]
    fields += [(fact, was.facts.get(fact), value) for fact, value in now.facts.items()]
    yield from (field_changed(name, before, after) for name, before, after in fields if (before or "") != (after or ""))
