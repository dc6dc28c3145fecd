"""Remembering: one file per noun. Importing this package registers every table."""

from models.audit import AuditEvent
from models.board import Board, Meeting
from models.digest import Digest, DigestKind
from models.organisation import Organisation
from models.outgoing import OutgoingMessage, Prompt, SendState
from models.person import Absence, ChatAccount, Person
from models.post import Post, Tenure
from models.programme import Item, Programme, ProgrammeBoard
from models.returns import Draft, Return, ReturnState, ReturnVersion, Snooze
from models.window import Window, WindowState

__all__ = [
    "Absence",
    "AuditEvent",
    "Board",
    "ChatAccount",
    "Digest",
    "DigestKind",
    "Draft",
    "Item",
    "Meeting",
    "Organisation",
    "OutgoingMessage",
    "Person",
    "Post",
    "Programme",
    "ProgrammeBoard",
    "Prompt",
    "Return",
    "ReturnState",
    "ReturnVersion",
    "SendState",
    "Snooze",
    "Tenure",
    "Window",
    "WindowState",
]
