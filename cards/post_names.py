"""A post's name with its holders."""

from remembrancer.rules.people import recipients
from remembrancer.services.context import Context
from remembrancer.wording import say

NO_LEAD = "0"


def post_with_holders(context: Context, post_id: int) -> str:
    """'Market Shaping Manager – Helen Marsh', or that the post is vacant."""
    held = recipients.holders(context.facts, post_id, context.now)
    holders = ", ".join(person.name for person in held) or say("posts.vacant")
    return f"{context.facts.posts[post_id].name} – {holders}"
