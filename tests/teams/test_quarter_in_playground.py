"""A whole quarter in Microsoft's own local Teams: Quarter 2 of 2019/20, from before its opening until after its lock.

Everybody of the example is at a page of a real browser; time is the test's own. What it looks like is in the folder
`pictures` of the test's own, which pytest keeps.
"""

from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.dialog import london
from tests.slack.hosting import until
from tests.teams.playground.answering import (
    GO_LIVE,
    NEW_END,
    ON_TRACK,
    PROGRESS,
    REASON,
    REMEDIAL,
    STANDS,
    answers_in_words,
    fills_in,
    in_trouble,
    is_sent,
    says_no_change,
)
from tests.teams.playground.expected import ASKED_AT, DIGESTS, GIVEN, STEPS
from tests.teams.playground.judging import Judge
from tests.teams.playground.person import GENERAL, PATIENCE, PERSONAL
from tests.teams.playground.quarter import DIRECTOR, EVERYBODY, LEADS, SECRETARY, Quarter, quarter

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

CLOSES = "Friday 13 September 2019, 17:00"
ASKED, REMINDED = (
    f"Please update 1 activity by {CLOSES}",
    f"A reminder: 1 update is still to come from you, by {CLOSES}",
)


def test_a_quarter_runs_in_teams_from_its_opening_to_its_lock(browser: Browser, tmp_path: Path) -> None:
    with quarter(browser, tmp_path) as story:
        story.has_its_board()
        opens(story)
        goes_on_leave(story)
        is_half_way(story)
        is_two_days_before_the_close(story)
        closes(story)
        is_late(story)
        locks(story)
        is_right(story)


def opens(story: Quarter) -> None:
    """Everybody is asked, and some answer at once."""
    story.house.wait_until("2019-08-30 09:00")
    for who in LEADS.values():
        story[who].is_told(ASKED)
    answers_in_the_form(story)
    for ref in ("45", "57", "58"):
        says_no_change(story.lead(ref), ref)
    answers_in_words(story.lead("53"), "53", "on track, contracts are signed, go live now 30 June 2020")
    puts_it_off(story)
    asks_somebody_else(story)


def answers_in_the_form(story: Quarter) -> None:
    """A milestone moves, so progress is asked for, and what is missing is said where it is missing."""
    ruth = story.lead("52")
    story.take("card-before", ruth)
    ruth.presses("Answer")
    fills_in(story.house, ruth, [STANDS, [partial(ruth.fills, GO_LIVE, date(2020, 3, 31))]])
    ruth.is_told("⚠ Progress: an answer is needed.")
    story.take("form-error", ruth)
    fills_in(story.house, ruth, [[partial(ruth.fills, PROGRESS, "Contracts are *signed*")]], first=2)
    is_sent(ruth, "52")
    ruth.is_told("Thank you: everything is in")
    story.take("card-after", ruth)


def puts_it_off(story: Quarter) -> None:
    sadia = story.lead("50")
    sadia.presses("Remind me later")
    sadia.is_told("When should we remind you?")
    sadia.ticks("The next working morning (Mon 2 Sep 2019 09:00)")
    sadia.presses("Save")
    sadia.is_told("Monday 2 September 2019, 09:00")


def asks_somebody_else(story: Quarter) -> None:
    """When the colleague answers, the card of whoever asked changes in its place."""
    grace, tom = story.lead("47"), story.lead("46")
    grace.presses("Ask someone else")
    grace.is_told("47: ask someone else")
    grace.fills("Who should be asked? (required)", "Tom Ashdown")
    grace.presses("Save")
    grace.is_told("Tom Ashdown is asked now")
    story.house.look()
    grace.is_told("Tom Ashdown is asked instead.")
    tom.is_told("You were asked to answer for the lead (Head of Strategic Partnerships)")
    shown = len(grace.cards())
    says_no_change(tom, "47")
    grace.is_told("✓ Answered by Tom Ashdown")
    assert len(grace.cards()) == shown
    answers_in_words(tom, "46", "46 on track, the key decision is prepared, key decision now 9 December 2019")


def goes_on_leave(story: Quarter) -> None:
    """Whoever stands in is asked, and answers; the card of whoever is away follows."""
    story.house.wait_until("2019-09-02 09:00")
    ellen, helen, sadia = story.lead("54"), story.lead("48"), story.lead("50")
    sadia.is_told(f"You asked to be reminded: 1 update is due by {CLOSES}")
    says_no_change(sadia, "50")
    ellen.is_told("You are on leave, so Helen Marsh is asked.")
    helen.is_told("The lead (Residential Care Commissioning Manager) is on leave, and you stand in.")
    says_no_change(helen, "54")
    ellen.is_told("✓ Answered by Helen Marsh")
    says_no_change(helen, "48")


def is_half_way(story: Quarter) -> None:
    """Whoever has not answered is chased, unasked; nobody else is."""
    chased = STEPS["half_way"]
    shown = {who: len(story[who].cards()) for who in EVERYBODY}
    story.house.wait_until("2019-09-06 10:30")
    for ref in chased:
        story.lead(ref).is_told_times(REMINDED, 1)
    story.secretary.is_told("Not yet received (7)")
    chased_and_told = {*(LEADS[ref] for ref in chased), SECRETARY}
    assert {who for who in EVERYBODY if len(story[who].cards()) > shown[who]} == chased_and_told
    story.take("chase", story.lead("55"))
    answers_in_words(
        story.lead("49"),
        "49",
        "on track, the winter plan was agreed, new end date 6 April 2020 because it was re-planned",
    )
    daniel = story.lead("51")
    daniel.presses("Answer")
    first = [partial(daniel.ticks, ON_TRACK)]
    second = [
        partial(daniel.fills, PROGRESS, "The analysis was re-planned"),
        partial(daniel.fills, NEW_END, date(2019, 10, 31)),
    ]
    fills_in(story.house, daniel, [first, second, [partial(daniel.fills, REASON, "More placements than expected")]])
    is_sent(daniel, "51")


