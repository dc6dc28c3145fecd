"""What is taken for a message's words in Slack: edits, words in blocks alone, forwarded messages, files."""

from typing import Any

from remembrancer.bot.slack.inbound.events import Event, parse
from remembrancer.bot.slack.inbound.message_text import words_of


def heard(**event: Any) -> Event | None:
    inner = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "ts": "1.1", **event}
    return parse({"type": "event_callback", "event_id": "Ev1", "event": inner})


def test_an_edit_is_heard_with_the_words_before() -> None:
    found = heard(
        subtype="message_changed",
        message={"user": "U1", "text": "amber", "ts": "1.0", "edited": {"user": "U1", "ts": "2.0"}},
        previous_message={"user": "U1", "text": "on track", "ts": "1.0"},
    )
    assert found is not None
    assert (found.user, found.text, found.edits) == ("U1", "amber", "on track")


def test_a_preview_of_a_link_is_no_edit_and_neither_is_our_own_message() -> None:
    same = {"user": "U1", "text": "see https://example.org", "ts": "1.0"}
    assert heard(subtype="message_changed", message=same, previous_message=same) is None
    ours = {"user": "U9", "bot_id": "B1", "text": "new", "ts": "1.0"}
    assert heard(subtype="message_changed", message=ours, previous_message={**ours, "text": "old"}) is None


def test_words_that_stand_in_blocks_alone_are_heard_without_what_is_struck_out() -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "on track"},
            {"type": "text", "text": " until May", "style": {"strike": True}},
        ],
    }
    bullets = {
        "type": "rich_text_list",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "roof finished"}]},
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "windows next"}]},
        ],
    }
    found = words_of({"text": "", "blocks": [{"type": "rich_text", "elements": [section, bullets]}]})
    assert "on track" in found
    assert "until May" not in found
    assert "• roof finished" in found
    assert "• windows next" in found


def test_a_forwarded_message_is_heard_by_its_words() -> None:
    assert words_of({"text": "", "attachments": [{"is_share": True, "text": "amber, two posts vacant"}]}) == (
        "amber, two posts vacant"
    )


def test_a_message_with_a_file_says_so() -> None:
    found = heard(subtype="file_share", text="on track", files=[{"id": "F1"}])
    assert found is not None
    assert found.has_file
