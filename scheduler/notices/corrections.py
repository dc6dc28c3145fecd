"""Corrects the dates that people and boards were told and that have changed since, whatever they were told them of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import OutgoingMessage
from remembrancer.models.database import write_once
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.prompts.subjects import PromptSubject
from remembrancer.scheduler.notices.correction import Correction
from remembrancer.scheduler.notices.meeting_corrections import meeting_corrections
from remembrancer.scheduler.notices.pathway_corrections import pathway_corrections
from remembrancer.scheduler.notices.window_corrections import changed_windows, window_corrections
from remembrancer.services.outbox import enqueue

Source = Callable[[Session, Facts, Sequence[PromptSubject], datetime], Iterator[Correction]]
"""Finds the corrections about one kind of date that are due and not written yet."""
SOURCES: Mapping[str, Source] = {
    "meetings": meeting_corrections,
    "pathways": pathway_corrections,
    "windows": window_corrections,
}


def send_corrections(engine: Engine, loaded: tuple[Facts, Sequence[PromptSubject]] | None, now: datetime) -> None:
    """Write the corrections that are due, one source to a transaction, unless sending is paused.

    Where another replica wrote one of them first, the source's others come with the next tick.

    Call it after planning: whoever is asked again gets the new dates with the prompt, and needs no correction.
    `loaded` are the facts and subjects of this tick; None where nothing is asked.
    """
    if loaded is None:
        with Session(engine) as session:
            if not changed_windows(session, now):  # nothing else is corrected once it is over
                return
            loaded = load_facts(session), ()
    facts, subjects = loaded
    for name, source in SOURCES.items() if not facts.paused else ():
        with write_once(engine, corrections=name) as session:
            for correction in source(session, facts, subjects, now):
                _write(session, correction, now)


def _write(session: Session, correction: Correction, now: datetime) -> None:
    enqueue(
        session,
        correction.to,
        message(correction.text),
        key=correction.key,
        kind=correction.kind,
        now=now,
        window=correction.window,
        not_before=correction.not_before,
        expires_at=correction.expires_at,
        items=correction.items,
    )
    if correction.prompts:
        row_id = session.exec(select(OutgoingMessage.id).where(OutgoingMessage.key == correction.key)).one()
        for prompt in correction.prompts:
            prompt.message_id = stored_id(row_id)
        session.add_all(correction.prompts)
        session.flush()
