"""The quarter as it is played: the stages one after another, answers that come in between kills, and the judgement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.delivery.judge import Verdict, judge
from tests.delivery.kills import Campaign
from tests.delivery.world import EACH_LEADS, STAGES, PromptName, Stage, addressees, answer, load, organisation

ANSWERED_BEFORE = 0.2
"""The share of what is unanswered that is answered before each stage."""


@dataclass
class Story:
    """`due` and `allowed` are what the judgement expects: what was unanswered all through a stage, or at its start."""

    campaign: Campaign
    unanswered: list[str]
    due: set[PromptName] = field(default_factory=set)
    allowed: set[PromptName] = field(default_factory=set)

    @classmethod
    def begin(cls, campaign: Campaign, folder: Path, leads: int) -> "Story":
        """Load an organisation with so many leads."""
        load(campaign.engine, organisation(folder / "organisation", leads))
        return cls(campaign, [str(n + 1) for n in range(leads * EACH_LEADS)])

    def play(self, stages: Sequence[Stage] = STAGES, strike: Callable[[], None] | None = None) -> None:
        """Each stage under kills (as the stage says, or as `strike` does), then to its end."""
        wanted = 0
        for stage in stages:
            wanted += stage.kills
            self.campaign.move_to(stage.at)
            if stage.step != "opening":
                self._answer(round(len(self.unanswered) * ANSWERED_BEFORE))
            self.allowed |= self._asked(stage)
            if strike:
                strike()
            else:
                self.campaign.strike(wanted - self.campaign.killed, between=self._perhaps_answer)
            self.campaign.finish()
            self.due |= self._asked(stage)

    def verdict(self) -> Verdict:
        return judge(self.campaign.engine, self.campaign.receiver.posts(), self.due, self.allowed)

    def _asked(self, stage: Stage) -> set[PromptName]:
        return {prompt for ref in self.unanswered for prompt in addressees(ref, stage.step)}

    def _perhaps_answer(self) -> None:
        self._answer(self.campaign.random.choice((0, 0, 1, 2)))

    def _answer(self, count: int) -> None:
        refs = self.campaign.random.sample(self.unanswered, count)
        answer(self.campaign.engine, refs, self.campaign.clock.now())
        self.unanswered = [ref for ref in self.unanswered if ref not in refs]
