"""The names that a table may refer to: posts, refs, e-mail addresses."""

from collections.abc import Collection
from dataclasses import dataclass

from remembrancer.rules.nearest_name import nearest_of
from remembrancer.wording import phrase


@dataclass(frozen=True)
class Names:
    """Known names. They are `complete` unless the table that gives them could not be read: then none is missed,
    so that one error is not followed by fifty that it caused.
    """

    known: Collection[str]
    complete: bool = True

    def lack(self, name: str) -> bool:
        return self.complete and name not in self.known

    def nearest(self, name: str) -> str:
        """Return a sentence that names the known name nearest to one that is not known; empty where none is near."""
        found = nearest_of(name, self.known)
        return phrase("problems.nearest", name=found) if found else ""
