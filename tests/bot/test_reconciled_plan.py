"""What leads expect to report to a board against what is on its forward plan, in the pack that the secretary gets."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import Edit
from tests.dialog import LEAD, SECRETARY, World, fills_in, hold, presses, waits_until

BOARD = "asch_cabinet_committee"


@pytest.fixture
def world(engine: Engine, folder: Path, edit: Edit) -> World:
    edit(
        "organisation.yaml",
        'channel: "#asch-cabinet-committee"\n    secretary: Democratic Services Officer',
        'channel: "#asch-cabinet-committee"\n    secretary: Democratic Services Officer\n'
        "    rules: {agenda_setting: {used: true}}",
    )
    (folder / "meetings.csv").write_text(f"board,id,date,time\n{BOARD},NOV,2019-11-29,10:00\n")
    (folder / "forward_plan.csv").write_text(
        "board,item,recurrence,meeting,lead_post,programme,ref\n"
        f"{BOARD},Carers short breaks,one-off,2019-11-29,Head of Local Care,strategic-delivery-plan,59\n"
        f"{BOARD},Grants review,one-off,2019-11-29,Head of Local Care,strategic-delivery-plan,52\n"
        f"{BOARD},Budget,one-off,2019-11-29,,,\n"
    )
    return World(engine, folder)


@pytest.mark.both_databases
def test_both_ways_are_in_the_pack_and_what_agrees_is_not(world: World) -> None:
    world.wait_until("2019-08-30 09:00")
    hold(
        world,
        [
            (LEAD, presses("Answer", "52"), "Which boards do you expect to report to"),
            (
                LEAD,
                fills_in(
                    delivery="on_track", progress_description="As planned.", expected_reporting={BOARD: "2019-11-29"}
                ),
                "Stored",
            ),
            ("helen.marsh", presses("Answer", "48"), "Which boards do you expect to report to"),
            (
                "helen.marsh",
                fills_in(
                    delivery="on_track",
                    progress_description="As planned.",
                    expected_reporting={BOARD: "2020-01-15"},
                ),
                "Stored",
            ),
            (
                SECRETARY,
                waits_until("2019-10-18 09:00"),
                [
                    "# Agenda setting",
                    "## What leads expect, against the forward plan",
                    "**48 – ",
                    "expects to report here on Wednesday 15 January 2020, and is not on the plan",
                    "**Carers short breaks** is on the plan, and its lead does not expect to report here",
                    "not: **Grants review** is on the plan, and",
                    "not: **Budget** is on the plan, and",
                ],
            ),
        ],
    )


def test_the_secretary_reads_both_ways_during_the_window_too(world: World) -> None:
    world.wait_until("2019-08-30 09:00")
    hold(
        world,
        [
            ("helen.marsh", presses("Answer", "48"), "Which boards do you expect to report to"),
            (
                "helen.marsh",
                fills_in(delivery="on_track", progress_description="As planned.", expected_reporting={BOARD: ""}),
                "Stored",
            ),
            (
                SECRETARY,
                waits_until("2019-09-06 10:30"),
                [
                    "1 of 17 received",
                    "Committee: what leads expect, against the forward plan**",
                    "**48 – ",
                    "expects to report here, and is not on the plan",
                    "**Carers short breaks** is on the plan, and its lead",
                    "not: **Budget** is on the plan",
                ],
            ),
        ],
    )
