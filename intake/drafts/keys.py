"""Makes keys of headers and words, none of them twice."""

import unicodedata
from collections.abc import Collection

from remembrancer.intake.folder.items import COLUMNS
from remembrancer.rules.checked_model import slugify

LONGEST_KEY = 40
TAKEN = (*COLUMNS, "answered_at", "last")
"""Names that no fact or question may have: items.csv, a responses file or a condition means something else by them."""


def key_of(name: str) -> str:
    """The key of a programme, as its file is called: savings-tracker of 'Savings tracker'; may be empty."""
    return slugify(_ascii(name)).replace("_", "-")


class Keys:
    """Gives each fact, question and option a key of its own, made from its header."""

    def __init__(self, taken: Collection[str] = TAKEN) -> None:
        self._taken = set(taken)

    def new(self, text: str, instead: str) -> str:
        """A key for a text, or where it has no letters `instead`; a number is added to one that is taken."""
        whole = slugify(_ascii(text)) or slugify(instead)
        short = whole if len(whole) <= LONGEST_KEY else whole[:LONGEST_KEY].rpartition("_")[0] or whole[:LONGEST_KEY]
        key = short.strip("_")
        number = 1
        while key in self._taken:
            number += 1
            key = f"{short}_{number}"
        self._taken.add(key)
        return key


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text.replace("%", " percent ").replace("£", " "))
