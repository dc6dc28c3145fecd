"""What people do in modals and on the home tab: fill in, choose, press, submit, close."""

from typing import Any

from tests.slack.strict.delivery import Delivery
from tests.slack.strict.inputs import CannotError, find, not_ready, taken
from tests.slack.strict.people import People, matching
from tests.slack.strict.shapes import view_json
from tests.slack.strict.state import Json, RefusedError, View
from tests.slack.strict.views import change_view, checked, clear_views, pop_view, push_view

FAILED = {"*": "We had some trouble connecting. Try again?"}
"""What submit() gives where the app did not answer, or answered what Slack does not take; the modal stays open."""


class Modals(People):
    """The modal is the one on top of the person's stack. Raises CannotError where none is open."""

    def view_of(self, user: str) -> Json | None:
        """The modal that the person looks at, as Slack tells of it; None: none is open."""
        return self.do(lambda: view_json(self.workspace, self._top(user)) if user in self.workspace.stacks else None)

    def home_of(self, user: str) -> Json | None:
        home = self.workspace.homes.get(user)
        return None if home is None else self.do(lambda: view_json(self.workspace, home))

    def _top(self, user: str) -> View:
        stack = self.workspace.stacks.get(user)
        if not stack:
            raise CannotError(f"{user} has no modal open")
        return self.workspace.views[stack[-1]]

    def fill(self, user: str, values: dict[str, Any]) -> None:
        """{block_id: value}: text; an option's value or label, or a list of them; a day; a person's id."""
        self.do(lambda: [self._take(self._top(user), block_id, value) for block_id, value in values.items()])

    def _take(self, view: View, block_id: str, value: Any) -> tuple[Json, Json]:
        block, element = find(view.content["blocks"], block_id)
        view.values[block_id][element["action_id"]] = taken(element, value)
        return block, element

    def choose(self, user: str, block_id: str, value: Any, home: bool = False) -> Delivery:
        """Fill in an element that tells the app at once."""

        def act() -> Json:
            view = self.workspace.homes[user] if home else self._top(user)
            block, element = self._take(view, block_id, value)
            if block["type"] == "input" and not block.get("dispatch_action"):
                raise CannotError(f"{block_id} does not tell the app before it is submitted")
            return self._view_action(view, self.action(block, element, value))

        return self.deliver("interactive", self.do(act))

    def press_in(
        self, user: str, *, home: bool = False, label: str | None = None, action_id: str | None = None, nth: int = 0
    ) -> Delivery:
        """A button of the modal, or of the home tab."""

        def act() -> Json:
            view = self.workspace.homes[user] if home else self._top(user)
            found = matching(view.content["blocks"], label, action_id, None)
            if len(found) <= nth:
                raise CannotError(f"there is no {label or action_id!r} to press")
            return self._view_action(view, self.action(*found[nth], None))

        return self.deliver("interactive", self.do(act))

    def _view_action(self, view: View, action: Json) -> Json:
        payload = self.interaction(view.user, "block_actions", view.id) | {"actions": [action]}
        payload["container"] = {"type": "view", "view_id": view.id}
        return payload | {"view": view_json(self.workspace, view)}

    def submit(self, user: str) -> dict[str, str]:
        """{block_id: error} as they are shown beside the fields; nothing: it was taken. See FAILED."""
        view = self.do(lambda: self._top(user))
        if "submit" not in view.content:
            raise CannotError("this modal has nothing to submit with")
        missing = self.do(lambda: not_ready(view.content["blocks"], view.values))
        if missing:
            return missing
        delivery = self.deliver("interactive", self.do(lambda: self._submission(view)))
        if not delivery.acknowledged:
            return dict(FAILED)
        return self.do(lambda: self._respond(view, delivery.answer or {}))

    def _submission(self, view: View) -> Json:
        payload = self.interaction(view.user, "view_submission", view.id)
        return payload | {"view": view_json(self.workspace, view), "response_urls": []}

    def _respond(self, view: View, answer: Json) -> dict[str, str]:
        """What response_action says is done to the person's modals."""
        if view.id not in self.workspace.views:
            return {}
        action = answer.get("response_action")
        if action == "errors":
            return beside_fields(view, answer.get("errors"))
        if action == "clear":
            clear_views(self.workspace, view.user)
            return {}
        if action is None and not answer:
            pop_view(self.workspace, view.user)
            return {}
        return self._respond_with_view(view, action, answer)

    def _respond_with_view(self, view: View, action: Any, answer: Json) -> dict[str, str]:
        try:
            content = checked(answer.get("view"), "modal")
            if action == "update":
                change_view(self.workspace, view, content)
            elif action == "push":
                push_view(self.workspace, view.user, content)
            else:
                raise RefusedError("unknown_response_action")
        except RefusedError as refused:
            self.refusals.append(refused.answer)
            return dict(FAILED)
        return {}

    def close(self, user: str, everything: bool = False) -> Delivery | None:
        """The modal on top, or the whole stack; the app is told where its view asks for that."""

        def act() -> Json | None:
            view = self._top(user)
            told = view_json(self.workspace, view)
            if everything or view.content.get("clear_on_close"):
                clear_views(self.workspace, user)
            else:
                pop_view(self.workspace, user)
            if not view.content.get("notify_on_close"):
                return None
            payload = self.interaction(user, "view_closed")
            del payload["trigger_id"]
            return payload | {"view": told, "is_cleared": everything}

        payload = self.do(act)
        return None if payload is None else self.deliver("interactive", payload)


def beside_fields(view: View, errors: Any) -> dict[str, str]:
    """Errors stand at inputs; where there is no such input Slack shows trouble instead."""
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    proper = isinstance(errors, dict) and errors and set(errors) <= inputs
    if not proper or not all(isinstance(text, str) and text for text in errors.values()):
        return dict(FAILED)
    return dict(errors)
