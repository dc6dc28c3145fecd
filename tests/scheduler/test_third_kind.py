"""A third kind of prompt needs a loader and a file: an item's own review date is asked about by the one engine.

The kind is the test's own. `facts.review` is the day by which an item is to be reviewed, and `facts.reviewed` says that
it was. Nothing of the planner, the outbox, the cards or the previews knows it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.cards.prompts import kinds as card_kinds
from remembrancer.cards.prompts.card_kind import CardKind
from remembrancer.cards.prompts.state import Occasion
from remembrancer.models import Absence, Item, Person, Prompt
from remembrancer.models.message import MessageItem, Part, refs_of
from remembrancer.queries import prompt_kinds
from remembrancer.rules.calendar.working_time import WorkingTime, at
from remembrancer.rules.facts import Facts, SubjectKey, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.subjects import DuePrompt
from remembrancer.scheduler.preview.planned_messages import preview
from remembrancer.services.context import Context
from tests.conftest import ROOT
from tests.dialog import LEAD, SECRETARY, World, hold, london, says

KIND = "review"
REVIEW: dict[str, Any] = yaml.safe_load((ROOT / "tests" / "data" / "review-kind.yaml").read_text(encoding="utf-8"))
ITEM, DAY = "52", date(2019, 9, 13)


@dataclass(frozen=True)
class Review:
    """One item with a review date."""

    item: Item

    @property
    def day(self) -> date:
        return date.fromisoformat(self.item.facts["review"])

    def asked(self, facts: Facts, to: str, now: datetime) -> list[recipients.Asked]:
        if to == "lead":
            found = recipients.at_work(facts, self.item.lead_post_id, now)
            return [found] if found else []
        secretary = facts.hearings[self.item.programme_id][0].secretary_post_id
        found = recipients.at_work(facts, secretary, now)
        return [found] if found else []

    def is_open(self, now: datetime) -> bool:
        return not self.item.facts.get("reviewed")

    def step_day(self, facts: Facts, working_days: int) -> date:
        if working_days > 0:
            return facts.time.after(self.day, working_days)
        return facts.time.before(self.day, -working_days)

    def fallen_due(self, facts: Facts, now: datetime) -> Iterable[DuePrompt]:
        lead = [stored_id(person.id) for person, _ in self.asked(facts, "lead", now)]
        for step in REVIEW["steps"]:
            for person, because in self.asked(facts, step["to"], now):
                moment = at(self.step_day(facts, step["working_days"]), time(REVIEW["hour"]), person.time_zone)
                if moment <= now:
                    yield DuePrompt(
                        subject=SubjectKey(KIND, str(self.item.id)),
                        track=KIND,
                        step=step["key"],
                        to=step["to"],
                        person_id=stored_id(person.id),
                        revision=self.day.toordinal(),
                        wanted_at=moment,
                        due_at=moment,
                        expires_at=moment + timedelta(days=30),
                        because=because,
                        answerers=lead,
                        due_on=self.day,
                    )

    def moments(self, facts: Facts, times: Set[WorkingTime]) -> Iterator[datetime]:
        for step in REVIEW["steps"]:
            for own in times:
                yield at(self.step_day(facts, step["working_days"]), time(REVIEW["hour"]), own.zone)


def reviews(session: Session) -> dict[str, Review]:
    return {str(item.id): Review(item) for item in session.exec(select(Item)) if item.facts.get("review")}


class Reviews:
    """How reviews are read."""

    def is_used(self, session: Session) -> bool:
        return bool(reviews(session))

    def subjects(self, session: Session, facts: Facts, now: datetime) -> Sequence[Review]:
        return list(reviews(session).values())

    def answerers(
        self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime
    ) -> Mapping[int, Sequence[int]]:
        of = reviews(session)
        return {
            stored_id(prompt.id): [stored_id(who.id) for who, _ in of[prompt.subject_name].asked(facts, "lead", now)]
            for prompt in prompts
        }


@dataclass(frozen=True)
class ReviewView:
    prompt: Prompt
    review: Review

    @property
    def revision(self) -> int:
        return self.review.day.toordinal()

    def still_asks(self, now: datetime) -> bool:
        return self.review.is_open(now)

    def is_final(self, now: datetime) -> bool:
        return not self.review.is_open(now)


class ReviewCards(CardKind[ReviewView]):
    """What cards show of reviews."""

    def load(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> Sequence[ReviewView]:
        of = reviews(session)
        return [ReviewView(prompt, of[prompt.subject_name]) for prompt in prompts]

    def parts(self, person: Person, views: Sequence[ReviewView], now: datetime) -> Iterator[Part]:
        for view in views:
            item = view.review.item
            words = REVIEW["ask"] if view.still_asks(now) else REVIEW["done"]
            yield Part(text=words.format(ref=item.ref, title=item.title, day=f"{view.review.day:%d %B}"))

    def items(self, session: Session, views: Sequence[ReviewView], now: datetime) -> list[MessageItem]:
        return [MessageItem(ref=view.review.item.ref) for view in views]

    def step_name(self, subject_name: str, step: str) -> str:
        return "chased"

    def wanted(self, context: Context) -> list[Prompt]:
        return [
            Prompt(
                subject_kind=KIND,
                subject_name=name,
                step=f"requested_{context.event}",
                person_id=stored_id(context.person.id),
                revision=review.day.toordinal(),
                to="lead",
                because=because,
                message_id=0,
            )
            for name, review in reviews(context.session).items()
            for who, because in review.asked(context.facts, "lead", context.now)
            if who.id == context.person.id and review.is_open(context.now)
        ]

    def occasions(self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime) -> Sequence[Occasion]:
        return ()


@pytest.fixture
def world(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """The example's organisation on the Thursday before the first step, which falls on Friday 6 September 2019."""
    monkeypatch.setitem(prompt_kinds.KINDS, KIND, Reviews())
    monkeypatch.setitem(card_kinds.KINDS, KIND, ReviewCards())
    made = World(engine, until="2019-09-05 17:00")
    with_facts(made, review=DAY.isoformat())
    return made


