"""The database tables, one module for each group of tables; importing this package registers all of them."""

from remembrancer.models.audit import AuditEvent
from remembrancer.models.board import Board, Meeting, MeetingState
from remembrancer.models.digest import Digest, DigestKind, DigestState
from remembrancer.models.feed import Feed
from remembrancer.models.forward_plan import (
    Fate,
    ForwardPlanItem,
    MeetingNote,
    MeetingNoteKind,
    PaperAnswer,
    Placing,
    PlanItemState,
)
from remembrancer.models.imported_row import ImportedRow
from remembrancer.models.incoming import EventState, IncomingEvent, OpenForm
from remembrancer.models.link_secret import CalendarSecret
from remembrancer.models.organisation import Organisation
from remembrancer.models.outgoing import OutgoingMessage, Prompt, SendState
from remembrancer.models.person import Absence, ChatAccount, Person
from remembrancer.models.post import Post, Tenure
from remembrancer.models.programme import Item, ItemState, Programme, ProgrammeBoard
from remembrancer.models.returns import Draft, Return, ReturnState, ReturnVersion, Snooze
from remembrancer.models.sending_control import SendingState
from remembrancer.models.teams import TeamsConversation, TeamsKind
from remembrancer.models.window import Window, WindowChange, WindowState

__all__ = [
    "Absence",
    "AuditEvent",
    "Board",
    "CalendarSecret",
    "ChatAccount",
    "Digest",
    "DigestKind",
    "DigestState",
    "Draft",
    "EventState",
    "Fate",
    "Feed",
    "ForwardPlanItem",
    "ImportedRow",
    "IncomingEvent",
    "Item",
    "ItemState",
    "Meeting",
    "MeetingNote",
    "MeetingNoteKind",
    "MeetingState",
    "OpenForm",
    "Organisation",
    "OutgoingMessage",
    "PaperAnswer",
    "Person",
    "Placing",
    "PlanItemState",
    "Post",
    "Programme",
    "ProgrammeBoard",
    "Prompt",
    "Return",
    "ReturnState",
    "ReturnVersion",
    "SendState",
    "SendingState",
    "Snooze",
    "TeamsConversation",
    "TeamsKind",
    "Tenure",
    "Window",
    "WindowChange",
    "WindowState",
]
