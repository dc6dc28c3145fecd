"""Matches the leads that a sheet names with the posts and the people of people.csv."""

import re
from collections.abc import Sequence

from remembrancer.intake.folder.person_row import PersonRow
from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.rules.nearest_name import folded, nearest_of
from remembrancer.wording import phrase

_DIVIDED = re.compile(r"\s*[;\n]\s*")
_MAYBE_DIVIDED = re.compile(r"\s*(?:/|,|&|\band\b)\s*")


class Leads:
    """The posts by the ways of naming them; without people.csv (None) every name is taken as a post and none noted.

    `vacant` are posts that people.csv lacks, each with why it is thought to be one.
    """

    def __init__(self, people: Sequence[PersonRow] | None) -> None:
        self._people = people
        self._posts = {folded(row.post): row.post for row in people or () if row.post}
        self._held: dict[str, list[str]] = {}
        for row in people or ():
            for name in filter(None, (row.name, row.email)):
                self._held.setdefault(folded(name), []).extend([row.post] if row.post else [])
        self.vacant: dict[str, str] = {}

    def knows(self, name: str) -> bool:
        return folded(name) in self._posts or folded(name) in self._held

    def posts_of(self, cell: TableCell) -> list[str]:
        """The posts that a cell names, the lead first; a person who holds several posts is a problem."""
        names = [each for each in _DIVIDED.split(cell.text) if each]
        if len(names) == 1 and not self.knows(cell.text):
            parts = [each for each in _MAYBE_DIVIDED.split(cell.text) if each]
            names = parts if parts and all(self.knows(each) for each in parts) else names
        return list(dict.fromkeys(self._post(" ".join(name.split()), cell) for name in names))

    def _post(self, name: str, cell: TableCell) -> str:
        key = folded(name)
        held = list(dict.fromkeys(self._held.get(key, ())))
        if key in self._posts:
            return self._posts[key]
        if len(held) > 1:
            cell.wrong("draft_several_posts", name=name, posts=", ".join(held))
        if held:
            return held[0]
        if self._people is not None:
            near = nearest_of(name, [*self._posts.values(), *(row.name for row in self._people if row.name)])
            why = "lead_without_post" if key in self._held else "lead_near" if near else "lead_unknown"
            self.vacant[name] = phrase(f"draft.{why}", name=name, near=near or "")
        self._posts[key] = name
        return name
