"""What secretaries ask for in their own words: nothing is done by a question, and what was said is used."""

import pytest
from sqlalchemy import Engine

from tests.dialog import ADMIN, LEAD, SECRETARY, World, fills_in, hold, presses, says


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-09 10:00", first=one_answer)


def one_answer(world: World) -> None:
    answers = [(LEAD, says("on track, contracts are signed"), "Nothing is sent"), (LEAD, says("send it"), "Stored")]
    hold(world, answers)


@pytest.mark.parametrize("text", ["accept everything?", "chase everyone?", "chase Priya Raman?", "accept 52?"])
def test_a_question_accepts_and_chases_nobody(world: World, text: str) -> None:
    hold(world, [(SECRETARY, says(text), ["not: is accepted", "not: are accepted", "not: is asked now"])])


def test_a_question_sends_no_draft(world: World) -> None:
    hold(
        world,
        [
            ("priya.raman", says("on track, two posts are filled"), "Nothing is sent until you confirm"),
            ("priya.raman", says("send it?"), "not: Stored"),
            ("priya.raman", says("ok?"), "not: Stored"),
            ("priya.raman", says("ok, send it"), "Stored"),
        ],
    )


@pytest.mark.parametrize("text", ["52 is fine, thanks", "52 looks good", "52 is ok"])
def test_praise_of_an_answer_that_is_in_is_no_answer_of_the_secretarys(world: World, text: str) -> None:
    hold(
        world,
        [
            (SECRETARY, says(text), ["I am not sure how this is meant", "not: This is what was understood"]),
            (SECRETARY, presses("Accept"), "accepted"),
        ],
    )


def test_whoever_has_answered_is_not_chased_and_the_reply_says_so(world: World) -> None:
    hold(
        world,
        [(SECRETARY, says("Please chase Ruth on 52"), ["52", "nobody need be chased for it", "not: Nobody here"])],
    )


@pytest.mark.parametrize("text", ["nudge priya and helen", "Please chase Priya Raman, Helen Marsh"])
def test_two_people_who_are_named_are_both_chased(world: World, text: str) -> None:
    hold(world, [(SECRETARY, says(text), ["Priya Raman is asked now", "Helen Marsh is asked now"])])


@pytest.mark.parametrize(
    "text",
    [
        "Please accept Ruth's answer on item 52",
        "accept item 52",
        "could you accept the answer for 52 please",
    ],
)
def test_an_answer_is_accepted_by_its_number_however_it_is_called(world: World, text: str) -> None:
    hold(world, [(SECRETARY, says(text), "accepted")])


@pytest.mark.parametrize(
    "text",
    [
        "Chase everyone who is still outstanding",
        "chase the ones with no answer",
        "chase everyone who hasn't replied",
        "could you tell me please who has answered so far this quarter",
        "who still hasn't sent anything in for q2?",
        "how many updates are we still waiting for",
    ],
)
def test_who_is_in_and_who_is_missing_is_shown(world: World, text: str) -> None:
    hold(world, [(SECRETARY, says(text), ["1 of 17 received"])])


@pytest.mark.parametrize(
    "text", ["what did Ruth say for 52", "Have we heard from Ruth on 52?", "show me 52", "is 52 in yet?"]
)
def test_one_answer_is_shown_to_who_asks_for_it(world: World, text: str) -> None:
    hold(world, [(SECRETARY, says(text), ["52 – Review of Voluntary", "Contracts are signed"])])


@pytest.mark.parametrize(
    "text", ["dont post the digest yet", "Hold the digest for now please, the Chair wants it first"]
)
def test_the_one_digest_that_waits_is_held_by_the_order(world: World, text: str) -> None:
    world.wait_until("2019-09-13 13:30")
    hold(world, [(SECRETARY, says(text), ["Held:", "is told nothing until you let it go"])])
    world.wait_until("2019-09-18 17:30")
    assert "Held" in "".join(post.message.text for post in world.posts(SECRETARY))
    hold(world, [(SECRETARY, says("is the digest held"), "⏸ Held.")])


