"""Tells the rest of the product what became of a row."""

from django.dispatch import Signal

# Sent when a write has ended, after its outcome was committed: `row` is the row as it was stored.
# Receivers bring along what shows the outcome elsewhere; one that fails changes no outcome.
settled = Signal()
