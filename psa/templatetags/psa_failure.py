"""A PSA's failure, told to whoever reads the page."""

from django import template

from accounts.models import User
from psa.providers.errors import PsaError
from psa.telling import sentence_for

register = template.Library()


@register.filter
def told_to(failure: PsaError, user: User) -> str:
    """Return the sentence that this person can act on."""
    return sentence_for(user, failure)
