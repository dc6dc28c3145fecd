"""Predicts which messages will be sent, to whom, when and by which rule, if nothing else changes.

While sending is paused, the prediction is for resuming now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from remembrancer.cards.prompts.kinds import KINDS, items_of
from remembrancer.models import Board, Item, Person, Programme, Return, Window, WindowState
from remembrancer.models.message import MessageItem
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import definition
from remembrancer.queries.prompt_kinds import subjects
from remembrancer.reports.message_items import of_window
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.programmes.slices import is_in
from remembrancer.rules.programmes.spec import StepSpec
from remembrancer.rules.prompts import chase, step_times
from remembrancer.rules.prompts.due import coming
from remembrancer.rules.prompts.step_times import kind_of
from remembrancer.rules.prompts.subjects import DuePrompt
from remembrancer.scheduler.digests.forecast import expected_digests
from remembrancer.scheduler.placings import place_items_in
from remembrancer.scheduler.preview.days_off import with_days_off
from remembrancer.scheduler.preview.planned_notices import planned_notices
from remembrancer.scheduler.preview.planned_window_news import planned_window_news
from remembrancer.scheduler.preview.types import Planned
from remembrancer.scheduler.prompts.planner import by_message, latest
from remembrancer.services.windows import planned_returns
from remembrancer.wording import hour_and_day, phrase


def preview(session: Session, now: datetime, end: datetime) -> list[Planned]:
    """Predict every message from now to `end`, in the order of time."""
    facts = replace(_with_windows_open(session, load_facts(session), end), paused=False)
    programmes = programmes_by_id(session)
    place_items_in(session, now)
    prompts = list(planned_prompts(session, facts, now, end))
    in_pilot = {facts.people[person_id].email for person_id in facts.pilot or ()}
    digests = [
        replace(each, withheld=facts.pilot is not None and each.to not in in_pilot)
        for each in _planned_digests(session, facts, programmes, now, end)
    ]
    notices = planned_notices(session, facts, now, end)
    window_news = planned_window_news(session, facts, prompts, now, end)
    return sorted(
        [*prompts, *digests, *notices, *window_news], key=lambda planned: (planned.at, planned.to, planned.kind)
    )


def programmes_by_id(session: Session) -> dict[int, Programme]:
    """Return all programmes by id."""
    return {stored_id(row.id): row for row in session.exec(select(Programme))}


def _with_windows_open(session: Session, facts: Facts, end: datetime) -> Facts:
    """Replace the windows that will be open by `end` with opened copies and their future returns; store nothing."""
    windows, returns = [], dict(facts.returns)
    for window in facts.windows:
        if window.opens_at <= end:
            copy = Window(**window.model_dump())
            if window.state == WindowState.SCHEDULED:
                copy.state = WindowState.OPEN
                returns[stored_id(window.id)] = returns_if_opened(session, window)
            windows.append(copy)
    return replace(facts, windows=windows, returns=returns)


def returns_if_opened(session: Session, window: Window) -> list[Return]:
    """Return the returns that opening the window would create, with negative ids of their own."""
    returns = planned_returns(session, window)
    for ret in returns:
        ret.id = -(ret.window_id * 1_000_000 + ret.item_id)
    return returns


def planned_prompts(session: Session, facts: Facts, now: datetime, end: datetime) -> Iterator[Planned]:
    """Yield the messages of prompts that the ticks from now to `end` would send."""
    found = [
        (moment, person_id, withheld, prompts)
        for moment, due in coming(facts, subjects(session, facts, now), now, end)
        for (person_id, withheld), prompts in by_message(facts, due).items()
    ]
    rows = [[prompt.as_row() for prompt in prompts if prompt.window_id is None] for *_, prompts in found]
    of_returns, windows = _ItemsOfReturns(session, facts), {window.id: window for window in facts.windows}
    for (moment, person_id, withheld, prompts), others in zip(found, items_of(session, rows, now), strict=True):
        person, last = facts.people[person_id], latest(prompts)
        in_windows = [prompt for prompt in prompts if prompt.window_id is not None]
        window = windows[latest(in_windows).window_id] if in_windows else None
        yield Planned(
            at=moment,
            to=person.email,
            name=person.name,
            kind=KINDS[last.subject.kind].message_kind(last.step),
            programme=of_returns.programmes[window.programme_id] if window else "",
            window=window.key if window else "",
            items=tuple(dict.fromkeys([*of_returns.of(in_windows, moment), *others])),
            because=with_days_off(why(session, facts, prompts), facts, person, last.wanted_at, moment),
            withheld=withheld,
        )


class _ItemsOfReturns:
    """What prompts about returns are about, also about returns that are not stored yet; `programmes` are keys by id."""

    def __init__(self, session: Session, facts: Facts) -> None:
        self._items, self._windows = items_by_return(facts), {window.id: window for window in facts.windows}
        self.programmes = {key: programme.key for key, programme in programmes_by_id(session).items()}

    def of(self, prompts: Sequence[DuePrompt], now: datetime) -> Iterator[MessageItem]:
        for prompt in sorted(prompts, key=lambda prompt: self._items[prompt.return_id].position):
            window = self._windows[prompt.window_id]
            yield MessageItem(
                programme=self.programmes[window.programme_id],
                window=window.key,
                due=chase.named_deadline(window, prompt.to, prompt.because, now),
                ref=self._items[prompt.return_id].ref,
            )


def items_by_return(facts: Facts) -> dict[int, Item]:
    """Return the items by the ids of their returns."""
    return {stored_id(ret.id): facts.items[ret.item_id] for returns in facts.returns.values() for ret in returns}


def refs_of(item_of: Mapping[int, Item], prompts: Sequence[DuePrompt]) -> tuple[str, ...]:
    """Return the refs of the items of prompts about returns, in the items' order."""
    items = sorted((item_of[prompt.return_id] for prompt in prompts), key=lambda item: item.position)
    return tuple(item.ref for item in items)


