"""What takes something from somebody is shown first; a hand-over to come is seen, and whoever it concerns is told."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import ChatAccount, Post, Tenure
from tests.dialog import ADMIN, LEAD, World, fills_in, hold, presses, says, sees_again

POST = "Head of Voluntary Sector Commissioning"
NEIL, TOM = "neil.coppard", "tom.ashdown"
THURSDAY = "Thursday 5 September 2019"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def of(world: World, who: str, **more: str) -> dict[str, str]:
    with Session(world.engine) as session:
        post = session.exec(select(Post.id).where(Post.name == POST)).one()
    return {"post": str(post), "person": str(world.person_id(who))} | more


def changes(world: World, who: str, change: str, shows: str | list[str]) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("A post that several hold"), "one is asked first"),
            (ADMIN, fills_in(**of(world, who, change=change)), shows),
        ],
    )


def hands_over(world: World, to: str, shows: str | list[str], **more: str) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Hand a post over"), "Which post?"),
            (ADMIN, fills_in(**of(world, to, **more)), shows),
            (ADMIN, presses("Hand it over"), POST),
        ],
    )


def holders(world: World) -> list[int]:
    with Session(world.engine) as session:
        return list(session.exec(select(Tenure.person_id).join(Post).where(Post.name == POST)))


def test_a_post_is_not_taken_from_somebody_before_it_is_confirmed(world: World) -> None:
    changes(
        world,
        LEAD,
        "release",
        [
            "Ruth Fairbrass holds it no more from today. It is vacant then.",
            "Nobody leads these then, and the secretary is asked for them:",
            "**52** – Review",
            "Told: Ruth Fairbrass. Nothing is done until you confirm.",
        ],
    )
    hold(
        world,
        [
            (LEAD, says("my"), "52 – "),
            (ADMIN, presses("They hold it no more"), f"{POST} is vacant now. Nobody leads 52 now"),
            (LEAD, sees_again(), f"The post {POST} is no longer yours; it is vacant."),
            (ADMIN, presses("They hold it no more"), "Ruth Fairbrass does not hold"),
        ],
    )


def test_what_changed_since_a_release_was_shown_is_shown_again(world: World) -> None:
    changes(world, LEAD, "release", "It is vacant then.")
    changes(world, TOM, "hold", "is held by Ruth Fairbrass and Tom Ashdown")
    hold(
        world,
        [
            (ADMIN, presses("They hold it no more"), ["Something has changed", "It is still held by Tom Ashdown."]),
            (ADMIN, presses("They hold it no more"), "is held by Tom Ashdown from"),
        ],
    )


@pytest.mark.both_databases
def test_a_hand_over_to_come_is_listed_and_is_told_when_it_is_undone(world: World) -> None:
    hands_over(world, NEIL, "instead of Ruth Fairbrass", first_day="2019-09-05")
    hold(
        world,
        [
            (ADMIN, says("people"), f"{POST}: Ruth Fairbrass; from {THURSDAY}: Neil Coppard"),
            (NEIL, sees_again(), [f"From {THURSDAY} you hold the post {POST}", "not: Write **my** to see it now"]),
        ],
    )
    hands_over(
        world,
        LEAD,
        [
            f"Ruth Fairbrass goes on holding it. Neil Coppard does not hold it from {THURSDAY} after all.",
            "Told: Neil Coppard and Ruth Fairbrass.",
        ],
    )
    hold(
        world,
        [
            (NEIL, sees_again(), f"You do not hold the post {POST} from {THURSDAY} after all: it is held by Ruth"),
            (LEAD, sees_again(), f"You go on holding the post {POST}; Neil Coppard does not hold it from {THURSDAY}"),
            (ADMIN, says("people"), [f"{POST}: Ruth Fairbrass\n", "not: from Thursday"]),
        ],
    )
    assert holders(world) == [world.person_id(LEAD)]


def test_a_hand_over_is_undone_from_its_own_day_too(world: World) -> None:
    hands_over(world, NEIL, "instead of Ruth Fairbrass", first_day="2019-09-05")
    hands_over(world, LEAD, "Ruth Fairbrass goes on holding it.", first_day="2019-09-05")
    hold(world, [(NEIL, sees_again(), "after all"), (LEAD, sees_again(), "You go on holding")])
    assert holders(world) == [world.person_id(LEAD)]


def test_a_member_who_is_added_and_taken_away_on_one_day_hears_both(world: World) -> None:
    changes(world, TOM, "hold", "is held by")
    changes(world, TOM, "release", "Tom Ashdown holds it no more from today.")
    hold(
        world,
        [
            (ADMIN, presses("They hold it no more"), "is held by Ruth Fairbrass"),
            (TOM, sees_again(), [f"You now hold the post {POST}", f"The post {POST} is now held by Ruth Fairbrass."]),
        ],
    )


def test_a_vacant_post_is_handed_over_instead_of_nobody_named(world: World) -> None:
    with Session(world.engine) as session:
        for tenure in session.exec(select(Tenure).join(Post).where(Post.name == POST)).all():
            session.delete(tenure)
        session.commit()
    hands_over(world, TOM, ["Tom Ashdown holds it. Nobody holds it now.", "not: instead of", "Told: Tom Ashdown."])


def test_every_field_that_is_needed_and_blank_is_named_at_once(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Hand a post over"), "Which post?"),
            (ADMIN, fills_in(), ["Choose a post.", "Choose somebody."]),
            (ADMIN, presses("Somebody joins"), "Write who joins."),
            (ADMIN, fills_in(), ["Write the person's e-mail address.", "Write the person's name.", "not: ''"]),
        ],
    )


def test_a_sandbox_account_that_nobody_has_is_refused_so_that_nobody_is_cut_off(world: World) -> None:
    person = {"person": str(world.person_id(LEAD)), "platform": "sandbox"}
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Link an account"), "Chat platform"),
            (ADMIN, fills_in(**person, conversation="ruthf"), "Nobody has the sandbox account 'ruthf'"),
            (ADMIN, fills_in(conversation="Ruth.Fairbrass@example.org"), "is linked to Ruth Fairbrass already"),
        ],
    )


def test_an_account_is_linked_only_on_a_platform_there_is_and_unlinked_once_confirmed(world: World) -> None:
    person = {"person": str(world.person_id(LEAD))}
    hold(
        world,
        [
            (ADMIN, says("people"), POST),
            (ADMIN, presses("Link an account"), "Chat platform"),
            (ADMIN, fills_in(**person, platform="slakc", conversation="ruth"), "the platforms are slack, teams, san"),
            (ADMIN, fills_in(platform="slack"), "is reached on slack as ruth"),
            (ADMIN, presses("Unlink an account"), "You see what follows"),
            (ADMIN, fills_in(**person, platform="teams"), "Ruth Fairbrass is not linked to teams"),
            (
                ADMIN,
                fills_in(platform="slack"),
                ["is not reached on slack as ruth any more.", "still reached on sandbox", "Nothing is done until"],
            ),
            (ADMIN, presses("Take the link away"), "Ruth Fairbrass is not reached on slack any more."),
            (ADMIN, presses("Unlink an account"), "You see what follows"),
            (ADMIN, fills_in(**person, platform="sandbox"), "no message reaches them"),
        ],
    )
    ruth = world.person_id(LEAD)
    with Session(world.engine) as session:
        query = select(ChatAccount.platform).where(ChatAccount.person_id == ruth)
        assert session.exec(query).all() == ["sandbox"]
