"""Form fields that offer the posts, each with its holders."""

from remembrancer.cards.post_names import NO_LEAD, post_with_holders
from remembrancer.models import Post
from remembrancer.models.message import Choice, FormField
from remembrancer.rules.facts import known
from remembrancer.services.context import Context, as_id
from remembrancer.wording import say


def lead_choices(context: Context) -> list[Choice]:
    """The choices for an item's lead: nobody, or any post."""
    posts = sorted(context.facts.posts.values(), key=lambda post: post.name)
    choices = (Choice(key=str(post.id), word=post_with_holders(context, known(post.id))) for post in posts)
    return [Choice(key=NO_LEAD, word=say("plan.no_lead")), *choices]


def post_field(context: Context, but_not: int, value: str, more: tuple[Choice, ...] = (), error: str = "") -> FormField:
    """The field that offers all posts but one."""
    others = sorted((post for post in context.facts.posts.values() if post.id != but_not), key=lambda post: post.name)
    choices = tuple(Choice(key=str(post.id), word=post_with_holders(context, known(post.id))) for post in others)
    return FormField(
        key="post",
        label=say("fields.whose"),
        ask=say("fields.whose"),
        type="person",
        choices=(*more, *choices),
        value=value,
        required=True,
        error=error,
    )


def chosen_post(context: Context, text: str, but_not: int) -> Post | None:
    """The post that was chosen; None for anything that was not offered."""
    post = context.facts.posts.get(as_id(text))
    return post if post is not None and post.id != but_not else None
