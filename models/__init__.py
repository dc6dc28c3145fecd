"""Remembering: one file per noun. Importing this package registers every table."""

from models.audit import AuditEvent
from models.board import Board, Meeting, MeetingState
from models.digest import Digest, DigestKind, DigestState
from models.feed import Feed
from models.folder_word import FolderWord
from models.forward_plan import (
    Fate,
    ForwardPlanItem,
    MeetingNote,
    MeetingNoteKind,
    PaperAnswer,
    PaperPrompt,
    Placing,
    PlanStanding,
)
from models.incoming import HeardState, IncomingEvent, OpenForm
from models.organisation import Organisation
from models.outgoing import OutgoingMessage, Prompt, SendState
from models.person import Absence, ChatAccount, Person
from models.post import Post, Tenure
from models.programme import Item, Programme, ProgrammeBoard, Standing
from models.returns import Draft, Return, ReturnState, ReturnVersion, Snooze
from models.sending import Sending
from models.signing import Signing
from models.teams import TeamsConversation, TeamsKind
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
    "Fate",
    "Feed",
    "FolderWord",
    "ForwardPlanItem",
    "HeardState",
    "IncomingEvent",
    "Item",
    "Meeting",
    "MeetingNote",
    "MeetingNoteKind",
    "MeetingState",
    "OpenForm",
    "Organisation",
    "OutgoingMessage",
    "PaperAnswer",
    "PaperPrompt",
    "Person",
    "Placing",
    "PlanStanding",
    "Post",
    "Programme",
    "ProgrammeBoard",
    "Prompt",
    "Return",
    "ReturnState",
    "ReturnVersion",
    "SendState",
    "Sending",
    "Signing",
    "Snooze",
    "Standing",
    "TeamsConversation",
    "TeamsKind",
    "Tenure",
    "Window",
    "WindowChange",
    "WindowState",
]
