"""An organisation adds a stage of papers by a file alone: it is asked, answered, chased, shown and previewed."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from remembrancer.intake.folder.reader import read_folder
from remembrancer.problems import RefusedError
from remembrancer.scheduler.prompts.planner import load_subjects, plan_due
from remembrancer.shipped import PROGRAMMES
from tests.conftest import Edit
from tests.dialog import (
    ADMIN,
    LEAD,
    SECRETARY,
    World,
    fills_in,
    hold,
    london,
    presses,
    replies,
    says,
    sees_again,
    waits_until,
)

BOARD = "asch_cabinet_committee"
PAPER = "Grants review"
ADVICE = """\
  - key: legal
    deadline: legal_advice
    after: draft
    ahead: 5
    ask: Has legal advised?
    button: Legal has advised
    done: legal has advised
    name: legal advice
    next: "legal advice due {day}"
    late: "legal advice late: was due {day}"
    called: [legal]
    said_as: [advised]

"""
OWN = "programmes/forward-plan.yaml"
RULES = """\
    secretary: Democratic Services Officer
    rules:
      first_draft: {count: 9, from: meeting, used: true}
      legal: {name: Legal advice, kind: legal_advice, count: 5, unit: working_days, basis: The council's own}
    asks: {legal: 2}
  - key: strategic_corporate_board
"""


@pytest.fixture
def own(folder: Path, edit: Edit) -> Path:
    """A folder with a paper for Thursday 19 September 2019: its draft by the 6th, and legal advice by the 12th."""
    shipped = (PROGRAMMES / "forward-plan.yaml").read_text(encoding="utf-8")
    (folder / "programmes").mkdir()
    (folder / OWN).write_text(shipped.replace("  - key: cleared\n", f"{ADVICE}  - key: cleared\n"), encoding="utf-8")
    first = "    secretary: Democratic Services Officer\n  - key: strategic_corporate_board\n"
    edit("organisation.yaml", first, RULES)
    (folder / "meetings.csv").write_text(f"board,id,date,time\n{BOARD},SEP,2019-09-19,10:00\n")
    (folder / "forward_plan.csv").write_text(
        "board,item,recurrence,meeting,lead_post\n"
        f"{BOARD},{PAPER},one-off,2019-09-19,Head of Voluntary Sector Commissioning\n"
    )
    return folder


@pytest.mark.both_databases
def test_a_stage_of_its_own_is_asked_about_after_the_draft_by_the_boards_days_and_answered_in_words(
    engine: Engine, own: Path
) -> None:
    world = World(engine, own, at="2019-09-04 10:00")
    hold(
        world,
        [
            (LEAD, presses("The draft is in", PAPER), "the draft is in. Thank you."),
            (LEAD, waits_until("2019-09-09 17:00"), "not: legal"),
            (LEAD, waits_until("2019-09-10 09:00"), ["Has legal advised?", "by Thursday 12 September 2019"]),
            (SECRETARY, says("plan asch"), ["the draft is in", "legal advice due 12 Sep 2019"]),
            (LEAD, replies("not yet, they want the annex"), PAPER),
            (LEAD, waits_until("2019-09-13 09:00"), ["late", "Has legal advised?"]),
            (LEAD, says("Grants review: legal has advised"), f"{PAPER}: legal has advised. Thank you."),
            (LEAD, sees_again(), "✓ Legal has advised."),
            (SECRETARY, says("plan asch"), "all is in"),
        ],
    )


def test_the_preview_names_the_step_of_a_stage_of_its_own(engine: Engine, own: Path) -> None:
    world = World(engine, own, at="2019-09-04 10:00")
    hold(
        world,
        [
            (LEAD, presses("The draft is in", PAPER), "Thank you"),
            (ADMIN, says("preview"), ["Has legal advised?", "late: legal advice"]),
        ],
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "after: draft\n    ahead: 5",
            "after: final\n    ahead: 5",
            "legal comes after final, which is",
        ),
        ("key: legal\n", "key: draft\n", "two stages are called draft"),
        ("legal_advice", "clearance", "two stages have the deadline clearance"),
        (
            'was due {day}"\n    called: [legal]',
            'was due {date}"\n    called: [legal]',
            "and no other value",
        ),
        ("key: legal\n", "key: special_urgency\n", "which is a route to a key decision"),
        ("    to: secretary\n", "", "is the secretary's"),
        ("deadline: key_decision_notice", "deadline: notices", "is the secretary's"),
        ("said_as: [advised]", "said_as: [cleared]", "two stages are known by the word cleared"),
        ("said_as: [advised]", "said_as: [signed off]", "'signed off' is not one word"),
        ("legal advice due {day}", "legal advice due {day[x]}", "and no other value"),
    ],
)
def test_a_file_of_stages_that_does_not_hang_together_is_refused(
    own: Path, edit: Edit, old: str, new: str, problem: str
) -> None:
    edit(OWN, old, new)
    with pytest.raises(RefusedError, match=problem):
        read_folder(own)


def test_days_for_a_stage_that_there_is_not_are_refused_with_those_that_there_are(own: Path, edit: Edit) -> None:
    edit("organisation.yaml", "asks: {legal: 2}", "asks: {lawyer: 2}")
    with pytest.raises(RefusedError, match="'lawyer'; there are coming, draft, legal, cleared, final, notice"):
        read_folder(own)


def test_stages_have_a_file_of_their_own(own: Path) -> None:
    (own / OWN).rename(own / "stages.yaml")
    stages = "\n".join(f"  {line}" for line in (own / "stages.yaml").read_text(encoding="utf-8").splitlines())
    with (own / "organisation.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\nforward_plan:\n{stages}\n")
    with pytest.raises(RefusedError, match=r"written in programmes/forward-plan\.yaml"):
        read_folder(own)


def test_the_same_file_is_the_same_definition_in_every_process() -> None:
    """Loading an unchanged folder changes nothing: no part of the definition has an order of its own."""
    script = (
        "import json; from remembrancer.queries.stages import _shipped;"
        "print(json.dumps(_shipped().model_dump(mode='json')))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1


def test_a_stage_that_the_secretary_answers_is_taken_back_without_the_leads(
    engine: Engine, own: Path, edit: Edit
) -> None:
    edit(OWN, "    deadline: legal_advice\n    after: draft\n", "    deadline: legal_advice\n    to: secretary\n")
    world = World(engine, own, at="2019-09-04 10:00")
    hold(
        world,
        [
            (LEAD, presses("The draft is in", PAPER), "the draft is in. Thank you."),
            (SECRETARY, waits_until("2019-09-10 09:00"), ["Has legal advised?"]),
            (SECRETARY, presses("Legal has advised", PAPER), "legal has advised. Thank you."),
            (SECRETARY, presses("Not so after all", PAPER), "What is it waiting for"),
            (SECRETARY, fills_in(reason="it was another paper"), PAPER),
            (SECRETARY, says("plan asch"), ["the draft is in", "legal advice due 12 Sep 2019"]),
        ],
    )


def test_a_message_about_a_stage_that_there_is_no_more_is_not_sent(engine: Engine, own: Path, edit: Edit) -> None:
    world = World(engine, own, at="2019-09-04 10:00")
    hold(world, [(LEAD, presses("The draft is in", PAPER), "Thank you"), (LEAD, presses("No change", "52"), "Stored")])
    world.clock.set(london("2019-09-10 09:00"))
    loaded = load_subjects(engine, world.clock.now())
    assert loaded is not None
    assert plan_due(engine, *loaded, world.clock.now()) > 0
    edit(OWN, ADVICE, "")
    edit("organisation.yaml", "    asks: {legal: 2}\n", "")
    before = len(world.posts(LEAD))
    world.load_again(own)
    assert not [post for post in world.posts(LEAD)[before:] if "legal" in post.message.text]
