"""Computes the financial year of a day."""

from datetime import date

DEFAULT_YEAR_START = (4, 1)


def financial_year(day: date, start: tuple[int, int] = DEFAULT_YEAR_START) -> int:
    """Return the calendar year in which the financial year of `day` began; `start` is its first (month, day)."""
    return day.year if (day.month, day.day) >= start else day.year - 1
