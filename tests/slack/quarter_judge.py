"""What is wrong at the end of the quarter in Slack, by its own log and messages."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from remembrancer.bot.slack.outbound.message_chunks import Chunk, key_of, short_key, split_into_chunks
from remembrancer.models import OutgoingMessage, SendState
from remembrancer.models.message import Message as Neutral
from tests.slack.quarter import SlackQuarter
from tests.slack.quarter_people import SlackPeople
from tests.storm.judge import Judge

MINUTE = timedelta(minutes=1)


class SlackJudge(Judge):
    def __init__(self, quarter: SlackQuarter, people: SlackPeople) -> None:
        super().__init__(quarter, people)
        self.slack, self.restarts = quarter.slack, quarter.restarts
        self.there = {
            key: message
            for channel in self.slack.workspace.channels.values()
            for message in channel.messages
            if (key := key_of({"metadata": message.metadata})) is not None
        }

    def log(self) -> Iterator[str]:
        """Nothing is posted twice, though it were taken back; nothing that the outbox does not know of."""
        posted = Counter(
            (call.args["channel"], *key)
            for call in self.slack.called("chat.postMessage")
            if call.done and (key := key_of({"metadata": call.args.get("metadata")})) is not None
        )
        yield from (f"{key} was posted {count} times" for key, count in posted.items() if count > 1)
        sent = {short_key(row.key) for row in self.rows if row.state == SendState.SENT}
        yield from (f"{key} was posted, and is not known of" for _, key, _ in posted if key not in sent)

    def shown(self) -> Iterator[str]:
        """Each message is there as it should be by now."""
        for row in self.rows:
            if row.state == SendState.SENT:
                for piece in split_into_chunks(Neutral.model_validate(row.body), row.key):
                    yield from self._as_wanted(row, piece)

    def _as_wanted(self, row: OutgoingMessage, piece: Chunk) -> Iterator[str]:
        message = self.there.get((short_key(row.key), piece.number))
        if message is None:
            yield f"piece {piece.number} of {row.key} is not there"
        elif message.ts not in (row.remote_id or "").split(","):
            yield f"piece {piece.number} of {row.key} is not where it is thought to be"
        elif (message.text, message.blocks) != (piece.text, piece.blocks):
            yield f"piece {piece.number} of {row.key} shows {message.text!r}, not {piece.text!r}"

    def texts(self, who: str) -> list[str]:
        messages = self.slack.messages(self.quarter.users[who])
        return [message.text for message in messages if message.from_bot]

    def heard(self) -> Iterator[str]:
        yield from super().heard()
        for delivery in self.slack.deliveries:
            if not delivery.acknowledged and delivery.kind == "events_api":
                yield f"{delivery.payload['event_id']} was not taken: {delivery.tries}"

    def manners(self) -> Iterator[str]:
        """No limit is passed, but in the minute in which another process had called: that Slack alone can know."""
        for call in self.slack.calls:
            if call.violation and not any(call.at - MINUTE <= at <= call.at for at in self.restarts):
                yield f"{call.method} was called too often"
        yield from (f"Slack did not take {refusal}" for refusal in self.slack.refusals)
