"""Status changes beside posts that tests store as they stand."""

from psa.models import Post, TicketChange


def with_status(post: Post, state: str, **fields) -> Post:
    """Let a status change in this state belong to the post; "none" leaves it without one."""
    if state != "none":
        TicketChange.objects.create(
            **{
                "account_id": post.account_id,
                "connection_id": post.connection_id,
                "request_id": post.request_id,
                "after": post,
                "ticket_id": post.ticket_id,
                "kind": TicketChange.Kind.STATUS,
                "wanted_id": "3",
                "state": state,
                "next_attempt_at": post.next_attempt_at,
                "made_by_id": post.posted_by_id,
                "made_by_name": post.posted_by_name,
                **fields,
            }
        )
    post.refresh_from_db()
    return post
