"""What people do in messages: say, press, choose, command, shortcut, open the home tab."""

import html
import re
from typing import Any

from tests.slack.strict.args import Args
from tests.slack.strict.blocks import elements_of
from tests.slack.strict.core import Core
from tests.slack.strict.delivery import Delivery
from tests.slack.strict.inputs import KINDS, CannotError, pick, state_of, taken
from tests.slack.strict.response_urls import new_response_url, show
from tests.slack.strict.shapes import message_json, view_json
from tests.slack.strict.state import Channel, Json, Message, Workspace

TROUBLE = "failed with the error 'operation_timeout'"


def as_sent(workspace: Workspace, typed: str) -> str:
    """What a client sends for what a person types: escaped, with people, channels and links marked."""
    text = html.escape(typed, quote=False)
    for user in workspace.users.values():
        text = re.sub(rf"(?<![\w@])@{re.escape(user.name)}(?![\w.]*\w)", f"<@{user.id}>", text)
    text = re.sub(r"https?://[^\s<>|]+", lambda found: f"<{found[0]}>", text)
    return re.sub(r"(?<![\w@<])[\w.+-]+@[\w-]+\.[\w.-]*\w", lambda found: f"<mailto:{found[0]}|{found[0]}>", text)


def as_commanded(workspace: Workspace, typed: str) -> str:
    """With should_escape, people and channels are marked with their names too."""
    text = re.sub(r"<@(U\w+)>", lambda found: f"<@{found[1]}|{workspace.users[found[1]].name}>", typed)
    for user in workspace.users.values():
        text = re.sub(rf"(?<![\w@|])@{re.escape(user.name)}(?![\w.]*\w)", f"<@{user.id}|{user.name}>", text)
    for channel in workspace.channels.values():
        if channel.name:
            text = re.sub(rf"(?<![\w#|])#{re.escape(channel.name)}(?![\w-])", f"<#{channel.id}|{channel.name}>", text)
    return text


