"""What apps further up may want to follow."""

from django.dispatch import Signal

# A person was deactivated; `person` is the User. Sent inside the transaction of the change,
# so that what a receiver does stands or falls with it.
person_left = Signal()

# A password is judged; `account` is the Account that its person belongs to. A receiver returns
# the texts (list[str]) that who knows this account would try: its PSA company, for instance.
password_context = Signal()