def with_facts(world: World, **facts: str) -> None:
    with Session(world.engine) as session:
        item = session.exec(select(Item).where(Item.ref == ITEM)).one()
        item.facts = item.facts | facts
        session.add(item)
        session.commit()


def texts(world: World, who: str) -> list[str]:
    return [post.message.text for post in world.posts(who)]


def tick_at(world: World, text: str) -> None:
    world.clock.set(london(text))
    world.look()


def test_it_is_asked_once_at_each_step_and_told_to_the_secretary_when_late(world: World) -> None:
    before = len(texts(world, LEAD))
    tick_at(world, "2019-09-06 08:59")
    assert len(texts(world, LEAD)) == before
    tick_at(world, "2019-09-06 09:00")
    assert texts(world, LEAD)[before:] == [
        next(text for text in texts(world, LEAD)[before:] if "Please review 52" in text and "by 13 September" in text)
    ]
    tick_at(world, "2019-09-06 09:01")
    assert sum("Please review 52" in text for text in texts(world, LEAD)) == 1
    tick_at(world, "2019-09-16 09:00")
    assert any("Please review 52" in text for text in texts(world, SECRETARY))


def test_all_that_is_due_at_one_tick_rides_in_one_message(world: World) -> None:
    """On the closing day the update of 52 is asked for in the morning, and its review too."""
    before = len(texts(world, LEAD))
    tick_at(world, "2019-09-13 09:00")
    [sent] = texts(world, LEAD)[before:]
    assert "Please review 52" in sent
    assert "The window closes on" in sent
    with Session(world.engine) as session:
        review = session.exec(select(Prompt).where(Prompt.subject_kind == KIND, Prompt.to == "lead")).one()
        kinds = session.exec(select(Prompt.subject_kind).where(Prompt.message_id == review.message_id)).all()
    assert sorted(kinds) == ["return", "review"]


def test_a_posted_card_follows_and_settles(world: World) -> None:
    tick_at(world, "2019-09-06 09:00")
    with_facts(world, reviewed="yes")
    tick_at(world, "2019-09-06 09:05")
    assert any("Reviewed." in text for text in texts(world, LEAD))
    assert not any("Please review 52" in text for text in texts(world, LEAD))


def test_another_day_is_a_new_revision_and_is_asked_again(world: World) -> None:
    tick_at(world, "2019-09-06 09:00")
    with_facts(world, review="2019-09-16")
    tick_at(world, "2019-09-09 09:00")
    assert sum("by 16 September" in text for text in texts(world, LEAD)) >= 1
    with Session(world.engine) as session:
        of_reviews = select(Prompt).where(Prompt.subject_kind == KIND).order_by(col(Prompt.id))
        assert [prompt.revision for prompt in session.exec(of_reviews)] == [
            DAY.toordinal(),
            date(2019, 9, 16).toordinal(),
        ]


def test_whoever_is_asked_no_more_before_it_went_out_gets_nothing_and_the_delegate_is_asked(world: World) -> None:
    with Session(world.engine) as session:
        row = Absence(
            person_id=world.person_id(LEAD),
            first_day=date(2019, 9, 6),
            last_day=date(2019, 9, 10),
            delegate_id=world.person_id("tom.ashdown"),
        )
        session.add(row)
        session.commit()
    before = len(texts(world, LEAD))
    tick_at(world, "2019-09-06 09:00")
    assert len(texts(world, LEAD)) == before
    assert any("Please review 52" in text for text in texts(world, "tom.ashdown"))


def test_it_is_previewed_and_shown_to_whoever_asks_what_is_wanted(world: World) -> None:
    with Session(world.engine) as session:
        planned = preview(session, world.clock.now(), london("2019-09-17 00:00"))
    moments = {(each.name, each.at) for each in planned if ITEM in refs_of(each.items)}
    assert ("Ruth Fairbrass", london("2019-09-06 09:00")) in moments
    assert ("Joanna Pell", london("2019-09-16 09:00")) in moments
    hold(world, [(LEAD, says("my"), ["Please review 52", "52"])])


def test_no_module_of_the_product_knows_the_kind() -> None:
    modules = [path for folder in ("rules", "queries", "cards", "scheduler") for path in (ROOT / folder).rglob("*.py")]
    assert not [path for path in modules if f'"{KIND}"' in path.read_text(encoding="utf-8")]
