"""The shipped rules of a jurisdiction, and a board's: what organisation.yaml says of its deadlines goes before."""

from functools import lru_cache

from remembrancer.problems import Problems, RefusedError, read_yaml
from remembrancer.rules.calendar.deadline_rules import DeadlineRule, Jurisdiction, Law, changed
from remembrancer.rules.organisation import BoardSpec, OrganisationSpec
from remembrancer.shipped import JURISDICTIONS


@lru_cache(maxsize=8)
def shipped(law: Law) -> Jurisdiction:
    """The file of jurisdictions/. Raises RefusedError where it is not one."""
    problems = Problems()
    found = read_yaml(JURISDICTIONS / f"{law}.yaml", Jurisdiction, problems, name=f"jurisdictions/{law}.yaml")
    if found is None:
        raise RefusedError(problems)
    return found


def rules_of(organisation: OrganisationSpec, board: BoardSpec) -> list[DeadlineRule]:
    """The rules by which a board's deadlines are counted. Raises ValueError, with every fault of the board's own."""
    return changed(shipped(organisation.law_of(board)).rules, board.rules)


def check_rules(organisation: OrganisationSpec, problems: Problems) -> None:
    for board in organisation.boards:
        try:
            rules_of(organisation, board)
        except ValueError as error:
            problems.add("organisation.yaml", None, board.key, "bad_rules", board=board.name, error=error)