class People(Core):
    """Each of these waits until the app has acknowledged, or has not."""

    def say(self, user: str, text: str, channel: str | None = None, thread_ts: str | None = None) -> str:
        """In a channel, or the DM. Gives the message's ts."""
        message, shape = self.do(lambda: self._said(user, text, channel, thread_ts))
        self.event(shape)
        return message.ts

    def _said(self, user: str, text: str, channel: str | None, thread_ts: str | None) -> tuple[Message, Json]:
        place = self._place(user, channel)
        message = Message(self.workspace.new_ts(), user, as_sent(self.workspace, text), thread_ts=thread_ts)
        place.messages.append(message)
        shape = message_json(self.workspace, message) | {"channel": place.id, "event_ts": message.ts}
        return message, shape | {"channel_type": place.kind}

    def _place(self, user: str, channel: str | None) -> Channel:
        place = self.workspace.dm(user) if channel is None else self.workspace.channels[channel]
        if user not in place.members or place.archived or self.workspace.users[user].deleted:
            raise CannotError(f"{user} can do nothing in {channel or 'the DM'}")
        return place

    def press(
        self,
        user: str,
        channel: str | None = None,
        ts: str | None = None,
        *,
        label: str | None = None,
        action_id: str | None = None,
        block_id: str | None = None,
        nth: int = 0,
        value: Any = None,
    ) -> Delivery:
        """A button by its label, or any element by its ids; `value` for what is chosen in a select.

        Without `ts`: in the newest message that has it. Raises CannotError where it is not there.
        """
        payload = self.do(lambda: self._pressed(user, channel, ts, (label, action_id, block_id), nth, value))
        return self.deliver("interactive", payload)

    def _pressed(
        self,
        user: str,
        channel: str | None,
        ts: str | None,
        wanted: tuple[str | None, str | None, str | None],
        nth: int,
        value: Any,
    ) -> Json:
        place = self._place(user, channel)
        seen = [one for one in [*place.messages, *place.ephemeral] if one.seen_by in (None, user)]
        for message in sorted(seen, key=lambda one: one.ts, reverse=True):
            found = matching(message.blocks, *wanted) if ts in (None, message.ts) else []
            if len(found) > nth:
                block, element = found[nth]
                return self._message_action(user, place, message, self.action(block, element, value))
        raise CannotError(f"there is no {wanted} to press for {user}")

    def _message_action(self, user: str, place: Channel, message: Message, action: Json) -> Json:
        ephemeral = message.seen_by is not None
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": place.id}
        payload = self.interaction(user, "block_actions") | {"actions": [action]}
        payload["container"] = container | {"is_ephemeral": ephemeral}
        payload["channel"] = {"id": place.id, "name": place.name or "directmessage"}
        payload["message"] = message_json(self.workspace, message)
        values = state_of(message.blocks)
        if action["block_id"] in values and action["action_id"] in values[action["block_id"]]:
            values[action["block_id"]][action["action_id"]] = chosen(action)
        payload["state"] = {"values": values}
        return payload | {"response_url": new_response_url(self.workspace, place.id, user, message.ts)}

    def action(self, block: Json, element: Json, value: Any) -> Json:
        """One of a payload's actions."""
        action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action["action_ts"] = self.workspace.new_ts()
        if element["type"] == "button":
            return action | {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        if element["type"] == "overflow":
            return action | {"selected_option": pick(element, value)}
        return action | taken(element, value)

    def interaction(self, user: str, kind: str, view: str | None = None) -> Json:
        """What every interactive payload has."""
        workspace, person = self.workspace, self.workspace.users[user]
        who: Json = {"id": user, "username": person.name, "name": person.name, "team_id": workspace.team_id}
        payload: Json = {"type": kind, "user": who, "api_app_id": workspace.app_id, "token": "strict"}
        payload |= {"team": {"id": workspace.team_id, "domain": workspace.domain}, "enterprise": None}
        return payload | {"is_enterprise_install": False, "trigger_id": workspace.new_trigger(user, view)}

    def command(self, user: str, command: str, text: str = "", channel: str | None = None) -> str:
        """What the person is shown at once, if anything; TROUBLE where the app did not answer."""
        place = self.do(lambda: self._place(user, channel))
        delivery = self.deliver("slash_commands", self.do(lambda: self._commanded(user, command, text, place)))
        if not delivery.acknowledged:
            return f"{command} {TROUBLE}"
        if not delivery.answer:
            return ""
        answer = Args(delivery.answer)
        return self.do(lambda: show(self.workspace, place, user, answer)).text

    def _commanded(self, user: str, command: str, text: str, place: Channel) -> Json:
        workspace = self.workspace
        fields: Json = {"token": "strict", "team_id": workspace.team_id, "team_domain": workspace.domain}
        fields |= {"channel_id": place.id, "channel_name": place.name or "directmessage", "user_id": user}
        fields |= {"user_name": workspace.users[user].name, "command": command}
        fields |= {"text": as_commanded(workspace, text), "api_app_id": workspace.app_id}
        fields["response_url"] = new_response_url(workspace, place.id, user)
        return fields | {"is_enterprise_install": "false", "trigger_id": workspace.new_trigger(user)}

    def shortcut(self, user: str, callback_id: str, channel: str | None, ts: str) -> Delivery:
        """A message shortcut, on a message that the person sees."""
        return self.deliver("interactive", self.do(lambda: self._shortcut(user, callback_id, channel, ts)))

    def _shortcut(self, user: str, callback_id: str, channel: str | None, ts: str) -> Json:
        place = self._place(user, channel)
        message = place.message(ts)
        if message is None:
            raise CannotError(f"there is no message {ts}")
        payload = self.interaction(user, "message_action") | {"callback_id": callback_id, "message_ts": ts}
        payload["channel"] = {"id": place.id, "name": place.name or "directmessage"}
        payload["message"] = message_json(self.workspace, message)
        payload["action_ts"] = self.workspace.new_ts()
        return payload | {"response_url": new_response_url(self.workspace, place.id, user, ts)}

    def open_home(self, user: str, tab: str = "home") -> Delivery | None:
        """The app's page in a client: its home, or its messages."""

        def opened() -> Json:
            ts, place = self.workspace.new_ts(), self.workspace.dm(user)
            home = self.workspace.homes.get(user)
            event: Json = {"type": "app_home_opened", "user": user, "channel": place.id, "tab": tab, "event_ts": ts}
            return event | ({"view": view_json(self.workspace, home)} if home and tab == "home" else {})

        return self.event(self.do(opened))


def matching(
    blocks: list[Json], label: str | None, action_id: str | None, block_id: str | None
) -> list[tuple[Json, Json]]:
    """Each element that people can act on, with its block, that is meant by this."""
    found = []
    for block in blocks:
        for element in elements_of(block):
            text = element.get("text", {}).get("text") if element["type"] == "button" else None
            meant = label in (None, text) and action_id in (None, element.get("action_id"))
            if element["type"] != "image" and meant and block_id in (None, block["block_id"]):
                found.append((block, element))
    return found


def chosen(action: Json) -> Json:
    key = KINDS[action["type"]].key
    return {"type": action["type"], key: action[key]}
