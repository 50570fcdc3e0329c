"""What a view must know about htmx: who asks, from which page, and how to send them on."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseRedirectBase
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


def is_htmx(request: HttpRequest) -> bool:
    """Return whether htmx asks for a fragment; a browser that moves through history does not."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def page_of(request: HttpRequest) -> str:
    """Return the path of the page that the person looks at, safe to come back to with GET.

    It is "/" where the headers that name the page are none or make no sense.
    """
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    try:
        if htmx:
            return htmx.current_url_abs_path or "/"
        if request.method in ("GET", "HEAD"):
            return request.get_full_path()
        return _path_of_referer(request) or "/"
    except ValueError:  # from urlsplit, for an address such as http://[::1
        return "/"


def _path_of_referer(request: HttpRequest) -> str:
    referer = urlsplit(request.headers.get("Referer", ""))
    if (referer.scheme, referer.netloc) != (request.scheme, request.get_host()):
        return ""
    return referer._replace(scheme="", netloc="", fragment="").geturl()


def redirect(request: HttpRequest, url: str) -> HttpResponseRedirectBase:
    """Send the person to another page, as a whole page also when htmx asked for a fragment."""
    return HttpResponseClientRedirect(url) if is_htmx(request) else HttpResponseRedirect(url)
