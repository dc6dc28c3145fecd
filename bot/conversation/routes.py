"""Which function answers which button and form."""

from collections.abc import Callable, Mapping

from remembrancer.bot.conversation import home
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.digests import draft_review
from remembrancer.bot.forward_plan import (
    add_item,
    hold_item,
    item_lead,
    key_decision_route,
    minutes,
    move_item,
    paper_answer,
)
from remembrancer.bot.people import leave, leave_delegate, posts
from remembrancer.bot.returns import (
    answer,
    bulk_review,
    delegate,
    disown,
    free_text_answer,
    history,
    ownership_review,
    readers,
    restate,
    review,
    snooze,
    withdraw_item,
)
from remembrancer.bot.sending import pause, pilot, preview
from remembrancer.bot.windows import change
from remembrancer.services.context import Context

Handler = Callable[[Context, Incoming], Reply]
PRESSED: Mapping[str, Handler] = {
    "answer": answer.press_answer,
    "no_change": answer.press_no_change,
    "confirm": answer.press_confirm,
    "discard": answer.press_discard,
    "say_status": free_text_answer.press_status,
    "snooze": snooze.press_snooze,
    "delegate": delegate.press_delegate,
    "take_back": delegate.press_take_back,
    "not_mine": disown.press_not_mine,
    "change_leave": leave.press_change,
    "name_delegate": leave_delegate.press_name_delegate,
    "not_away": leave.press_not_away,
    "history": history.press_history,
    "readers": readers.press_readers,
    "whose": ownership_review.press_whose,
    "give_to": ownership_review.press_give_to,
    "reassign": ownership_review.press_reassign,
    "keep_lead": ownership_review.press_keep_lead,
    "see": review.press_see,
    "accept": review.press_accept,
    "return": review.press_return,
    "accept_all": bulk_review.press_accept_all,
    "chase": bulk_review.press_chase,
    "set_aside": withdraw_item.press_set_aside,
    "report_again": withdraw_item.press_report_again,
    "keep_suspended": withdraw_item.press_keep_suspended,
    "restate": restate.press_restate,
    "digest_post": draft_review.press_post,
    "digest_hold": draft_review.press_hold,
    "digest_let_go": draft_review.press_let_go,
    "digest_note": draft_review.press_note,
    "digest_leave_out": draft_review.press_leave_out,
    "digest_put_back": draft_review.press_put_back,
    "open_window": change.press_open,
    "close_window": change.press_close,
    "move_window": change.press_move,
    "extend_window": change.press_extend,
    "reopen_window": change.press_reopen,
    "do_window": change.press_do,
    "leave_window": change.press_leave,
    "undo_window": change.press_undo,
    "pause": pause.press_pause,
    "resume": pause.press_resume,
    "resume_now": pause.press_resume_now,
    "begin_pilot": pilot.press_pilot,
    "change_pilot": pilot.press_pilot,
    "end_pilot": pilot.press_end,
    "end_pilot_now": pilot.press_end_now,
    "withheld": preview.press_withheld,
    **home.PRESSED,
    **posts.PRESSED,
    **paper_answer.PRESSED,
    **key_decision_route.PRESSED,
    **add_item.PRESSED,
    **move_item.PRESSED,
    **hold_item.PRESSED,
    **minutes.PRESSED,
    **item_lead.PRESSED,
}
SUBMITTED: Mapping[str, Handler] = {
    "answer": answer.submit_answer,
    "snooze": snooze.submit_snooze,
    "snooze_all": snooze.submit_snooze_all,
    "delegate": delegate.submit_delegate,
    "not_mine": disown.submit_not_mine,
    "away": leave.submit_away,
    "name_delegate": leave_delegate.submit_name_delegate,
    "reassign": ownership_review.submit_reassign,
    "keep_lead": ownership_review.submit_keep_lead,
    "return": review.submit_return,
    "set_aside": withdraw_item.submit_set_aside,
    "keep_suspended": withdraw_item.submit_keep_suspended,
    "restate": restate.submit_restate,
    "digest_note": draft_review.submit_note,
    "digest_leave_out": draft_review.submit_leave_out,
    "move_window": change.submit_move,
    "extend_window": change.submit_extend,
    "reopen_window": change.submit_reopen,
    "pilot": pilot.submit_pilot,
    **posts.SUBMITTED,
    **paper_answer.SUBMITTED,
    **key_decision_route.SUBMITTED,
    **add_item.SUBMITTED,
    **move_item.SUBMITTED,
    **hold_item.SUBMITTED,
    **minutes.SUBMITTED,
    **item_lead.SUBMITTED,
}
CHANGED: Mapping[str, Handler] = {
    "answer": answer.change_answer,
    "restate": restate.change_restate,
    "snooze": snooze.change_snooze,
    "snooze_all": snooze.change_snooze_all,
}
KEPT: Mapping[str, Callable[[Context, Incoming], None]] = {
    "answer": answer.keep_typed,
    "restate": restate.keep_typed,
}
"""Forms that hold words worth keeping: what was typed is stored before anything else."""
TABLES: Mapping[str, Mapping[str, Handler]] = {"press": PRESSED, "submit": SUBMITTED, "change": CHANGED}
"""By the kind of act."""
