"""The names that a table may refer to: posts, refs, e-mail addresses."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from remembrancer.wording import phrase

SAME = str.maketrans("‘’‛`“”–—‑\xa0", "''''\"\"--- ")
"""Characters that spreadsheets and mail programs put in the place of others."""
MIN_SIMILARITY = 0.8  # least difflib ratio (0 to 1) at which a name is taken for a slip of another


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


def nearest_of(name: str, known: Collection[str]) -> str | None:
    """Return the known name that differs from this by capitals, spaces, quotes and dashes alone, or else a letter."""
    alike = {_folded(each): each for each in known}
    folded = _folded(name)
    close = [folded] if folded in alike else get_close_matches(folded, alike, n=1, cutoff=MIN_SIMILARITY)
    return alike[close[0]] if close else None


def _folded(name: str) -> str:
    return " ".join(name.translate(SAME).casefold().split())