@pytest.mark.parametrize("text", ["hold it", "stop it", "keep it"])
def test_it_may_be_something_else_than_the_digest(world: World, text: str) -> None:
    world.wait_until("2019-09-13 13:30")
    hold(world, [(SECRETARY, says(text), "not: Held:")])


def test_a_digest_is_posted_by_its_button_alone(world: World) -> None:
    world.wait_until("2019-09-13 13:30")
    hold(world, [(SECRETARY, says("post the digest now"), "Nothing is held or posted yet: press the button")])


@pytest.mark.parametrize("text", ["Thanks, that's great", "thanks, that's really helpful"])
def test_thanks_are_thanks(world: World, text: str) -> None:
    hold(world, [(SECRETARY, says(text), "You are welcome")])


@pytest.mark.parametrize(("who", "names"), [(SECRETARY, "'status'"), (ADMIN, "'preview'")])
def test_what_is_not_understood_names_what_this_person_can_ask(world: World, who: str, names: str) -> None:
    hold(world, [(who, says("the quarterly thing with the figures again"), ["I am not sure how this is meant", names])])


@pytest.mark.parametrize(
    ("who", "text", "meant"),
    [
        (ADMIN, "extned q2", "extend q2"),
        (ADMIN, "mvoe q2 to 20 september", "move q2 to 20 september"),
        (SECRETARY, "acept 52", "accept 52"),
        (SECRETARY, "chsae priya", "chase priya"),
    ],
)
def test_a_mistyped_order_is_asked_about(world: World, who: str, text: str, meant: str) -> None:
    hold(world, [(who, says(text), [f"Did you mean '{meant}'?", "not: is asked now", "not: accepted"])])


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("who leads 52", "52 is led by Head of Voluntary Sector Commissioning – Ruth Fairbrass"),
        ("whose is 48?", "48 is led by Market Shaping Manager – Helen Marsh"),
        ("When is the next board meeting?", "Forward plan"),
    ],
)
def test_who_leads_and_when_the_board_meets_is_answered(world: World, text: str, shows: str) -> None:
    hold(world, [(SECRETARY, says(text), shows)])


@pytest.mark.parametrize(
    "text", ["Update for 45 from Priya: on track, two posts are filled", "45 from Priya: on track"]
)
def test_an_answer_on_behalf_names_the_item_first(world: World, text: str) -> None:
    hold(world, [(SECRETARY, says(text), ["**45 –", "Yes, it is on track", "Nothing is sent until you confirm"])])


def test_what_was_accepted_and_what_was_sent_back_is_repeated(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("accept everything"), "1 answer is accepted: 52."),
            (SECRETARY, says("send 52 back: no date in it"), ["Ruth Fairbrass", "'no date in it'"]),
        ],
    )


@pytest.mark.parametrize(
    "text",
    [
        "send back 52 unless she's given a date",
        "reject 52 if she cant give a date",
        "send 52 back, or should I accept it",
        "send back 52: no don't",
        "send 52 back only after I've spoken to ruth",
        "send 52 back when tom has answered",
        "send 52 back tomorrow, needs a date",
        "send 52 back on wednesday: needs go live date",
        "send 52 back as soon as priya has replied",
        "send 52 back and chase tom",
        "reject 52 and 53",
        "send 52 back not 53",
        "undo?",
        "I'm away thursday?",
        "chase Tom tomorrow",
        "has everyone answered",
    ],
)
def test_a_condition_another_time_or_a_second_order_does_nothing(world: World, text: str) -> None:
    hold(
        world, [(SECRETARY, says(text), ["I am not sure", "not: sent back", "not: is asked now", "not: You are away"])]
    )


@pytest.mark.parametrize(
    "text",
    ["send 52 back to ruth", "return 52 to ruth please", "return 52 to Ruth Fairbrass", "send 52 back to the lead"],
)
def test_an_answer_is_sent_back_with_a_reason_alone(world: World, text: str) -> None:
    hold(
        world,
        [
            (SECRETARY, says(text), ["What should be looked at again?", "not: is sent back"]),
            (SECRETARY, fills_in(reason="No date."), "with your reason, 'No date.'"),
        ],
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("reject 52 please, not enough detail", "not enough detail"),
        ("return 52 to her, no date", "no date"),
        ("send 52 back to ruth - needs a go live date", "needs a go live date"),
        ("52 needs sending back, no dates", "no dates"),
    ],
)
def test_the_reason_is_what_was_said_after_who_gets_it(world: World, text: str, reason: str) -> None:
    hold(world, [(SECRETARY, says(text), f"with your reason, '{reason}'")])


