"""People's names on pages, so that two of one name can be told apart."""

from django import template

from accounts import naming
from accounts.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def person_name(context: template.RequestContext, person: User | None, name: str = "") -> str:
    """Return how the person is called; `name` is how they were called at the time."""
    if person is None:
        return name
    shared = naming.shared_on(context.request, person.account_id)
    return naming.told_apart(person, shared, name)
