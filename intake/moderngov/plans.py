"""Parses the editions of a forward plan from the page mgListPlans.aspx; the web service has no method for them."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from remembrancer.intake.moderngov.pages import pieces
from remembrancer.intake.moderngov.types import ForwardPlan
from remembrancer.intake.moderngov.values import slashed_day, worded_day
from remembrancer.problems import Problems

PLANS = "mgListPlans"
_TITLE = re.compile(
    r".+ - (?P<dated>\d{1,2} \w+ \d{4}) "
    r"\([\d/]{8,10} to (?P<last>[\d/]{8,10})(?:, ?(?P<body>[^()]+))?\)",
    re.ASCII,
)


def read_plans(page: bytes, problems: Problems) -> list[ForwardPlan] | None:
    """Parse the editions of a forward plan in the page's order; None and problems where there are none.

    A link whose text has no date and period is left out.
    """
    wrong = len(problems.found)
    seen = pieces(page, PLANS, problems)
    links = [piece for piece in seen if "mglistplanitems.aspx" in piece.address.lower()]
    plans = []
    for at, link in enumerate(links, 1):
        plan = parse_title(link.text, PLANS, at, problems)
        if plan is not None:
            plans.append(replace(plan, id=number_in(link.address, "planid"), parent=number_in(link.address, "rp")))
    if not plans and len(problems.found) == wrong:
        problems.add(PLANS, None, None, "plans_not_there")
    return plans if len(problems.found) == wrong else None


def parse_title(text: str, file: str, at: int | None, problems: Problems) -> ForwardPlan | None:
    """Parse 'Forthcoming Executive Decisions - 2 September 2022 (02/09/2022 to 31/01/2023, Cabinet)'."""
    found = _TITLE.fullmatch(text)
    if found is None:
        return None
    try:
        dated, last = worded_day(found["dated"]), slashed_day(found["last"])
    except ValueError:
        problems.add(file, at, None, "no_such_day", text=text[:120])
        return None
    return ForwardPlan(dated, last, (found["body"] or "").strip()) if dated and last else None


def number_in(address: str, name: str) -> int | None:
    """Return a number from an address's query; the case of its name does not matter."""
    query = {key.lower(): values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    text = query.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
