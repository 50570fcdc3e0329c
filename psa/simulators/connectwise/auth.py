"""Who is calling: Basic credentials "company+public:private" and the clientId header."""

import base64
import binascii
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.wrappers import Request

from . import errors
from .errors import ApiError
from .quirks import Quirks
from .store import ApiKey, Tenant


@dataclass(frozen=True, slots=True)
class Caller:
    """A tenant and one of its API keys."""

    tenant: Tenant
    key: ApiKey


def authenticate(request: Request, tenants: Mapping[str, Tenant], quirks: Quirks) -> Caller:
    """Return who calls; raises ApiError as the vendor (and its quirks) would refuse them."""
    if quirks.require_api_host and not request.host.startswith("api-"):
        raise errors.ssl_required()
    company, public, private = _credentials(request.headers.get("Authorization", ""))
    tenant = tenants.get(company.lower())
    if company and tenant is None:
        raise _wrong_company(quirks)
    key = tenant.keys.get(public) if tenant else None
    if tenant is None or key is None or not hmac.compare_digest(_bytes(key), private.encode()):
        raise _wrong_keys(quirks)
    _check_client_id(request, quirks)
    return Caller(tenant, key)


def _credentials(header: str) -> tuple[str, str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", "", ""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", "", ""
    user, _, private = text.partition(":")
    company, _, public = user.partition("+")
    return company, public, private


def _bytes(key: ApiKey) -> bytes:
    return key.private.encode()


def _wrong_company(quirks: Quirks) -> ApiError:
    if quirks.wrong_company == "cannot_route":
        return errors.cannot_route()
    return _wrong_keys(quirks)


def _wrong_keys(quirks: Quirks) -> ApiError:
    if quirks.bad_credentials_as_404:
        return errors.no_endpoint()
    if quirks.unauthorized_body == "UserNotAuthenticated":
        return errors.user_not_authenticated()
    return errors.unauthorized()


def _check_client_id(request: Request, quirks: Quirks) -> None:
    """Take any GUID: which products exist is not the tenant's business."""
    try:
        uuid.UUID(request.headers.get("clientId", ""))
    except ValueError:
        raise errors.bad_client_id(quirks.client_id_status) from None
