"""What people do in Slack, by buttons, modals and words in a thread."""

from typing import Any

from tests.slack.quarter import SlackQuarter
from tests.slack.strict.inputs import CannotError
from tests.slack.strict.state import Json
from tests.storm.people import OPEN, TRIES, People


class SlackPeople(People):
    quarter: SlackQuarter

    def besides(self, who: str) -> None:
        self.quarter.slack.open_home(self._user(who))

    def _fill_in(self, who: str, delivery: str, note: str) -> bool:
        self.quarter.slack.choose(self._user(who), "delivery", delivery)
        self.quarter.rest()
        self.quarter.slack.fill(self._user(who), {"progress_description": note})
        return True

    def _say(self, who: str, text: str) -> bool:
        user = self._user(who)
        cards = [one for one in self.quarter.slack.messages(user) if '"answer"' in str(one.blocks).replace("'", '"')]
        if cards:
            about = cards[-1].ts if self.dice.random() < 0.7 else None
            self.quarter.slack.say(user, text, thread_ts=about)
        return bool(cards)

    def _user(self, who: str) -> str:
        return self.quarter.users[who]

    def _press(self, who: str, label: str) -> str | None:
        for _ in range(TRIES):
            try:
                delivery = self.quarter.slack.press(self._user(who), label=label)
            except CannotError:
                return None
            self.quarter.rest()
            if delivery.acknowledged:
                return str(delivery.payload["actions"][0]["value"])
        return None

    def _open(self, who: str, asks: str, labels: tuple[str, ...]) -> bool:
        slack, user = self.quarter.slack, self._user(who)
        for _ in range(TRIES):
            for label in (*labels, OPEN):
                self._press(who, label)
                view = slack.view_of(user)
                if view is not None and asks in {block["block_id"] for block in view["blocks"]}:
                    return True
                if view is not None:
                    slack.close(user)
        return False

    def _send(self, who: str, note: str) -> bool:
        slack, user = self.quarter.slack, self._user(who)
        for _ in range(20):
            view = slack.view_of(user)
            if view is None:
                return True
            errors = slack.submit(user)
            self.quarter.rest()
            for block in view["blocks"]:
                if block.get("block_id") in errors:
                    self._mend(user, block, note)
        return False

    def _mend(self, user: str, block: Json, note: str) -> None:
        """Fill in what is missing."""
        view, element = self.quarter.slack.view_of(user), block["element"]
        held: Any = view["state"]["values"].get(block["block_id"], {}) if view else {}
        if any(one.get(key) for one in held.values() for key in one if key != "type"):
            return
        wanted: Any = {"plain_text_input": note, "datepicker": "2020-03-31"}.get(element["type"])
        options = [option["value"] for option in element.get("options", ())]
        if element["type"] == "checkboxes":
            wanted = [self.dice.choice(options)]
        self.quarter.slack.fill(user, {block["block_id"]: wanted or self.dice.choice(options)})
