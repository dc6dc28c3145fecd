"""The card kind of prompts about returns."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, select

from remembrancer.cards.prompts.card_kind import CardKind
from remembrancer.cards.prompts.recipient_status import is_asked_no_more, recipient_status
from remembrancer.cards.prompts.return_card import parts as card_parts
from remembrancer.cards.prompts.return_loader import load_returns
from remembrancer.cards.prompts.return_view import ReturnView, personal_state, return_state, state_hash
from remembrancer.cards.prompts.state import CardState, Occasion, Verdict, hash_of
from remembrancer.models import Draft, Item, Person, Prompt, Return, Snooze, Window, WindowState
from remembrancer.models.message import Button, MessageItem, Part
from remembrancer.queries.batches import chunks
from remembrancer.queries.facts import load_people, load_people_about
from remembrancer.queries.organisation import programme_of
from remembrancer.reports.message_items import of_return, of_window
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.prompts.chase import RUNNING, WANTED, is_settled, return_key
from remembrancer.rules.prompts.step_times import kind_of
from remembrancer.services.context import Context


class ReturnPrompts(CardKind[ReturnView]):
    """Cards that ask for the returns of windows."""

    changes_with_time = False

    def load(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> Sequence[ReturnView]:
        return load_returns(session, prompts, now)

    def parts(self, person: Person, views: Sequence[ReturnView], now: datetime) -> Iterator[Part]:
        return card_parts(person, views)

    def state_hash(self, person: Person, views: Sequence[ReturnView], now: datetime) -> str:
        return state_hash(views)

    def states(
        self, session: Session, messages: Mapping[int, Sequence[Prompt]], now: datetime
    ) -> Mapping[int, CardState]:
        rows = _rows(session, [prompt for prompts in messages.values() for prompt in prompts])
        running = session.exec(select(Snooze).where(col(Snooze.until) > now)) if rows else ()
        snoozes = {(s.return_id, s.person_id, s.revision): s.until for s in running}
        drafts = set(session.exec(select(Draft.return_id, Draft.person_id))) if rows else set()
        facts = load_people(session) if rows else None
        found: dict[int, CardState] = {}
        for message_id, prompts in messages.items():
            shown, of_message = [], [rows[stored_id(prompt.return_id)] for prompt in prompts]
            for prompt, (ret, window, post_id) in zip(prompts, of_message, strict=True):
                key = (stored_id(ret.id), prompt.person_id)
                personal = personal_state(snoozes.get((*key, window.revision)), key in drafts)
                recipient = recipient_status(facts, prompt, ret, now).state(prompt) if facts else ""
                shown.append(return_state(ret, window, post_id) + personal + recipient)
            found[message_id] = CardState(
                hash_of(shown),
                settled=all(window.state == WindowState.LOCKED for _, window, _ in of_message),
                waits=any(not is_settled(window, now) for _, window, _ in of_message),
            )
        return found

    def verdicts(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> Mapping[int, Verdict]:
        rows = _rows(session, prompts)
        people = {prompt.person_id for prompt in prompts}
        facts = load_people_about(session, [ret for ret, *_ in rows.values()], people)
        found: dict[int, Verdict] = {}
        for prompt in prompts:
            ret, window, _ = rows[stored_id(prompt.return_id)]
            is_right = ret.state in WANTED and prompt.revision == window.revision
            verdict = Verdict.RIGHT if is_right else Verdict.OVER
            found[stored_id(prompt.id)] = Verdict.NOT_THEIRS if is_asked_no_more(facts, prompt, ret, now) else verdict
        return found

    def message_kind(self, step: str) -> str:
        return kind_of(step)

    def items(self, session: Session, views: Sequence[ReturnView], now: datetime) -> list[MessageItem]:
        ordered = sorted(views, key=lambda view: view.item.position)
        return [of_window(session, view.window, view.deadline(now), view.item.ref) for view in ordered]

    def labels_of_buttons(self, session: Session, buttons: Sequence[Button]) -> list[str]:
        answer = (button for button in buttons if button.action == "answer" and button.value.isdecimal())
        return _refs(session, {int(button.value) for button in answer})

    def occasions(self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime) -> Sequence[Occasion]:
        """One for each window; secretaries see the items of their boards, and admins see all."""
        windows = {window.id: window for window in facts.windows}
        unreachable: dict[int, dict[int, list[Return]]] = defaultdict(lambda: defaultdict(list))
        person_ids = defaultdict(set)
        for prompt in prompts:
            person_ids[prompt.return_id].add(prompt.person_id)
        for window_id, returns in facts.returns.items():
            for ret in returns:
                for person_id in sorted(person_ids.get(ret.id, ())):
                    unreachable[window_id][person_id].append(ret)
        return [
            Occasion(
                name=f"{window_id}-r{windows[window_id].revision}",
                head=f"{programme_of(session, windows[window_id]).title}: {windows[window_id].title}",
                expires_at=windows[window_id].late_until,
                told=_refs_by_reader(facts, of_window, now),
                admins={stored_id(admin.id) for admin in recipients.admins(facts)},
                items={
                    person_id: [of_return(session, ret) for ret in returns] for person_id, returns in of_window.items()
                },
                window=windows[window_id],
            )
            for window_id, of_window in unreachable.items()
        ]

    def wanted(self, context: Context) -> list[Prompt]:
        revisions = {window.id: window.revision for window in context.facts.windows}
        return [
            Prompt(
                subject_kind=return_key(stored_id(ret.id)).kind,
                subject_name=return_key(stored_id(ret.id)).name,
                return_id=stored_id(ret.id),
                step=f"requested_{context.event}",
                person_id=stored_id(context.person.id),
                revision=revisions[ret.window_id],
                to="lead",
                because=because,
                message_id=0,
            )
            for ret, because in _own_returns(context)
        ]


def _refs(session: Session, return_ids: Collection[int]) -> list[str]:
    """The refs of the returns' items, in the items' order."""
    query = select(Item.ref).join(Return).where(col(Return.id).in_(return_ids)).order_by(col(Item.position))
    return list(session.exec(query))


def _refs_by_reader(
    facts: Facts, unreachable: Mapping[int, Sequence[Return]], now: datetime
) -> dict[int, dict[int, list[str]]]:
    """For each secretary and admin (id): the unreachable people (ids), and those of their refs that they may see."""
    admins = {stored_id(admin.id) for admin in recipients.admins(facts)}
    refs: dict[int, dict[int, list[str]]] = {}
    for person_id, of_person in unreachable.items():
        for ret in of_person:
            secretaries = {stored_id(person.id) for person, _ in recipients.secretary(facts, ret, now)}
            for recipient_id in admins | secretaries:
                refs.setdefault(recipient_id, {}).setdefault(person_id, []).append(facts.items[ret.item_id].ref)
    return refs


def own_returns(context: Context) -> list[Return]:
    """The returns that this person is asked for now."""
    return [ret for ret, _ in _own_returns(context)]


def _own_returns(context: Context) -> Iterator[tuple[Return, Reason]]:
    facts, now = context.facts, context.now
    for window in facts.windows:
        for ret in facts.returns.get(stored_id(window.id), ()):
            if window.state in RUNNING and ret.state in WANTED:
                post_id = facts.items[ret.item_id].lead_post_id
                asked = recipients.with_sharers(facts, recipients.lead(facts, ret, now), post_id, now)
                yield from ((ret, because) for person, because in asked if person.id == context.person.id)


def _rows(session: Session, prompts: Sequence[Prompt]) -> dict[int, tuple[Return, Window, int]]:
    """The return, its window and its lead post (id), by return id."""
    found: dict[int, tuple[Return, Window, int]] = {}
    columns: list[Any] = [Return, Window, Item.lead_post_id]
    for return_ids in chunks({stored_id(prompt.return_id) for prompt in prompts}):
        query = sqlalchemy_select(*columns).where(
            col(Return.window_id) == Window.id, col(Return.item_id) == Item.id, col(Return.id).in_(return_ids)
        )
        found |= {stored_id(ret.id): (ret, window, post_id) for ret, window, post_id in session.execute(query)}
    return found
