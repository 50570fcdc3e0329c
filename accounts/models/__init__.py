"""The tenant, its people, and the record of what was administered."""

from accounts.models.audit import AuditChain, AuditEntry
from accounts.models.invitation import Invitation
from accounts.models.log_in import LogIn
from accounts.models.notice import Notice
from accounts.models.people import Account, Role, User, UserManager
from accounts.models.usage import ClaudeUsage

__all__ = [
    "Account",
    "AuditChain",
    "AuditEntry",
    "ClaudeUsage",
    "Invitation",
    "LogIn",
    "Notice",
    "Role",
    "User",
    "UserManager",
]