def why(session: Session, facts: Facts, prompts: Sequence[DuePrompt]) -> str:
    """Return the rules that cause these prompts and the reasons for their recipient, in words."""
    rules = [rule_of(session, facts, prompt) for prompt in prompts]
    return "; ".join(dict.fromkeys([*rules, *(phrase(f"because.{prompt.because}") for prompt in prompts)]))


def rule_of(session: Session, facts: Facts, prompt: DuePrompt) -> str:
    """Describe the step of the policy or the other occasion of a prompt."""
    if prompt.window_id is None:
        return KINDS[prompt.subject.kind].step_in_words(session, prompt.subject.name, prompt.step)
    window = next(window for window in facts.windows if window.id == prompt.window_id)
    spec = next((spec for spec in facts.policies[window.programme_id].steps if spec.key == prompt.step), None)
    if spec is None:
        return phrase(f"steps.{kind_of(prompt.step)}")
    words = policy_step_in_words(spec, prompt.revision)
    return _with_move(words, spec, facts, window, facts.people[prompt.person_id])


def _with_move(words: str, step: StepSpec, facts: Facts, window: Window, person: Person) -> str:
    """Add to a step in words that the end of the window moved it earlier for the person, if it did."""
    times = (window.opens_at, window.closes_at, window.late_until)
    normal, moment = step_times.step_time(step, facts.time, facts.time_of(person), *times)
    if normal <= moment:
        return words
    ends_at = step_times.expires(step, window.closes_at, window.late_until)
    end = phrase("steps.moved_end", end=hour_and_day(ends_at, facts.time.zone))
    return phrase(
        "steps.moved_lock" if ends_at == window.late_until else "steps.moved_close",
        step=words,
        normal=hour_and_day(normal, facts.time.zone),
        end=phrase("steps.moved_then") if normal == ends_at else end,
    )


def policy_step_in_words(step: StepSpec, revision: int) -> str:
    """Describe a step of the policy; in a later revision of the window the opening announces new dates."""
    return phrase("steps.new_dates") if step.at == "opening" and revision > 1 else step_in_words(step)


def step_in_words(step: StepSpec) -> str:
    """Describe when a step falls, such as '2 working days before the close'."""
    if step.at is not None:
        return phrase("steps.opening") if step.at == "opening" else phrase("steps.half_way")
    if step.working_days_after_close is not None:
        return phrase("steps.after_close", days=step.working_days_after_close)
    if step.working_days_before_close == 0:
        return phrase("steps.closing_day")
    return phrase("steps.before_close", days=step.working_days_before_close)


def _planned_digests(
    session: Session, facts: Facts, programmes: dict[int, Programme], now: datetime, end: datetime
) -> Iterator[Planned]:
    for window in facts.windows:
        programme = programmes[window.programme_id]
        yield from (p for p in _progress_digests(session, facts, window, programme) if now < p.at <= end)
        for hearing in facts.hearings[window.programme_id]:
            if any(
                is_in(hearing.slice_, facts.items[ret.item_id].facts)
                for ret in facts.returns.get(stored_id(window.id), ())
            ):
                board = session.get_one(Board, hearing.board_id)
                coming = _board_messages(session, facts, window, programme, board, now)
                yield from (p for p in coming if p.at <= end)


def _board_messages(
    session: Session, facts: Facts, window: Window, programme: Programme, board: Board, now: datetime
) -> Iterator[Planned]:
    """Yield each digest to the board's channel, and its draft to the board's secretary."""
    hours = definition(programme).chase.draft_working_hours
    of_what = (programme.key, window.key)
    for each in expected_digests(session, window, stored_id(board.id), hours, facts.time, now):
        if each.at < now:
            continue
        name = f"digest_{each.kind}"
        why = phrase(f"steps.{name}")
        yield Planned(each.at, board.channel, board.name, name, *of_what, (of_window(session, window),), why)
        asked = recipients.at_work(facts, board.secretary_post_id, each.drafted) if each.drafted else None
        if hours and each.drafted and asked is not None and each.drafted > now:
            why = phrase("steps.digest_draft", what=why, hours=hours)
            at = facts.time_of(asked[0]).waits_until(each.drafted, each.at)
            why = with_days_off(why, facts, asked[0], each.drafted, at)
            items = (of_window(session, window, each.at),)
            yield Planned(at, asked[0].email, asked[0].name, "digest_draft", *of_what, items, why)


def _progress_digests(session: Session, facts: Facts, window: Window, programme: Programme) -> Iterator[Planned]:
    """Yield the progress digests to whoever is secretary at the time; of several at one moment, the last."""
    found: dict[tuple[int, datetime], Planned] = {}
    times = (window.opens_at, window.closes_at, window.late_until)
    for step in definition(programme).chase.secretary_digests:
        roughly = step_times.step_time(step, facts.time, facts.time, *times).due_at
        for person in recipients.secretaries(facts, window.programme_id, roughly):
            wanted, moment = step_times.step_time(step, facts.time, facts.time_of(person), *times)
            words = _with_move(step_in_words(step), step, facts, window, person)
            why = with_days_off(f"{words}; {phrase('because.secretary')}", facts, person, wanted, moment)
            items = (of_window(session, window, window.closes_at),)
            found[stored_id(person.id), moment] = Planned(
                moment, person.email, person.name, "digest_progress", programme.key, window.key, items, why
            )
    yield from found.values()
