"""Loads the stages of papers: the organisation's own file or the shipped one, with each board's days to ask ahead."""

from functools import lru_cache

from remembrancer.problems import Problems, RefusedError, read_yaml
from remembrancer.rules.forward_plan.stages import StagedProgramme, Stages
from remembrancer.rules.organisation import OrganisationSpec
from remembrancer.shipped import PROGRAMMES


@lru_cache(maxsize=1)
def _shipped() -> StagedProgramme:
    problems = Problems()
    found = read_yaml(PROGRAMMES / "forward-plan.yaml", StagedProgramme, problems)
    if found is None:
        raise RefusedError(problems)
    return found


def stages(organisation: OrganisationSpec) -> Stages:
    """Return the stages of the organisation's papers."""
    return Stages((organisation.forward_plan or _shipped()).stages)


def stages_by_board(organisation: OrganisationSpec) -> dict[str, Stages]:
    """Return the stages of the papers of each board, by board (key)."""
    found = stages(organisation)
    return {board.key: found.with_ahead(board.asks) if board.asks else found for board in organisation.boards}


def check_asks(organisation: OrganisationSpec, problems: Problems) -> None:
    """Add a problem for each board whose `asks` name a stage that there is not."""
    known = stages(organisation).by_key
    for board in organisation.boards:
        for key in board.asks.keys() - known.keys():
            problems.add("organisation.yaml", None, board.key, "no_such_stage", stage=key, known=", ".join(known))
