"""Describes for people what a message is and which rule sent it."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from remembrancer.cards.prompts.kinds import KINDS
from remembrancer.models import OutgoingMessage, Programme, Prompt, Window
from remembrancer.queries.organisation import definition
from remembrancer.reports.forward_plan.paper_status import stage_step_in_words
from remembrancer.rules.programmes.spec import Programme as ProgrammeSpec
from remembrancer.rules.programmes.spec import StepSpec
from remembrancer.rules.prompts.step_times import kind_of
from remembrancer.scheduler.preview.planned_messages import policy_step_in_words
from remembrancer.wording import phrase


def steps_of(session: Session, row: OutgoingMessage) -> dict[str, StepSpec]:
    """Return the steps of the chase policy that a message may come from, by key."""
    if row.window_id is None:
        return {}
    programme = session.get_one(Programme, session.get_one(Window, row.window_id).programme_id)
    return policy_steps(definition(programme), row.kind)


def policy_steps(programme: ProgrammeSpec, kind: str) -> dict[str, StepSpec]:
    """Return a programme's steps that a message of this kind may come from, by key."""
    chase = programme.chase
    return {step.key: step for step in (chase.secretary_digests if kind == "digest_progress" else chase.steps)}


def what(kind: str, steps: Mapping[str, StepSpec]) -> str:
    """Return what a kind of message is called, such as 'Reminder'."""
    step = steps.get(kind)
    if step is None:
        return _named("pages.kind", kind)
    if step.to != "lead":
        return phrase("pages.kind_escalation")
    return phrase("pages.kind_opening" if step.at == "opening" else "pages.kind_reminder")


def because(session: Session, row: OutgoingMessage, steps: Mapping[str, StepSpec]) -> tuple[str, ...]:
    """Return the rules that sent a message and the reasons for its recipient, in words; none for a reply."""
    if row.kind == "reply":
        return ()
    prompts = session.exec(select(Prompt).where(Prompt.message_id == row.id).order_by(col(Prompt.id))).all()
    written = (each.partition(": ") for each in row.because.split("; "))
    found = [
        (KINDS[prompt.subject_kind].step_name(prompt.subject_name, prompt.step), prompt.revision, prompt.because)
        for prompt in prompts
    ]
    found = found or [(step, 1, reason) for step, _, reason in written]
    rules = [_rule(session, step, revision, steps) for step, revision, _ in found]
    return tuple(dict.fromkeys([*rules, *(_named("because", reason, "") for *_, reason in found if reason)]))


def _rule(session: Session, step: str, revision: int, steps: Mapping[str, StepSpec]) -> str:
    """Describe a step of the policy in a revision of the window, or another occasion."""
    if step in steps:
        return policy_step_in_words(steps[step], revision)
    kind = kind_of(step)
    if kind != step:
        return phrase(f"steps.{kind}")
    return stage_step_in_words(session, step) or _named("pages.because", step)


def _named(group: str, key: str, join: str = "_") -> str:
    """Return the words for a key, or the key itself where it has none."""
    try:
        return phrase(f"{group}{join or '.'}{key}")
    except KeyError:
        return key.replace("_", " ")
