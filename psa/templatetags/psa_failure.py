"""A PSA's failure, told to whoever reads the page."""

from django import template

from accounts.models import User
from psa.providers.errors import PsaError
from psa.telling import role_for, sentence_for

register = template.Library()


@register.filter
def told_to(failure: PsaError, user: User) -> str:
    """Return the sentence that this person can act on."""
    return sentence_for(user, failure)


@register.simple_tag(takes_context=True)
def extend_the_role(context: template.RequestContext) -> str:
    """Return what the reader does about a right that the API member lacks, also inside `only`."""
    user = context.request.user
    return role_for(user) if isinstance(user, User) else ""
