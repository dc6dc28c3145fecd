"""What happens to a workspace: people join, leave and change; channels are archived; the app is thrown out."""

from typing import Any

from tests.slack.strict.modals import Modals
from tests.slack.strict.shapes import user_json
from tests.slack.strict.state import Json


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
            self.workspace.channels[channel].archived = archived
            kind = "channel_archive" if archived else "channel_unarchive"
            return {"type": kind, "channel": channel, "user": "U0ADMIN", "event_ts": self.workspace.new_ts()}

        self.event(self.do(act))

    def rename(self, channel: str, name: str) -> None:
        def act() -> Json:
            self.workspace.channels[channel].name = name
            ts = self.workspace.new_ts()
            named = {"id": channel, "name": name, "name_normalized": name, "created": 1}
            return {"type": "channel_rename", "channel": named, "event_ts": ts}

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
        """Somebody, or the app itself: it hears of others alone."""

        def act() -> Json:
            place, who = self.workspace.channels[channel], user or self.workspace.bot.id
            place.members.remove(who)
            kind = "G" if place.kind == "group" else "C"
            event: Json = {"type": "member_left_channel", "user": who, "channel": channel, "channel_type": kind}
            return event | {"team": self.workspace.team_id, "event_ts": self.workspace.new_ts()}

        event = self.do(act)
        if user is not None:
            self.event(event)

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

    def take_scope(self, scope: str) -> None:
        self.do(lambda: self.workspace.scopes.discard(scope))
