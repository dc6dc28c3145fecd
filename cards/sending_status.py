"""The line that says whether sending is paused or a pilot runs."""

from sqlmodel import Session

from remembrancer.services.sending import sending_summary
from remembrancer.wording import render


def sending_line(session: Session, zone: str) -> str:
    """Whether sending is paused or a pilot runs, since when and by whom, as Markdown; empty if neither."""
    return render("messages/sending_line.md", stands=sending_summary(session), zone=zone)