def is_two_days_before_the_close(story: Quarter) -> None:
    """One answers in words and in the form; the secretary looks who is missing, and withdraws an activity."""
    story.house.wait_until("2019-09-11 10:30")
    fiona, neil, joanna = story.lead("59"), story.lead("60"), story.secretary
    fiona.is_told_times(REMINDED, 2)
    fiona.says("remedial action, the project plan was revised, mitigating by a revised plan")
    fiona.is_told("Still missing:")
    fiona.presses("Edit in the form")
    fills_in(story.house, fiona, in_trouble(fiona, "The project plan was revised", "Complexity", "Stakeholders"))
    is_sent(fiona, "59")
    joanna.says("missing")
    joanna.is_told("13 of 17 received")
    story.take("missing", joanna)
    joanna.presses("Withdraw or suspend", about="60")
    joanna.is_told("60: withdraw or suspend")
    joanna.ticks("Withdrawn – it is reported on no more")
    joanna.fills("Why? The board reads this. (required)", "It is part of the new charging policy")
    joanna.presses("Save")
    neil.is_told("It is part of the new charging policy")
    story.take("withdrawn", neil)


def closes(story: Quarter) -> None:
    """Whoever never answers is chased for the last time; the board is told."""
    story.house.wait_until("2019-09-13 10:30")
    for ref in STEPS["closing_morning"]:
        story.lead(ref).is_told(f"The window closes on {CLOSES}, and 1 update is still to come from you.")
    story.house.wait_until("2019-09-13 17:30")
    joanna = story.secretary
    joanna.is_told("✓ Posted to")
    story.take("draft-posted", joanna)
    joanna.goes_to(GENERAL)
    joanna.is_told("The window closed on")
    joanna.is_told("13 of 16")
    story.take("channel-close", joanna)
    joanna.goes_to(PERSONAL)


def is_late(story: Quarter) -> None:
    """Managers are told, then the director; what comes late is an addendum."""
    story.house.wait_until("2019-09-16 09:30")
    colin, naomi = story["colin.baxter"], story["naomi.fielding"]
    naomi.is_told("Not yet received: 2 updates")
    story.take("manager", naomi)
    colin.presses("Answer on behalf", about="61")
    on_track = [[partial(colin.ticks, ON_TRACK)], [partial(colin.fills, PROGRESS, "Two teams work with it")]]
    fills_in(story.house, colin, on_track)
    is_sent(colin, "61")
    story.lead("61").is_told("✓ Answered by Colin Baxter")
    story.take("answered-on-behalf", story.lead("61"))
    amara = story.lead("56")
    amara.presses("Answer", about="56")
    fills_in(story.house, amara, in_trouble(amara, "The funding is not agreed", "Financial", "Governance"))
    is_sent(amara, "56")
    naomi.is_told("✓ Answered by Amara Nwosu")
    story.house.wait_until("2019-09-18 09:30")
    director = story[DIRECTOR]
    director.is_told("Not yet received: 1 update")
    story.take("escalation", director)
    story.secretary.is_told("55 – Dementia Service Redesign and commissioning - KMPT")


def locks(story: Quarter) -> None:
    """The board is told what changed, and who gave no update; a picture shows it, and says it in words."""
    story.house.wait_until("2019-09-20 17:30")
    joanna = story.secretary
    story.lead("55").is_told("No update received.")
    story.take("locked", story.lead("55"))
    joanna.goes_to(GENERAL)
    joanna.is_told("The window locked on")
    alt = story.shows_the_board({ON_TRACK: 13, REMEDIAL: 2, "No update received": 1})
    expect(joanna.page.get_by_alt_text(alt)).to_be_visible(timeout=PATIENCE)
    story.take("channel-lock", joanna)


def is_right(story: Quarter) -> None:
    """Each person was asked once at each step, each answer is stored once, each digest told once, with its figures."""
    judge = Judge(story)
    until(lambda: not judge.problems(), judge.problems)
    assert judge.asked() == Counter(ASKED_AT)
    assert judge.answered() == {ref: [given] for ref, given in GIVEN.items()}
    told = {(str(digest.kind), digest.slot): digest for digest in judge.digests}
    at_close, at_lock = judge.delivery(london("2019-09-13 17:00")), judge.delivery(london("2019-09-20 17:00"))
    assert sorted(told) == DIGESTS
    assert Counter(told["close", "r1-b1"].figures["delivery"]) == at_close
    assert Counter(told["lock", "r1-b1"].figures["delivery"]) == at_lock == Counter(on_track=13, remedial_action=2)
    assert told["lock", "r1-b1"].figures == story.figures_now()
    shown = "".join(story.secretary.cards())
    for word, key in ((ON_TRACK, "on_track"), (REMEDIAL, "remedial_action")):
        assert f"{word}{at_close[key]}{at_close[key] / 16:.0%}" in shown
        assert f"{word}: {at_close[key]} → {at_lock[key]}" in shown
