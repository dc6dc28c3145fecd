"""Composes digests: the figures and changes of a window as Markdown."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from remembrancer.models import (
    Board,
    Digest,
    DigestKind,
    DigestState,
    Post,
    Return,
    ReturnVersion,
    Window,
)
from remembrancer.queries.forward_plan import meetings_of
from remembrancer.queries.organisation import organisation, programme_of
from remembrancer.queries.returns import SET_ASIDE, answers_given, history, period, returns_of
from remembrancer.queries.windows import previous_window
from remembrancer.reports.digests.news import ItemNews, headline, news_of, still_bad
from remembrancer.reports.digests.restatements import changed_answers, restated_in
from remembrancer.reports.digests.sections import Source, sections_text
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.reconciliation import Reconciled
from remembrancer.rules.programmes.answers import Answers, unchanged_run
from remembrancer.rules.programmes.figures import Period, figures
from remembrancer.rules.programmes.measures import Count
from remembrancer.rules.programmes.slices import Slice, is_in
from remembrancer.rules.programmes.spec import Programme
from remembrancer.wording import render


@dataclass(frozen=True)
class Scope:
    """The items of a window that a digest covers: a board's slice, without those left out (refs to reasons)."""

    window: Window
    slice_: Slice = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    board: Board | None = None


@dataclass(frozen=True)
class Drafted:
    """A composed digest: its figures, the answer's version that it reports for each item, and its parts as Markdown."""

    figures: dict[str, Any]
    told: dict[str, int]
    parts: list[str]

    @property
    def text(self) -> str:
        return "\n\n".join(self.parts) + "\n"


def current_figures(session: Session, scope: Scope) -> dict[str, Any]:
    """Compute the figures from the current answers."""
    window, before = scope.window, previous_window(session, scope.window)
    now = period(session, window, scope.slice_, scope.left_out)
    last = period(session, before, scope.slice_, scope.left_out) if before else None
    return figures(programme_of(session, window), now, last)


def last_told(session: Session, window: Window, board: Board | None, *kinds: DigestKind) -> Digest | None:
    """Return the last posted digest of these kinds for a board; without a board, the record of all items."""
    query = select(Digest).where(
        Digest.window_id == window.id,
        Digest.board_id == (board.id if board else None),
        Digest.state == DigestState.POSTED,
        col(Digest.kind).in_(kinds),
    )
    return session.exec(query.order_by(col(Digest.posted_at).desc(), col(Digest.id).desc())).first()


PUT_BACK = -1
"""The version in `Digest.told` of an item that was left out of the digest and put back since."""


def was_told(digest: Digest) -> dict[str, int]:
    """Return the version of each item's answer that a digest reported, by ref, without items put back since."""
    return {ref: version for ref, version in digest.told.items() if version != PUT_BACK}


def told_now(session: Session, scope: Scope, now: Period | None = None) -> dict[str, int]:
    """Return the current version of each item's answer, by ref; 0 without an answer.

    `now` is the scope's data, where it was read already.
    """
    returns = (now or period(session, scope.window, scope.slice_, scope.left_out)).returns
    versions = {item.ref: ret.versions for ret, item in returns_of(session, scope.window)}
    return {told.ref: versions[told.ref] if told.answers is not None else 0 for told in returns}


def close_digest(session: Session, scope: Scope, now: datetime, note: str) -> Drafted:
    """Compose the full digest of the programme from the current answers; `note` is the secretary's covering note.

    Its first part is what a chair reads in a minute; the sections follow in the thread.
    """
    programme, board, before = programme_of(session, scope.window), scope.board, previous_window(session, scope.window)
    source = _source(session, scope, programme)
    restated = restated_in(session, before, scope.slice_) if before else []
    coming = meetings_of(session, stored_id(board.id), now) if board else []
    news = {ref: news_of(source, ref, source.last.get(ref), was_counted=True, late=()) for ref in source.returns}
    head = render(
        "digest/head.md",
        **_opening(session, scope, source, now, note),
        meetings=[(board.name, each.starts_at) for each in coming[:1]] if board else [],
        before=before,
        restated=[each for each in restated if each.ref not in scope.left_out],
        news=_grouped(news.values(), ("worse", "better", "other")),
        moved=[each for each in news.values() if each.dates],
        still=still_bad(source, news) if source.last else [],
        missing=[(ref, source.titles[ref]) for ref, told in source.returns.items() if told.answers is None],
    )
    parts = [
        head,
        *sections_text(programme.digest, source),
        _not_counted(session, scope, programme, len(source.returns), now),
    ]
    return Drafted(source.figures, told_now(session, scope, source.period), [text for text in parts if text])


