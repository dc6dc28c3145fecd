"""The shipped rules of a jurisdiction, and a board's: what organisation.yaml says of its deadlines goes before."""

from functools import lru_cache
from pathlib import Path

from intake.organisation import BoardSpec, OrganisationSpec
from intake.problems import Problems, RefusedError
from intake.yaml_file import read_yaml
from rules.board_rules import DeadlineRule, Jurisdiction, Law, changed

SHIPPED = Path(__file__).parent.parent / "jurisdictions"


@lru_cache(maxsize=8)
def shipped(law: Law) -> Jurisdiction:
    """The file of jurisdictions/. Raises RefusedError where it is not one."""
    problems = Problems()
    found = read_yaml(SHIPPED / f"{law}.yaml", Jurisdiction, problems, name=f"jurisdictions/{law}.yaml")
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
