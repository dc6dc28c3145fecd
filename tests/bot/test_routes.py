"""Every button and form has one handler."""

import pytest

from remembrancer.bot.conversation.routes import merge_routes
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.services.context import Context


def answer(_context: Context, _incoming: Incoming) -> Reply:
    return Reply()


def test_two_features_may_not_handle_the_same_button() -> None:
    with pytest.raises(ValueError, match="press accept, snooze"):
        merge_routes(
            [
                {"press": {"accept": answer, "snooze": answer}},
                {"submit": {"accept": answer}},
                {"press": {"snooze": answer, "accept": answer}},
            ]
        )


def test_a_button_and_a_form_may_have_the_same_name() -> None:
    merged = merge_routes([{"press": {"accept": answer}}, {"submit": {"accept": answer}}])
    assert merged == {"press": {"accept": answer}, "submit": {"accept": answer}, "change": {}}
