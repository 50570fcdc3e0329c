"""Where a person is, and how to send them on, with htmx and without."""

import pytest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from resolutionflow.lib import htmx


def request(method="get", **headers):
    made = getattr(RequestFactory(), method)("/here/?q=1", headers=headers)
    made.htmx = HtmxDetails(made)
    return made


def test_only_htmx_that_wants_a_fragment_counts():
    assert not htmx.is_htmx(RequestFactory().get("/"))
    assert not htmx.is_htmx(request())
    assert htmx.is_htmx(request(**{"HX-Request": "true"}))
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert not htmx.is_htmx(request(**restored))


@pytest.mark.parametrize(
    ("method", "headers", "page"),
    [
        ("get", {}, "/here/?q=1"),
        ("post", {}, "/"),
        ("post", {"Referer": "http://testserver/form/?a=1#part"}, "/form/?a=1"),
        ("post", {"Referer": "https://testserver/form/"}, "/"),
        ("post", {"Referer": "http://evil.example/form/"}, "/"),
        ("post", {"Referer": "http://testserver"}, "/"),
        ("get", {"HX-Request": "true", "HX-Current-URL": "http://testserver/on/?b=2"}, "/on/?b=2"),
        ("get", {"HX-Request": "true", "HX-Current-URL": "http://evil.example/"}, "/"),
        ("get", {"HX-Request": "true"}, "/"),
        ("post", {"Referer": "http://[::1"}, "/"),
        ("get", {"HX-Request": "true", "HX-Current-URL": "http://[::1"}, "/"),
    ],
)
def test_the_page_of_a_request_is_one_of_ours_that_get_can_show(method, headers, page):
    assert htmx.page_of(request(method, **headers)) == page


def test_people_are_sent_on_as_a_whole_page():
    assert htmx.redirect(request(), "/x/")["Location"] == "/x/"
    answer = htmx.redirect(request(**{"HX-Request": "true"}), "/x/")
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/x/")
