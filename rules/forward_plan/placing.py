"""Computes the meetings that a forward-plan item comes to, from its recurrence and the decisions about single meetings.

Placings are computed one after the other from the item's last placing. A decision about one meeting (moved to a later
one, withdrawn from it, added to it) stays, and the recurrence continues from there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta

from remembrancer.models import Fate
from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind


@dataclass(frozen=True)
class Sitting:
    """A meeting reduced to what placing needs: id, local day, and whether it is cancelled."""

    id: int
    day: date
    cancelled: bool = False


@dataclass(frozen=True)
class Decision:
    """A decision about an item at one meeting; `to` is the meeting (id) that a moved item goes to."""

    fate: Fate
    to: int | None = None


@dataclass(frozen=True)
class Slot:
    """An item at a meeting (id); `was` is the meeting (id) from which it was moved."""

    meeting: int
    was: int | None = None


@dataclass(frozen=True)
class Placed:
    """What decides an item's placings: its recurrence, the day of its last past placing, and where it begins (`first`).

    A one-off that is placed stays `at` its meeting (id), whatever day that moves to. `decided` holds the decisions by
    meeting id.
    """

    recurrence: Recurrence
    last: date | None = None
    first: date | None = None
    at: int | None = None
    decided: Mapping[int, Decision] = field(default_factory=dict)


def place(item: Placed, sittings: Sequence[Sitting]) -> list[Slot]:
    """Return the meetings after its last placing that the item comes to, in order and each once.

    Placing stops where the known meetings end: an annual item is not squeezed into the last of them.
    """
    walk = _Walk(item, sorted(sittings, key=lambda sitting: (sitting.day, sitting.id)))
    found: dict[int, Slot] = {}
    for slot in walk.slots():
        found.setdefault(slot.meeting, slot)
    order = {sitting.id: n for n, sitting in enumerate(walk.sittings)}
    return sorted(found.values(), key=lambda slot: order[slot.meeting])


@dataclass
class _Walk:
    """One pass over the meetings that places an item; `sittings` are in order."""

    item: Placed
    sittings: Sequence[Sitting]

    def slots(self) -> Iterator[Slot]:
        last = self.item.last
        while True:
            pick = self._next(last)
            if pick is None:
                return
            slot = self._resolved(pick)
            following = self._day_to_continue_from(pick, slot)
            if slot is not None:
                yield slot
                yield from self._added_between(pick.day, following)
            last = following

    def _added_between(self, first: date, last: date) -> Iterator[Slot]:
        """Yield the slots added at meetings that a move of the item passes over."""
        for sitting in self.sittings:
            if first < sitting.day <= last and self._is_added(sitting):
                slot = self._resolved(sitting)
                if slot is not None:
                    yield slot

    def _day_to_continue_from(self, pick: Sitting, slot: Slot | None) -> date:
        """Return the day after which the next placing is sought: where the item came in the end.

        A standing item continues from its original meeting, because it comes to those between as well.
        """
        if slot is None or self.item.recurrence.kind == RecurrenceKind.STANDING:
            return pick.day
        return max(pick.day, self._day(slot.meeting))

    def _next(self, last: date | None) -> Sitting | None:
        """Return the next meeting by the recurrence, or an earlier one that the item was added to."""
        by_rule = self._by_rule(last)
        added = [sitting for sitting in self._after(last) if self._is_added(sitting)]
        found = [sitting for sitting in (by_rule, *added[:1]) if sitting is not None]
        return min(found, key=lambda sitting: (sitting.day, sitting.id), default=None)

    def _by_rule(self, last: date | None) -> Sitting | None:
        held = [sitting for sitting in self._after(last) if not sitting.cancelled]
        if last is None:
            return self._by_id(self.item.at) if self.item.at is not None else self._first(held)
        return _RULES[self.item.recurrence.kind](self.item.recurrence, last, held)

    def _first(self, held: Sequence[Sitting]) -> Sitting | None:
        """Return the item's first meeting: at once for a standing item, else from the day on which it begins."""
        begins = self.item.first
        if begins is None:
            return held[0] if held and self.item.recurrence.kind == RecurrenceKind.STANDING else None
        return next((sitting for sitting in held if sitting.day >= begins), None)

    def _after(self, last: date | None) -> list[Sitting]:
        return [sitting for sitting in self.sittings if last is None or sitting.day > last]

    def _is_added(self, sitting: Sitting) -> bool:
        decision = self._decided(sitting.id)
        return decision is not None and decision.fate == Fate.ADDED

    def _decided(self, meeting: int) -> Decision | None:
        return self.item.decided.get(meeting)

    def _resolved(self, pick: Sitting) -> Slot | None:
        """Follow moves and cancellations to the final meeting; None where it is withdrawn or no meeting follows."""
        at, seen = pick, {pick.id}
        while ((decision := self._decided(at.id)) is not None and decision.fate != Fate.ADDED) or at.cancelled:
            if decision is not None and decision.fate == Fate.WITHDRAWN:
                return None
            to = decision.to if decision is not None and decision.fate == Fate.MOVED else None
            following = self._by_id(to) if to is not None else self._following(at)
            if following is None or following.id in seen:
                return None
            seen.add(following.id)
            at = following
        return Slot(at.id, None if at.id == pick.id else pick.id)

    def _following(self, at: Sitting) -> Sitting | None:
        """Return the next meeting after a cancelled one that is not cancelled."""
        later = [sitting for sitting in self.sittings if (sitting.day, sitting.id) > (at.day, at.id)]
        return next((sitting for sitting in later if not sitting.cancelled), None)

    def _by_id(self, meeting: int) -> Sitting | None:
        return next((sitting for sitting in self.sittings if sitting.id == meeting), None)

    def _day(self, meeting: int) -> date:
        return next(sitting.day for sitting in self.sittings if sitting.id == meeting)


def _standing(_recurrence: Recurrence, _last: date, later: Sequence[Sitting]) -> Sitting | None:
    return later[0] if later else None


def _annual(_recurrence: Recurrence, last: date, later: Sequence[Sitting]) -> Sitting | None:
    """Pick the first meeting in the same month a year later, else the nearest to that day if meetings reach so far."""
    anniversary = last + relativedelta(years=1)
    same_month = [s for s in later if (s.day.year, s.day.month) == (anniversary.year, anniversary.month)]
    if same_month:
        return same_month[0]
    if not later or later[-1].day < anniversary:
        return None
    return min(later, key=lambda sitting: (abs(sitting.day - anniversary), sitting.day))


def _months(recurrence: Recurrence, last: date, later: Sequence[Sitting]) -> Sitting | None:
    due = last + relativedelta(months=recurrence.months)
    return next((sitting for sitting in later if sitting.day >= due), None)


def _every_other(_recurrence: Recurrence, _last: date, later: Sequence[Sitting]) -> Sitting | None:
    return later[1] if len(later) > 1 else None


def _one_off(_recurrence: Recurrence, _last: date, _later: Sequence[Sitting]) -> Sitting | None:
    return None


_RULES = {
    RecurrenceKind.STANDING: _standing,
    RecurrenceKind.ANNUAL: _annual,
    RecurrenceKind.MONTHS: _months,
    RecurrenceKind.EVERY_OTHER: _every_other,
    RecurrenceKind.ONE_OFF: _one_off,
}
