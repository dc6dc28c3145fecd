"""What is taken for a message's words in Teams: edits, forwarded messages, struck-out words, files."""

from typing import Any

from remembrancer.bot.teams.inbound.events import parse
from remembrancer.bot.teams.inbound.message_text import to_plain_text


def activity(**more: Any) -> dict[str, Any]:
    base = {
        "type": "message",
        "id": "1",
        "from": {"id": "29:1", "aadObjectId": "a1"},
        "recipient": {"id": "28:bot", "name": "Remembrancer"},
        "conversation": {"id": "c1", "conversationType": "personal"},
        "channelId": "msteams",
    }
    return base | more


def test_an_edit_has_a_key_of_its_own_and_names_the_message_that_it_edits() -> None:
    edit = activity(type="messageUpdate", text="amber", channelData={"eventType": "editMessage"})
    first, found = parse(activity(text="on track")), parse(edit)
    assert first is not None
    assert found is not None
    assert (found.text, found.edits) == ("amber", first.key)
    assert found.key not in (first.key, parse(edit | {"text": "red"}).key)  # type: ignore[union-attr]


def test_a_deleted_message_brought_back_is_no_edit() -> None:
    assert parse(activity(type="messageUpdate", text="x", channelData={"eventType": "undeleteMessage"})) is None


def test_a_forwarded_message_is_heard_by_the_words_of_its_attachment() -> None:
    shared = {"contentType": "text/html", "content": "<p>amber, two posts vacant</p>"}
    assert to_plain_text(activity(text="", attachments=[shared])) == "amber, two posts vacant"


def test_struck_out_words_are_not_meant() -> None:
    text = "<p>on track <s>until May</s> and staffed</p>"
    assert to_plain_text(activity(text=text, textFormat="xml")) == "on track and staffed"


def test_a_message_with_a_file_says_so() -> None:
    file = {"contentType": "application/vnd.microsoft.teams.file.download.info", "content": {}}
    found = parse(activity(text="on track", attachments=[file]))
    assert found is not None
    assert found.has_file
