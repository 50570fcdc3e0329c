"""The log-in as programs go through it, and how they notice that they are not logged in."""

from urllib.parse import urlsplit

import httpx

LOG_IN = "/login/"
# The demo and DEBUG go over plain HTTP, where a browser takes no __Host- cookie.
_CSRF_COOKIES = ("__Host-csrftoken", "csrftoken")


def csrf_token(client: httpx.Client) -> str:
    """Return the token that forms carry; "" before the first page."""
    found = {cookie.name: cookie.value or "" for cookie in client.cookies.jar}
    return next((found[name] for name in _CSRF_COOKIES if name in found), "")


def log_in(client: httpx.Client, email: str, password: str) -> httpx.Response:
    """Fill in the form and return the answer; `is_logged_in` tells whether it let in."""
    client.get(LOG_IN)
    form = {"username": email, "password": password, "csrfmiddlewaretoken": csrf_token(client)}
    return client.post(LOG_IN, data=form, headers={"Referer": str(client.base_url)})


def is_logged_in(answer: httpx.Response) -> bool:
    """Return whether this answer to the log-in form let the person in.

    The form with its error is a page (200), too, and so is a brake's (429).
    """
    return answer.status_code == httpx.codes.FOUND and not leads_to_log_in(answer)


def leads_to_log_in(answer: httpx.Response) -> bool:
    """Return whether the answer asks for a log-in instead of answering: 401 to htmx, else 302."""
    path = urlsplit(answer.headers.get("Location", "")).path
    return answer.status_code == httpx.codes.UNAUTHORIZED or path == LOG_IN
