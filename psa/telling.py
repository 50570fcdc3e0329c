"""What a person is told of a PSA's failure: the sentence that they can act on.

An administrator is told what to do. Everybody else is told what happened, and who of their
account can do something about it, by name.
"""

from accounts.models import Account, Role, User
from accounts.permissions import Right, may
from psa.labels import label_for
from psa.providers.errors import PsaError

MOST_NAMES = 3


def sentence_for(user: User, error: PsaError) -> str:
    """Return what to tell this person; costs a query where it names administrators."""
    if not error.fact or may(user, Right.ADMINISTER) or user.account is None:
        return error.sentence
    return f"{error.fact} Tell {administrators_of(user.account)}; they can mend it."


def role_for(user: User) -> str:
    """Return what this person can do about a right that the API member lacks."""
    if may(user, Right.ADMINISTER) or user.account is None:
        return f"Extend its security role in {label_for(user)}."
    return f"Tell {administrators_of(user.account)}, who can have its security role extended."


def administrators_of(account: Account) -> str:
    """Return who administers the account: at most three by name, admins before owners."""
    people = account.users.filter(role__in=(Role.ADMIN, Role.OWNER), is_active=True)
    ranked = sorted(people.order_by("name")[:50], key=lambda one: one.role != Role.ADMIN)
    names = [one.get_full_name() for one in ranked[:MOST_NAMES]]
    if not names:
        return "an administrator"
    named = " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"your administrator ({named})" if len(names) == 1 else f"your administrators ({named})"