def _grouped(news: Iterable[ItemNews], kinds: Sequence[str]) -> list[tuple[str, list[ItemNews]]]:
    """The news of each kind that has any, in this order."""
    of = {kind: [each for each in news if each.kind == kind] for kind in kinds}
    return [(kind, each) for kind, each in of.items() if each]


def _opening(session: Session, scope: Scope, source: Source, now: datetime, note: str) -> dict[str, Any]:
    """What every digest to a board begins with; its slice as 'outcome: Housing or Planning', empty for everything."""
    answers = [told.answers for told in source.period.returns]
    slice_ = (f"{fact.replace('_', ' ')}: {' or '.join(values)}" for fact, values in scope.slice_.items())
    return {
        "programme": source.programme,
        "window": scope.window,
        "zone": organisation(session).time_zone,
        "submissions": (sum(each is not None for each in answers), len(answers)),
        "headline": headline(source),
        "slice": "; ".join(slice_),
        "note": note,
        "now": now,
    }


def _source(session: Session, scope: Scope, programme: Programme) -> Source:
    now, before = period(session, scope.window, scope.slice_, scope.left_out), previous_window(session, scope.window)
    whole = period(session, before) if before else None
    is_whole = not scope.slice_ and not scope.left_out
    part = whole if is_whole or before is None else period(session, before, scope.slice_, scope.left_out)
    last = {told.ref: told.answers for told in whole.returns} if whole else {}
    return Source(
        programme=programme,
        figures=figures(programme, now, part),
        period=now,
        returns={told.ref: told for told in now.returns},
        last={ref: answers for ref, answers in last.items() if answers is not None},
        titles={item.ref: item.title for _, item in returns_of(session, scope.window)},
        kinds=organisation(session).board_kinds,
    )


def _not_counted(session: Session, scope: Scope, programme: Programme, counted: int, now: datetime) -> str:
    """Return the section on items that the figures do not count: withdrawn, suspended, or left out."""
    rows = returns_of(session, scope.window)
    set_aside = [(ret, item) for ret, item in rows if ret.state in SET_ASIDE and is_in(scope.slice_, item.facts)]
    titles = {item.ref: item.title for ret, item in rows if ret.state not in SET_ASIDE}
    return render(
        "digest/apart.md",
        programme=programme,
        today=now.astimezone(ZoneInfo(organisation(session).time_zone)).date(),
        set_aside=set_aside,
        left_out=[(ref, titles[ref], reason) for ref, reason in scope.left_out.items() if ref in titles],
        counted=counted,
    )


CHANGES = ("worse", "better", "other", "received", "answer_changed", "counted_again", "sent_back")


def changes_digest(
    session: Session, scope: Scope, kind: DigestKind, since: Digest | None, now: datetime, note: str
) -> Drafted:
    """Compose a digest of the items and figures that changed since an earlier digest, with what each said before."""
    programme = programme_of(session, scope.window)
    source = _source(session, scope, programme)
    told, before = told_now(session, scope, source.period), was_told(since) if since else {}
    restated = [each for each in restated_in(session, scope.window, scope.slice_) if each.ref in told]
    restated = [each for each in restated if told.get(each.ref) != before.get(each.ref)]
    again = {each.ref for each in restated}
    changed = [ref for ref, number in told.items() if number != before.get(ref) and ref not in again]
    late, old = _given_late(session, scope.window), answers_told(session, scope.window, before)
    news = [news_of(source, ref, old.get(ref), was_counted=ref in before, late=late) for ref in changed]
    head = render(
        "digest/changes.md",
        **_opening(session, scope, source, now, note),
        kind=kind,
        since=since.posted_at or since.made_at if since else None,
        news=_grouped(news, CHANGES),
        moved=[each for each in news if each.dates],
        gone=[(ref, source.titles[ref]) for ref in before if ref not in told and ref in source.titles],
        restated=restated,
        missing=[(ref, source.titles[ref]) for ref, version in told.items() if not version],
        then_and_now=_moved_figures(since.figures if since else {}, source, programme),
    )
    full = render("digest/in_full.md", items=list(_in_full(source, changed, old)))
    parts = [head, full, _not_counted(session, scope, programme, len(source.returns), now)]
    return Drafted(source.figures, told, [text for text in parts if text])


