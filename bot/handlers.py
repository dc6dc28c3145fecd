"""Which function answers which button and form."""

from collections.abc import Callable, Mapping

from bot import (
    answering,
    away,
    delegates,
    digests,
    handing,
    history,
    home,
    in_charge,
    later,
    not_mine,
    notice_routes,
    papers,
    people,
    pilot,
    plan_adding,
    plan_holding,
    plan_leads,
    plan_moving,
    plan_notes,
    previews,
    readers,
    restating,
    secretary,
    sending,
    setting_aside,
    snoozing,
    whose,
    windows,
    words,
)
from bot.commands import said
from bot.context import Context
from bot.incoming import Incoming, Reply

__all__ = ["KEPT", "TABLES", "Handler", "said"]

Handler = Callable[[Context, Incoming], Reply]

PRESSED: Mapping[str, Handler] = {
    "answer": answering.press_answer,
    "no_change": answering.press_no_change,
    "confirm": answering.press_confirm,
    "discard": answering.press_discard,
    "say_status": words.press_status,
    "snooze": later.press_snooze,
    "delegate": handing.press_delegate,
    "take_back": handing.press_take_back,
    "not_mine": not_mine.press_not_mine,
    "change_leave": away.press_change,
    "name_delegate": delegates.press_name_delegate,
    "not_away": away.press_not_away,
    "history": history.press_history,
    "readers": readers.press_readers,
    "whose": whose.press_whose,
    "give_to": whose.press_give_to,
    "reassign": whose.press_reassign,
    "keep_lead": whose.press_keep_lead,
    "see": secretary.press_see,
    "accept": secretary.press_accept,
    "return": secretary.press_return,
    "accept_all": in_charge.press_accept_all,
    "chase": in_charge.press_chase,
    "set_aside": setting_aside.press_set_aside,
    "report_again": setting_aside.press_report_again,
    "keep_suspended": setting_aside.press_keep_suspended,
    "restate": restating.press_restate,
    "digest_post": digests.press_post,
    "digest_hold": digests.press_hold,
    "digest_let_go": digests.press_let_go,
    "digest_note": digests.press_note,
    "digest_leave_out": digests.press_leave_out,
    "digest_put_back": digests.press_put_back,
    "open_window": windows.press_open,
    "close_window": windows.press_close,
    "move_window": windows.press_move,
    "extend_window": windows.press_extend,
    "reopen_window": windows.press_reopen,
    "do_window": windows.press_do,
    "leave_window": windows.press_leave,
    "undo_window": windows.press_undo,
    "pause": sending.press_pause,
    "resume": sending.press_resume,
    "resume_now": sending.press_resume_now,
    "begin_pilot": pilot.press_pilot,
    "change_pilot": pilot.press_pilot,
    "end_pilot": pilot.press_end,
    "end_pilot_now": pilot.press_end_now,
    "withheld": previews.press_withheld,
    **home.PRESSED,
    **people.PRESSED,
    **papers.PRESSED,
    **notice_routes.PRESSED,
    **plan_adding.PRESSED,
    **plan_moving.PRESSED,
    **plan_holding.PRESSED,
    **plan_notes.PRESSED,
    **plan_leads.PRESSED,
}

SUBMITTED: Mapping[str, Handler] = {
    "answer": answering.submit_answer,
    "snooze": later.submit_snooze,
    "snooze_all": snoozing.submit_snooze_all,
    "delegate": handing.submit_delegate,
    "not_mine": not_mine.submit_not_mine,
    "away": away.submit_away,
    "name_delegate": delegates.submit_name_delegate,
    "reassign": whose.submit_reassign,
    "keep_lead": whose.submit_keep_lead,
    "return": secretary.submit_return,
    "set_aside": setting_aside.submit_set_aside,
    "keep_suspended": setting_aside.submit_keep_suspended,
    "restate": restating.submit_restate,
    "digest_note": digests.submit_note,
    "digest_leave_out": digests.submit_leave_out,
    "move_window": windows.submit_move,
    "extend_window": windows.submit_extend,
    "reopen_window": windows.submit_reopen,
    "pilot": pilot.submit_pilot,
    **people.SUBMITTED,
    **papers.SUBMITTED,
    **notice_routes.SUBMITTED,
    **plan_adding.SUBMITTED,
    **plan_moving.SUBMITTED,
    **plan_holding.SUBMITTED,
    **plan_notes.SUBMITTED,
    **plan_leads.SUBMITTED,
}

CHANGED: Mapping[str, Handler] = {
    "answer": answering.change_answer,
    "restate": restating.change_restate,
    "snooze": later.change_snooze,
    "snooze_all": snoozing.change_snooze_all,
}

KEPT: Mapping[str, Callable[[Context, Incoming], None]] = {
    "answer": answering.keep_typed,
    "restate": restating.keep_typed,
}
"""Forms that hold words worth keeping: what was typed is stored before anything else."""

TABLES: Mapping[str, Mapping[str, Handler]] = {"press": PRESSED, "submit": SUBMITTED, "change": CHANGED}
"""By the kind of act."""
