"""What the layouts need beyond Django's own tags."""

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY

register = template.Library()


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, name: str) -> str:
    """Return the block's content once more; Django lets a block stand in one place only.

    The title of a dialog's page stands in the window's title and in the heading.
    """
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return str(block.render(context))