def _given_late(session: Session, window: Window) -> set[str]:
    """The refs of items whose answer came after the close."""
    given = answers_given(session, window)
    return {
        item.ref
        for ret, item in returns_of(session, window)
        if ret.id in given and given[ret.id].given_at >= window.closes_at
    }


def answers_told(session: Session, window: Window, told: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Return the answers of these versions, by ref; an item without an answer then is absent."""
    query = select(ReturnVersion).join(Return).where(Return.window_id == window.id)
    answers = {(version.return_id, version.number): version.answers for version in session.exec(query)}
    versions = {item.ref: (stored_id(ret.id), told.get(item.ref, 0)) for ret, item in returns_of(session, window)}
    return {ref: answers[version] for ref, version in versions.items() if version in answers}


def _in_full(source: Source, changed: Sequence[str], old: Mapping[str, Answers]) -> Iterator[dict[str, Any]]:
    """Each item whose answer changed, with each value before and now."""
    for ref in changed:
        now = source.returns[ref].answers
        if now is not None:
            changes = changed_answers(source.programme, old.get(ref, {}), now)
            yield {"ref": ref, "title": source.titles[ref], "changes": list(changes), "is_new": ref not in old}


def _moved_figures(before: Mapping[str, Any], source: Source, programme: Programme) -> list[dict[str, Any]]:
    """Return the counts of the status scale that have changed."""
    counts = {key: each for key, each in programme.figures.items() if isinstance(each, Count)}
    key = next((key for key, count in counts.items() if count.of == programme.form.status), None)
    if key is None or not before.get(key):
        return []
    now = source.figures[key] or {}
    return [
        {"word": source.option_word(programme.status, value), "before": before[key].get(value, 0), "now": n}
        for value, n in now.items()
        if n != before[key].get(value, 0)
    ]


def progress_digest(
    session: Session,
    window: Window,
    zone: str,
    items: Collection[int],
    outside: Collection[int],
    plans: Sequence[tuple[Board, Reconciled]],
) -> Drafted:
    """Compose a secretary's digest of her own items (ids) during a window: received, missing and unchanged answers.

    Nobody was asked for the items `outside` (ids), because their leads are outside the pilot. `plans` are her boards
    whose forward plan differs from what these items expect.
    """
    programme = programme_of(session, window)
    rows = [row for row in returns_of(session, window) if row[1].id in items]
    counted = [row for row in rows if row[0].state not in SET_ASIDE]
    given = {told.ref: told.answers for told in period(session, window).returns if told.answers is not None}
    told = {item.ref: ret.versions if item.ref in given else 0 for ret, item in counted}
    missing = [
        {
            "item": item,
            "post": session.get_one(Post, item.lead_post_id).name,
            "state": ret.state,
            "not_asked": item.id in outside,
        }
        for ret, item in counted
        if not told[item.ref]
    ]
    unchanged = []
    for item in (item for _, item in counted if item.ref in given):
        run = unchanged_run(programme, [*history(session, stored_id(item.id), window), given[item.ref]])
        if run >= programme.form.unchanged_warning:
            unchanged.append((item, run))
    text = render(
        "digest/progress.md",
        programme=programme,
        window=window,
        zone=zone,
        submissions=(sum(version > 0 for version in told.values()), len(told)),
        received=[item for _, item in counted if told[item.ref]],
        missing=missing,
        set_aside=[row for row in rows if row[0].state in SET_ASIDE],
        unchanged=unchanged,
        plans=plans,
    )
    return Drafted(current_figures(session, Scope(window)), told, [text])
