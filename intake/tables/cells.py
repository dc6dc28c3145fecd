"""A workbook's cell as the text that somebody would type: a day as ISO, 45 % as '45%', 52.0 as '52'."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape

from remembrancer.intake.tables.csv_file import clean
from remembrancer.intake.tables.rows import Cell, Fault

LONGEST_NUMBER = 40  # characters; a spreadsheet keeps 15 digits
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


@dataclass(frozen=True)
class Workings:
    """What the cells of one workbook refer to: its shared texts, the number format of each style, its day nought."""

    strings: Sequence[str]
    formats: Sequence[str]
    epoch: datetime


def read_cell(kind: str, raw: str, style: int, workings: Workings) -> Cell:
    """The cell's text by its type (`t` of ISO/IEC 29500-1, 18.18.11), or why it cannot be read.

    Raises ValueError or IndexError where the workbook refers to what it does not have.
    """
    if kind == "e":
        return Fault("error_cell", raw)
    if kind == "s":
        return _text(workings.strings[int(raw)]) if raw else ""
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE", "": ""}[raw]
    if kind in ("str", "inlineStr", "d"):
        return _text(raw.removesuffix("T00:00:00") if kind == "d" else raw)
    return _number(raw, workings.formats[style] if style < len(workings.formats) else "General", workings.epoch)


def _text(raw: str) -> str:
    """_x000D_ is how a workbook writes a character that XML has not (ST_Xstring); no text of ours keeps one."""
    text = unescape(raw) if "_x" in raw else raw
    return clean(NO_TEXT.sub("", text))


def _number(raw: str, number_format: str, epoch: datetime) -> Cell:
    if not raw:
        return ""
    if len(raw) > LONGEST_NUMBER:
        raise ValueError("no number is so long")
    if is_date_format(number_format):
        return _moment(raw, number_format, epoch)
    bare = QUOTED.sub("", number_format.split(";")[0])
    if "%" in bare:
        return f"{_digits(str(round(float(raw) * 100, 10)))}%"
    text = _digits(raw)
    return text.zfill(len(bare)) if re.fullmatch("0{2,}", bare) else text


def _digits(raw: str) -> str:
    if re.fullmatch(r"-?\d+", raw):
        return raw
    value = float(raw)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"  # as spreadsheets show it


def _moment(raw: str, number_format: str, epoch: datetime) -> Cell:
    """A day, a time, or both; a month where the format shows no day, since no day was meant."""
    try:
        value = from_excel(float(raw), epoch, timedelta=is_timedelta_format(number_format))
    except (OverflowError, ValueError):
        return Fault("no_such_serial", raw)
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return _day(value, QUOTED.sub("", number_format.lower()))


def _day(value: datetime, shown: str) -> str:
    if "y" in shown and "d" not in shown:
        return f"{value:%B} {value.year:04}"
    rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    if rounded.time() == time():
        return date(rounded.year, rounded.month, rounded.day).isoformat()
    return rounded.isoformat(sep=" ").removesuffix(":00")
