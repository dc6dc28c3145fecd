"""Finds the name that was most likely meant by one that is not known."""

from collections.abc import Collection
from difflib import get_close_matches

SAME = str.maketrans("‘’‛`“”–—‑\xa0", "''''\"\"--- ")
"""Characters that spreadsheets and mail programs put in the place of others."""
MIN_SIMILARITY = 0.8  # least difflib ratio (0 to 1) at which a name is taken for a slip of another


def nearest_of(name: str, known: Collection[str]) -> str | None:
    """Return the known name that differs from this by capitals, spaces, quotes and dashes alone, or else a letter."""
    alike = {folded(each): each for each in known}
    plain = folded(name)
    close = [plain] if plain in alike else get_close_matches(plain, alike, n=1, cutoff=MIN_SIMILARITY)
    return alike[close[0]] if close else None


def folded(name: str) -> str:
    """Return a name without differences of capitals, spaces, quotes and dashes."""
    return " ".join(name.translate(SAME).casefold().split())
