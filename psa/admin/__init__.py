"""The psa app in the Django admin; importing it registers everything."""

from psa.admin import connection, outbox

__all__ = ["connection", "outbox"]
