"""The line that says whether sending is paused or a pilot runs."""

from sqlmodel import Session

from remembrancer.services.sending import situation
from remembrancer.wording import render


def sending_line(session: Session, zone: str) -> str:
    """Whether sending is paused or a pilot runs, since when and by whom, as Markdown; empty if neither."""
    return render("messages/sending_line.md", stands=situation(session), zone=zone)
