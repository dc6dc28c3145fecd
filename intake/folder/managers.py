"""Finds the post of a manager who is named instead of it, as exports of HR systems do."""

import re
from collections.abc import Sequence
from dataclasses import replace

from remembrancer.intake.folder.names import Names
from remembrancer.intake.folder.person_row import PersonRow
from remembrancer.intake.tables.rows import Source
from remembrancer.rules.nearest_name import folded
from remembrancer.rules.people.person_fields import plain_name, split_identity


def with_managers_post(row: PersonRow, rows: Sequence[PersonRow], posts: Names, source: Source) -> PersonRow:
    """Take a manager's name or e-mail address in `reports_to` for the one post that this person holds.

    A post in brackets after the name decides among several: 'Ward, Ruth (Head of Housing)'.
    """
    named = row.reports_to
    if not named or not posts.lack(named):
        return row
    held = [each for each in rows if each.email and _is_called(each, named)]
    in_brackets = {folded(text) for text in re.findall(r"\(([^()]+)\)", named)}
    held = [each for each in held if folded(each.post) in in_brackets] or held
    found = sorted({each.post for each in held} - {""})
    if len(found) == 1:
        source.note(row.row, "reports_to", "manager_by_name", name=named, post=found[0])
        return replace(row, reports_to=found[0])
    if len({each.email for each in held}) > 1:
        numbers = ", ".join(str(each.row) for each in held)
        source.wrong(row.row, "reports_to", "several_of_that_name", name=named, rows=numbers)
    elif found:
        source.wrong(row.row, "reports_to", "manager_of_several", name=named, posts="; ".join(found))
    elif held:
        source.wrong(row.row, "reports_to", "manager_without_post", name=named)
    else:
        source.wrong(row.row, "reports_to", "no_such_post", post=named, near=posts.nearest(named))
    return row


def _is_called(row: PersonRow, named: str) -> bool:
    return plain_name(row.name) == plain_name(named) or split_identity(row.email)[1] == named.strip().lower()