def test_all_but_some_are_accepted(world: World) -> None:
    hold(
        world,
        [
            ("tom.ashdown", presses("No change"), "Stored"),
            (SECRETARY, says("accept all except 46"), ["52 is accepted", "not: 46 is accepted"]),
            (SECRETARY, says("accept all but 46"), "There is no answer to accept yet"),
        ],
    )


def test_what_is_accepted_without_a_name_is_one_of_those_that_are_in(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("actually just accept it"), "52 is accepted"),
            (SECRETARY, says("accept it"), ["There is no answer to accept yet", "not: 45"]),
            (SECRETARY, says("undo"), "What you accepted can be sent back"),
        ],
    )


def test_an_order_with_a_question_in_it_is_no_update(world: World) -> None:
    hold(world, [(SECRETARY, says("send 52 back: which contracts? and when do they start?"), "I am not sure")])
    assert "It is the update of 52" not in [button.label for button in world.buttons(SECRETARY)]


def test_two_answers_in_one_line_are_each_read(world: World) -> None:
    hold(world, [(SECRETARY, says("46: on track; 45 amber capacity"), ["**46 –", "**45 –", "remedial action"])])


def test_nobody_is_chased_where_one_of_the_names_is_not_known(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("chase Priya Raman and Bob"), ["Nobody here is called 'Bob'", "not: is asked now"]),
            (SECRETARY, says("chase Sadia, Helan and Daniel"), ["'Helan', so nobody was asked", "not: is asked now"]),
            (SECRETARY, says("chase Helan Marsh"), ["so nobody was asked", "The nearest is 'Helen Marsh'"]),
        ],
    )


def test_each_person_who_is_named_has_a_line(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("chase Priya Raman"), "Priya Raman is asked now for 45"),
            (
                SECRETARY,
                says("chase Priya Raman, Owen and Margaret Linden"),
                ["Priya Raman has just been asked", "Owen Pritchard is asked now", "Nothing is missing from Margaret"],
            ),
        ],
    )


def test_a_name_beside_a_ref_must_be_who_is_asked_for_it(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("chase Ruth for 53"), ["53 is asked of James Okafor, not of Ruth", "not: is asked now"]),
            (SECRETARY, says("chase James for 53"), "James Okafor is asked now for 53"),
        ],
    )


def test_who_holds_a_post_is_chased_by_its_name(world: World) -> None:
    hold(world, [(SECRETARY, says("please chase the Market Shaping Manager"), "Helen Marsh is asked now for 48")])


def test_an_order_that_is_denied_offers_both_ways_and_does_neither(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("don't accept 52"), ["What is to become of the answer on 52?", "not: is accepted"]),
            (
                SECRETARY,
                says("should I send 52 back?"),
                ["What is to become of the answer on 52?", "not: is sent back"],
            ),
            (SECRETARY, presses("Send back"), "52: send back"),
        ],
    )


def test_a_question_after_a_colon_is_the_reason_of_a_send_back(world: World) -> None:
    hold(world, [(SECRETARY, says("send 52 back: which panel was it?"), ["52 is sent back", "which panel was it"])])


def test_what_was_accepted_is_not_opened_by_undo(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("54 on track, all posts are filled"), "Nothing is sent until you confirm"),
            (SECRETARY, says("send it"), "Stored on behalf of"),
            (SECRETARY, says("accept 54"), "54 is accepted"),
            (SECRETARY, says("undo"), "That cannot be taken back as such"),
        ],
    )


def test_what_only_an_admin_may_order_says_so_to_a_secretary(world: World) -> None:
    hold(world, [(SECRETARY, says("extend the window to the 20th"), "Only an admin can do that")])


def test_with_nothing_accepted_undo_does_not_speak_of_what_was(world: World) -> None:
    hold(world, [(SECRETARY, says("undo that"), ["There is nothing of yours to take back", "not: accepted"])])
