"""A greeting or a courtesy before an answer goes, and takes no word of the answer with it."""

from datetime import date
from itertools import product

import pytest

from remembrancer.bot.language.reader import read
from remembrancer.bot.language.situation import AskedItem, Reading, Situation
from remembrancer.intake.folder.reader import read_folder
from tests.conftest import EXAMPLE

PROGRAMME = read_folder(EXAMPLE).programmes["strategic-delivery-plan"]
SITUATION = Situation(date(2019, 9, 6), (AskedItem("52", "Review of grants", PROGRAMME),))
COURTESIES = (
    "Hi",
    "hello joanna",
    "Good morning all",
    "Hi there",
    "hope you're well",
    "Hope you had a good weekend",
    "I hope you are well",
    "hope all is well with you",
    "thanks for the reminder",
    "Thank you very much for the nudge",
    "many thanks for this",
    "thanks for chasing",
    "apologies for the delay",
    "sorry for the late reply",
    "Sorry for the delay in getting back to you",
    "sorry this is late",
)
BETWEEN = (", ", ". ", " - ", " – ", "! ", "\n", ".\n\n", "… ")
ANSWERS = (
    "on track, contracts are signed",
    "52 is on track and contracts are signed",
    "amber, two posts are vacant",
    "we have lost two posts and go live slips to 30 June 2020",
    "red. The contractor has left",
    "the tender is out",
    "nothing new",
    "no change",
    "green",
)


def said(text: str) -> tuple[object, object, bool]:
    found: Reading = read(text, SITUATION)
    return [(each.ref, each.values, each.text) for each in found.items], found.act, found.ask


@pytest.mark.parametrize("courtesy", COURTESIES)
def test_an_answer_after_a_courtesy_is_the_answer_alone(courtesy: str) -> None:
    whole = {f"{courtesy}{between}{answer}": answer for between, answer in product(BETWEEN, ANSWERS)}
    assert [text for text, answer in whole.items() if said(text) != said(answer)] == []


def test_two_courtesies_take_no_more_than_one() -> None:
    answer = "on track, contracts are signed"
    openings = [", ".join(two) for two in product(COURTESIES, COURTESIES)]
    assert [opening for opening in openings if said(f"{opening}, {answer}") != said(answer)] == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Sorry for the slip in the date: consultation ended in June", "slip in the date: consultation ended in June"),
        ("Apologies for the delay to the contract, it starts in May", "delay to the contract, it starts in May"),
        ("Thanks for the grant go to the county, and it pays for two posts", "the grant go to the county, and it pays"),
        ("See the update on the tender below, it goes out in May", "the update on the tender below, it goes out"),
        ("Hope to go live in May, the tender is out", "Hope to go live in May, the tender is out"),
        ("Hi 52 green, no issues", "no issues"),
        ("hope you are well and 52 is on track", "hope you are well"),
    ],
)
def test_what_only_begins_like_a_courtesy_is_kept(text: str, kept: str) -> None:
    assert kept in " ".join(each.text for each in read(text, SITUATION).items)


@pytest.mark.parametrize(
    "text", ["Hi on track, contracts are signed", "Hello all green, no issues", "hi 52 amber. The contractor left"]
)
def test_a_status_after_a_greeting_is_no_name(text: str) -> None:
    assert [each.values.keys() for each in read(text, SITUATION).items] == [{"delivery"}]
