"""Tells apart the people of one shared mailbox, such as democratic.services@example.org, by their names."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from remembrancer.intake.folder.leave_cells import Leave
from remembrancer.intake.folder.person_row import PersonRow
from remembrancer.intake.tables.rows import Source
from remembrancer.rules.people.person_fields import plain_name, shared_identity, split_identity

SLIP = 0.9  # least difflib ratio (0 to 1) at which two names at one address are taken for one, with a slip
Identities = Mapping[str, Mapping[str, str]]
"""What tells people apart (`Person.email`), by address and plain name."""


def told_apart(rows: Sequence[PersonRow], source: Source) -> list[PersonRow]:
    """Give every person of a mailbox that several share an identity of their own, and note whom.

    A name that is written in two ways is one person, called as in the first row.
    """
    first: dict[tuple[str, str], PersonRow] = {}
    identities: dict[str, dict[str, str]] = defaultdict(dict)
    for row in (row for row in rows if row.email):
        name = plain_name(row.name)
        if (row.email, name) not in first and (near := get_close_matches(name, identities[row.email], 1, SLIP)):
            source.wrong(row.row, "name", "two_names", email=row.email, other=first[row.email, near[0]].row)
        if first.setdefault((row.email, name), row).name != row.name:
            other = first[row.email, name]
            source.note(row.row, "name", "same_person", name=row.name, other=other.name, of=other.row)
        identities[row.email][name] = shared_identity(row.name, row.email)
    identities = {
        address: of_names if len(of_names) > 1 else dict.fromkeys(of_names, address)
        for address, of_names in identities.items()
    }
    for (address, name), row in first.items():
        if len(identities[address]) > 1:
            source.note(row.row, "email", "shared_mailbox", email=address, key=identities[address][name])
    return [_identified(row, first, identities, source) for row in rows]


def _identified(
    row: PersonRow, first: Mapping[tuple[str, str], PersonRow], identities: Identities, source: Source
) -> PersonRow:
    name = plain_name(row.name)
    leave = tuple(_delegates(row, identities, source))
    if not row.email:
        return replace(row, leave=leave)
    return replace(row, name=first[row.email, name].name, email=identities[row.email][name], leave=leave)


def _delegates(row: PersonRow, identities: Identities, source: Source) -> Iterator[Leave]:
    """Yield the leave of a row, each delegate by what tells them apart; a name decides where an address does not."""
    for leave in row.leave:
        name, address = split_identity(leave.delegate or "")
        address, known = address.lower(), identities.get(address.lower(), {})
        delegate = known.get(plain_name(name)) or (next(iter(known.values())) if len(known) == 1 else None)
        if len(known) > 1 and delegate is None:
            source.wrong(row.row, "leave", "whose_mailbox", email=address, keys="; ".join(known.values()))
            yield replace(leave, delegate=None)
        else:
            yield replace(leave, delegate=delegate or address or None)
