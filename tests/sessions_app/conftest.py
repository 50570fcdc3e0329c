"""What the tests of sessions share with those of new tickets."""

from tests.new_tickets import browser, company, failed, sent

__all__ = ["browser", "company", "failed", "sent"]
