import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from psa.middleware import PsaErrorMiddleware
from psa.providers.errors import NotFound, OverCapacity, RateLimited, ServerError


def answer_to(error, method="get", user=None, **headers):
    """Send a request through the middleware to a view that raises the error."""
    request = getattr(RequestFactory(headers=headers), method)("/tickets/1/?tab=notes")
    request.user = user
    middleware = PsaErrorMiddleware(lambda request: HttpResponse("fine"))
    return HtmxMiddleware(lambda request: middleware.process_exception(request, error))(request)  # type: ignore[arg-type]


def test_it_passes_what_went_well(rf):
    fine = HttpResponse("fine")
    assert PsaErrorMiddleware(lambda request: fine)(rf.get("/")) is fine


def test_a_psa_failure_is_a_page_that_says_what_to_do(engineer):
    answer = answer_to(ServerError(), user=engineer)
    assert answer.status_code == 502
    assert b"The PSA had an internal problem. Retry in a moment." in answer.content
    assert b"<html" in answer.content


def test_what_is_our_fault_is_not_called_the_psas(engineer):
    answer = answer_to(OverCapacity(), user=engineer)
    assert answer.status_code == 502
    assert b"ResolutionFlow is busy right now" in answer.content
    assert b"The PSA did not" not in answer.content


def test_htmx_gets_the_error_bar_alone_with_a_retry(engineer):
    answer = answer_to(NotFound("Gone."), user=engineer, hx_request="true")
    assert answer.status_code == 502
    assert b'role="alert"' in answer.content
    assert b"/tickets/1/?tab=notes" in answer.content
    assert b"<html" not in answer.content


def test_a_write_offers_no_retry_by_link(engineer):
    answer = answer_to(ServerError(), method="post", user=engineer, hx_request="true")
    assert b"href" not in answer.content.replace(b'<use href="', b"")


@pytest.mark.parametrize("htmx", [{}, {"hx_request": "true"}])
def test_a_rate_limit_is_429_and_says_for_how_long(engineer, htmx):
    answer = answer_to(RateLimited(retry_after=12.2), user=engineer, **htmx)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "13"


def test_a_psa_that_asks_to_be_left_alone_for_a_while_is_passed_on(engineer):
    assert answer_to(ServerError(retry_after=120), user=engineer)["Retry-After"] == "120"
    assert "Retry-After" not in answer_to(ServerError(), user=engineer)


def test_other_errors_stay_what_they_are(rf):
    middleware = PsaErrorMiddleware(lambda request: HttpResponse())
    assert middleware.process_exception(rf.get("/"), KeyError()) is None


def test_the_failure_is_logged_without_the_psas_words(engineer, caplog):
    answer_to(ServerError(), user=engineer)
    assert json.dumps(caplog.messages) == json.dumps(
        ["PSA failure: ServerError: The PSA had an internal problem. Retry in a moment."]
    )
