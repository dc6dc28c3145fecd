"""Drafts the options of a list; of a scale with their colours, the best first."""

from dataclasses import dataclass

from remembrancer.intake.drafts.cell_kinds import COLOURS, SCALE, Held, Kind, colour_of
from remembrancer.intake.drafts.keys import Keys
from remembrancer.intake.tables.column_mapping import plain
from remembrancer.wording import phrase, plural

SYMBOLS = {"blue": "★", "green": "●", "amber": "▲", "red": "■", "grey": "○"}
BEST_FIRST = (*COLOURS, "")


@dataclass(frozen=True)
class DraftOption:
    """One value of a list; `note` says how often it stands in the sheet, or that it does not."""

    key: str
    word: str
    note: str
    colour: str = ""
    symbol: str = ""


def options_of(held: Held, is_status: bool) -> list[DraftOption]:
    """The values of a list, those of a scale with the best first; a rating in colours is made whole."""
    is_scale = held.kind == Kind.SCALE or is_status
    by_colour: dict[str, list[tuple[str, int]]] = {colour: [] for colour in BEST_FIRST}
    for value, count in held.values.items():
        letters_count = held.kind == Kind.SCALE or len(plain(value)) > 1
        by_colour[colour_of(value) if is_scale and letters_count else ""].append((value, count))
    words = [plain(value) for value in held.values]
    is_rating = is_status and all(word in SCALE and SCALE[word][: len(word)] == word for word in words)
    keys, options = Keys(()), []
    for colour in BEST_FIRST:
        lacking = is_rating and colour in ("green", "amber", "red") and not by_colour[colour]
        if lacking:
            options.append(_option(colour.capitalize(), colour, phrase("draft.added_option"), keys, True))
        for at, (value, count) in enumerate(by_colour[colour]):
            note = phrase("draft.times", cells=in_cells(count))
            options.append(_option(value, colour, note, keys, at == 0))
    return options


def in_cells(count: int) -> str:
    """'1 cell', '12 cells'."""
    return plural(count, phrase("draft.cell"), phrase("draft.cells"))


def _option(value: str, colour: str, note: str, keys: Keys, is_first: bool) -> DraftOption:
    """One option; a rating's letter is given its word, and the first of each colour its symbol."""
    letter = plain(value) if SCALE.get(plain(value)) == colour and len(plain(value)) == 1 else ""
    word = colour.capitalize() if letter else value
    note = phrase("draft.written", value=value, note=note) if letter else note
    symbol = SYMBOLS.get(colour, "") if is_first else ""
    return DraftOption(keys.new(word, "option"), word, note, colour, symbol)
