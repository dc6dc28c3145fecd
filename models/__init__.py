"""Remembering: one file per noun. Importing this package registers every table."""

from models.audit import AuditEvent
from models.board import Board, Meeting, MeetingState
from models.digest import Digest, DigestKind, DigestState
from models.feed import Feed
from models.folder_word import FolderWord
from models.organisation import Organisation
from models.outgoing import OutgoingMessage, Prompt, SendState
from models.person import Absence, ChatAccount, Person
from models.post import Post, Tenure
from models.programme import Item, Programme, ProgrammeBoard, Standing
from models.returns import Draft, Return, ReturnState, ReturnVersion, Snooze
from models.sending import Sending
from models.window import Window, WindowChange, WindowState

__all__ = [
    "Absence",
    "AuditEvent",
    "Board",
    "ChatAccount",
    "Digest",
    "DigestKind",
    "DigestState",
    "Draft",
    "Feed",
    "FolderWord",
    "Item",
    "Meeting",
    "MeetingState",
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
    "Sending",
    "Snooze",
    "Standing",
    "Tenure",
    "Window",
    "WindowChange",
    "WindowState",
]
