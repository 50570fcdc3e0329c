"""What apps further up may want to follow."""

from django.dispatch import Signal

# A person was deactivated; `person` is the User. Sent inside the transaction of the change,
# so that what a receiver does stands or falls with it.
person_left = Signal()
