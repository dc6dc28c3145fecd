"""Planned messages as lines, one for all who are sent the same at the same time, for the same reason."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from remembrancer.models.message import refs_of
from remembrancer.queries.organisation import definition
from remembrancer.scheduler.preview.describe import policy_steps, what
from remembrancer.scheduler.preview.planned_messages import programmes_by_id
from remembrancer.scheduler.preview.types import Planned
from remembrancer.wording import phrase

MOST_NAMES = 12
MOST_REFS = 4


@dataclass(frozen=True)
class Line:
    """What goes to several people at one moment for the same reason.

    `about` are the windows and meetings by their keys. `names` are the first recipients with the refs they are messaged
    about; `more` counts the others.
    """

    at: datetime
    what: str
    about: tuple[str, ...]
    withheld: bool
    names: tuple[str, ...]
    count: int
    more: int
    because: str


def lines(
    session: Session, planned: Iterable[Planned], most_names: int = MOST_NAMES, most_refs: int = MOST_REFS
) -> list[Line]:
    """One line for what is alike at one moment, by time; at one moment in the order given."""
    programmes = {row.key: definition(row) for row in programmes_by_id(session).values()}
    groups: dict[tuple[datetime, str, str, str, bool, str], list[Planned]] = {}
    for each in planned:
        programme = programmes.get(each.programme)
        word = what(each.kind, policy_steps(programme, each.kind) if programme else {})
        key = (each.at, word, each.programme, each.window, each.withheld, each.because)
        groups.setdefault(key, []).append(each)
    return [
        Line(
            at=at,
            what=word,
            about=tuple(dict.fromkeys(name for each in group for name in _about(each))),
            withheld=withheld,
            names=tuple(with_refs(each.name, refs_of(each.items), most_refs) for each in group[:most_names]),
            count=len(group),
            more=max(0, len(group) - most_names),
            because=because,
        )
        for (at, word, _, _, withheld, because), group in sorted(groups.items(), key=lambda item: item[0][0])
    ]


def _about(planned: Planned) -> Iterator[str]:
    """The keys of its window and its meetings, such as 'PROGRAMME 2019-20-q2' and 'corporate_board 2019-09-24'."""
    if planned.window:
        yield f"{planned.programme} {planned.window}"
    yield from (f"{item.meeting.board} {item.meeting.day}" for item in planned.items if item.meeting)


def with_refs(name: str, refs: Sequence[str], most: int = MOST_REFS) -> str:
    """'Helen Marsh (48, 54)'; if there are more refs than that, only their number."""
    if not refs:
        return name
    if len(refs) > most:
        return phrase("preview.many", name=name, count=len(refs))
    return phrase("preview.refs", name=name, refs=join_refs(refs))


def join_refs(refs: Sequence[str]) -> str:
    """The refs joined with commas, or with semicolons where a title has a comma."""
    return ("; " if any("," in ref for ref in refs) else ", ").join(refs)
