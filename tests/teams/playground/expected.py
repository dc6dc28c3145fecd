"""What must have come of the quarter that is lived through in test_quarter_in_playground.py."""

from tests.teams.playground.quarter import DIRECTOR, LEADS, SECRETARY

STEPS = {
    "half_way": ("49", "51", "55", "56", "59", "60", "61"),
    "two_days_before": ("55", "56", "59", "60", "61"),
    "closing_morning": ("55", "56", "61"),
}
"""Whose lead is chased at each step."""

ASKED_AT = [
    *((who, ref, "opening") for ref, who in LEADS.items()),
    *((LEADS[ref], ref, step) for step, refs in STEPS.items() for ref in refs),
    ("tom.ashdown", "47", "opening"),
    ("helen.marsh", "54", "opening"),
    ("sadia.malik", "50", "snoozed_until_20190902T0800"),
    *(("naomi.fielding", ref, "manager_told") for ref in ("55", "56")),
    ("colin.baxter", "61", "manager_told"),
    (DIRECTOR, "55", "director_told"),
    (SECRETARY, "55", "secretary_told"),
]
GIVEN = {
    **{ref: (LEADS[ref], "no_change") for ref in ("45", "48", "50", "57", "58")},
    **{ref: (LEADS[ref], "words") for ref in ("46", "49", "53")},
    **{ref: (LEADS[ref], "form") for ref in ("51", "52", "56", "59")},
    "47": ("tom.ashdown", "no_change"),
    "54": ("helen.marsh", "no_change"),
    "61": ("colin.baxter", "form"),
}
"""Who answered, and how. Of 55 there is no update, and 60 is withdrawn."""

DIGESTS = [
    ("addendum", "r1-2019-09-17-b1"),
    ("close", "r1-b1"),
    ("lock", "r1"),
    ("lock", "r1-b1"),
    *(("progress", f"{step}-r1-p5") for step in ("closing_morning", "half_way", "two_days_before")),
]
