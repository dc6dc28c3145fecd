"""What happens to a workspace: people join, leave and change; channels are archived; the app is thrown out."""

from typing import Any

from tests.slack.strict.inputs import CannotError
from tests.slack.strict.modals import Modals
from tests.slack.strict.people import as_sent
from tests.slack.strict.shapes import message_json, user_json
from tests.slack.strict.state import Channel, Json, Message


class Changes(Modals):
    """Each tells the app, where it subscribes to that."""

    def person(
        self, name: str, email: str = "", real_name: str = "", tz: str = "Europe/London", bot: bool = False
    ) -> str:
        """Somebody who is there from the beginning. Gives the U… id."""
        return self.do(lambda: self.workspace.add_user(name, email or f"{name}@example.org", real_name, tz, bot))

    def room(self, name: str, members: list[str], private: bool = False, with_bot: bool = True) -> str:
        """A channel that is there from the beginning. Gives the C… id."""
        return self.do(lambda: self.workspace.add_channel(name, members, private, with_bot))

    def join(self, name: str, email: str = "", real_name: str = "", tz: str = "Europe/London") -> str:
        """Somebody new. Gives the U… id."""
        user = self.person(name, email, real_name, tz)
        self.event(self._about("team_join", user))
        return user

    def change(self, user: str, **fields: Any) -> None:
        """`name`, `real_name`, `email`, `tz` or `deleted`."""

        def act() -> Json:
            person = self.workspace.users[user]
            for name, value in fields.items():
                if name not in ("name", "real_name", "email", "tz", "deleted"):
                    raise ValueError(f"people have no {name} to change")
                setattr(person, name, value)
            person.updated = int(self.clock.now().timestamp())
            return self._about("user_change", user)

        self.event(self.do(act))

    def _about(self, kind: str, user: str) -> Json:
        person = self.workspace.users[user]
        ts = self.workspace.new_ts()
        return {"type": kind, "user": user_json(self.workspace, person), "cache_ts": person.updated, "event_ts": ts}

    def deactivate(self, user: str) -> None:
        self.change(user, deleted=True)

    def archive(self, channel: str, archived: bool = True) -> None:
        def act() -> Json:
            place = self.workspace.channels[channel]
            place.archived = archived
            kind = f"{place.kind}_{'archive' if archived else 'unarchive'}"
            return {"type": kind, "channel": channel, "user": "U0ADMIN", "event_ts": self.workspace.new_ts()}

        self.event(self.do(act))

    def rename(self, channel: str, name: str) -> None:
        def act() -> Json:
            place = self.workspace.channels[channel]
            place.name = name
            ts = self.workspace.new_ts()
            named = {"id": channel, "name": name, "name_normalized": name, "created": 1}
            return {"type": f"{place.kind}_rename", "channel": named, "event_ts": ts}

        self.event(self.do(act))

    def invite(self, channel: str, user: str | None = None) -> None:
        """Somebody, or the app itself."""

        def act() -> Json:
            place, who = self.workspace.channels[channel], user or self.workspace.bot.id
            place.members.append(who)
            kind = "G" if place.kind == "group" else "C"
            event: Json = {"type": "member_joined_channel", "user": who, "channel": channel, "channel_type": kind}
            return event | {"team": self.workspace.team_id, "event_ts": self.workspace.new_ts()}

        self.event(self.do(act))

    def remove(self, channel: str, user: str | None = None) -> None:
        """Somebody, or the app itself, which then hears nothing of it."""

        def act() -> Json:
            place, who = self.workspace.channels[channel], user or self.workspace.bot.id
            place.members.remove(who)
            kind = "G" if place.kind == "group" else "C"
            event: Json = {"type": "member_left_channel", "user": who, "channel": channel, "channel_type": kind}
            return event | {"team": self.workspace.team_id, "event_ts": self.workspace.new_ts()}

        self.event(self.do(act))

    def revoke_tokens(self) -> None:
        def act() -> Json:
            self.workspace.standing = "token_revoked"
            revoked = {"oauth": [], "bot": [self.workspace.bot.id]}
            return {"type": "tokens_revoked", "tokens": revoked, "event_ts": self.workspace.new_ts()}

        self.event(self.do(act))

    def uninstall(self) -> None:
        def act() -> Json:
            self.workspace.standing = "account_inactive"
            return {"type": "app_uninstalled", "event_ts": self.workspace.new_ts()}

        self.event(self.do(act))

    def install_again(self) -> None:
        """The same token is good again."""

        def act() -> None:
            self.workspace.standing = "live"

        self.do(act)

    def forbid(self, channel: str, error: str | None) -> None:
        """Every post to this channel, or to this person, is refused with that error; None: no longer."""

        def act() -> None:
            is_person = channel in self.workspace.users
            place = self.workspace.dm(channel) if is_person else self.workspace.channels[channel]
            place.forbids = error

        self.do(act)

    def edit(self, user: str, ts: str, text: str, channel: str | None = None) -> None:
        """A person changes what they said."""

        def act() -> Json:
            place = self._place(user, channel)
            message = self._own(place, user, ts)
            before = message_json(self.workspace, message)
            message.text, message.edited = as_sent(self.workspace, text), self.workspace.new_ts()
            after = message_json(self.workspace, message)
            event: Json = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": place.id}
            event |= {"message": after, "previous_message": before, "ts": message.edited, "event_ts": message.edited}
            return event | {"channel_type": place.kind}

        self.event(self.do(act))

    def _own(self, place: Channel, user: str, ts: str) -> Message:
        message = place.message(ts)
        if message is None or message.user != user:
            raise CannotError(f"{ts} is not {user}'s to change")
        return message

    def take_scope(self, scope: str) -> None:
        self.do(lambda: self.workspace.scopes.discard(scope))
