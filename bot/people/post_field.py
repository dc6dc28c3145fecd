"""Form fields that offer the posts, each with its holders."""

from remembrancer.bot.core.forms import field
from remembrancer.cards.post_names import NO_LEAD, post_with_holders
from remembrancer.models import Post
from remembrancer.models.message import Choice, FormField
from remembrancer.rules.facts import stored_id
from remembrancer.services.context import Context, as_id
from remembrancer.wording import phrase


def lead_choices(context: Context) -> list[Choice]:
    """The choices for an item's lead: nobody, or any post."""
    return [Choice(key=NO_LEAD, word=phrase("plan.no_lead")), *_post_choices(context)]


def post_field(context: Context, but_not: int, value: str, more: tuple[Choice, ...] = (), error: str = "") -> FormField:
    """The field that offers all posts but one."""
    return field(
        "post", "person", value, error, label="fields.whose", choices=(*more, *_post_choices(context, but_not))
    )


def _post_choices(context: Context, but_not: int | None = None) -> list[Choice]:
    others = sorted((post for post in context.facts.posts.values() if post.id != but_not), key=lambda post: post.name)
    return [Choice(key=str(post.id), word=post_with_holders(context, stored_id(post.id))) for post in others]


def chosen_post(context: Context, text: str, but_not: int) -> Post | None:
    """The post that was chosen; None for anything that was not offered."""
    post = context.facts.posts.get(as_id(text))
    return post if post is not None and post.id != but_not else None
