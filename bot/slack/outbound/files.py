"""Uploads pictures and files, and shows them in a block or shares them in a thread."""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from remembrancer.bot.slack.api import TIMEOUT, SlackWebApi
from remembrancer.bot.slack.errors import as_send_error
from remembrancer.models.message import Attachment
from remembrancer.scheduler.outbox.transport import SendError, Trouble

ALT_LENGTH = 1000
"""Slack's limit for a file's alt text; an image block's may be twice as long."""


def picture_block(web: SlackWebApi, attachment: Attachment, block_id: str) -> dict[str, Any]:
    """Upload a picture, share it nowhere, and return the block that shows it."""
    file_id = _uploaded(web, attachment)
    _complete(web, attachment, file_id)
    return {
        "type": "image",
        "block_id": block_id,
        "slack_file": {"id": file_id},
        "alt_text": attachment.alt or attachment.name,
    }


def share(web: SlackWebApi, attachment: Attachment, channel: str, thread: str) -> None:
    """Upload a file and share it as a reply in a thread."""
    _complete(web, attachment, _uploaded(web, attachment), channel_id=channel, thread_ts=thread)


def _uploaded(web: SlackWebApi, attachment: Attachment) -> str:
    described: dict[str, Any] = {"filename": attachment.name, "length": len(attachment.data)}
    if attachment.alt:
        described["alt_txt"] = attachment.alt[:ALT_LENGTH]
    place = web.ask("files.getUploadURLExternal", **described)
    headers = {"Content-Type": attachment.media_type}
    try:
        with urlopen(Request(place["upload_url"], attachment.data, headers, method="POST"), timeout=TIMEOUT):
            return str(place["file_id"])
    except HTTPError as error:
        error.close()
        # Nobody sees a partial upload, so nothing was sent.
        raise SendError(Trouble.AGAIN, f"upload: HTTP {error.code}") from error
    except (OSError, HTTPException) as error:
        raise SendError(Trouble.AGAIN, f"upload: {as_send_error(error).reason}") from error


def _complete(web: SlackWebApi, attachment: Attachment, file_id: str, **where: Any) -> None:
    files = json.dumps([{"id": file_id, "title": attachment.name}])
    web.ask("files.completeUploadExternal", files=files, **where)
