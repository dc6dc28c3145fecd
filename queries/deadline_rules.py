"""Loads a board's deadline rules: those of its jurisdiction, with the board's own changes in organisation.yaml."""

from functools import lru_cache

from remembrancer.problems import Problems, RefusedError, read_yaml
from remembrancer.rules.calendar.deadline_rules import DeadlineRule, Jurisdiction, Law, override_rules
from remembrancer.rules.organisation import BoardSpec, OrganisationSpec
from remembrancer.shipped import JURISDICTIONS


@lru_cache(maxsize=8)
def shipped(law: Law) -> Jurisdiction:
    """Read a jurisdiction's file in jurisdictions/. Raises RefusedError for an invalid file."""
    problems = Problems()
    found = read_yaml(JURISDICTIONS / f"{law}.yaml", Jurisdiction, problems, name=f"jurisdictions/{law}.yaml")
    if found is None:
        raise RefusedError(problems)
    return found


def rules_of(organisation: OrganisationSpec, board: BoardSpec) -> list[DeadlineRule]:
    """Return a board's deadline rules. Raises ValueError, with every fault, where the board's own rules are wrong."""
    return override_rules(shipped(organisation.law_of(board)).rules, board.rules)


def check_rules(organisation: OrganisationSpec, problems: Problems) -> None:
    """Add a problem for each board whose own deadline rules are wrong."""
    for board in organisation.boards:
        try:
            rules_of(organisation, board)
        except ValueError as error:
            problems.add("organisation.yaml", None, board.key, "bad_rules", board=board.name, error=error)
