"""The bodies that the vendor answers with when it says no.

Wording marked [R] in the comments was recorded from a live instance, [D] is documented,
[L] was quoted by someone who saw it; the rest is our reading.
"""

from typing import Any

Problem = dict[str, str]


class ApiError(Exception):
    """An answer other than success: status, JSON-able body or plain text, extra headers."""

    def __init__(
        self, status: int, body: dict[str, Any] | str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}


def _plain(status: int, code: str, message: str) -> ApiError:
    return ApiError(status, {"code": code, "message": message})


def not_found(label: str, record_id: int | str) -> ApiError:
    """404 in the wording of the resource: "Service Ticket 404 not found". [R]"""
    return _plain(404, "NotFound", f"{label} {record_id} not found")


def no_endpoint() -> ApiError:
    """404 for a path that the API does not have. [R]"""
    return _plain(404, "ConnectWiseApi", "The endpoint does not exist.")


def cannot_route() -> ApiError:
    """400 in plain text: what the cloud gateway says to a wrong path or company. [L]"""
    return ApiError(400, "Cannot route. Codebase/company is invalid")


def wrong_method(method: str) -> ApiError:
    """405 for a path that exists for other methods."""
    message = f"The requested resource does not support http method '{method}'."
    return _plain(405, "ConnectWiseApi", message)


def not_acceptable_media() -> ApiError:
    """415 for a body that is not JSON."""
    return _plain(415, "InvalidObject", "The request entity's media type is not supported.")


def too_large() -> ApiError:
    """413 in HTML for a file beyond the limit; which one there is, no source says."""
    return ApiError(413, "<html><body><h1>413 Request Entity Too Large</h1></body></html>")


def malformed_body() -> ApiError:
    """400 for a body that claims to be JSON and is not."""
    return _plain(400, "InvalidObject", "The request body could not be read as JSON.")


def find_condition(message: str) -> ApiError:
    """400 for conditions: "ticket is not a recognized name." and its kin. [R]"""
    return _plain(400, "ApiFindCondition", message)


def problem(code: str, message: str, resource: str, field: str) -> Problem:
    """One entry of `errors`."""
    return {"code": code, "message": message, "resource": resource, "field": field}


def invalid(resource: str, *problems: Problem) -> ApiError:
    """400 "… object is invalid" with what is wrong with which field. [R]"""
    body = {
        "code": "InvalidObject",
        "message": f"{resource} object is invalid",
        "errors": list(problems),
    }
    return ApiError(400, body)


def missing_field(resource: str, field: str) -> ApiError:
    """400 for a required field that was not sent. [R]"""
    message = f"The {field} field is required."
    return invalid(resource, problem("MissingRequiredField", message, resource, field))


def invalid_field(resource: str, field: str, message: str) -> ApiError:
    """400 for a value that the field cannot hold."""
    return invalid(resource, problem("InvalidField", message, resource, field))


def unsupported_format(resource: str, field: str, *, is_date: bool = False) -> ApiError:
    """400 "Unsupported format applied to timeStart"; for times the code is known, too. [L]"""
    code = "UnsupportedFormat" if is_date else "InvalidField"
    message = f"Unsupported format applied to {field}"
    return invalid(resource, problem(code, message, resource, field))


def out_of_range(resource: str, field: str, least: float, most: float) -> ApiError:
    """400 for a number beyond what the field takes."""
    message = f"The field {field} must be between {least} and {most}."
    return invalid(resource, problem("OutOfRange", message, resource, field))


def time_entry(message: str) -> ApiError:
    """400 `TimeEntryApi` without `errors`: a rule about time says no.

    Seen for a ticket's status only; that the other rules speak so is our reading.
    """
    return _plain(400, "TimeEntryApi", message)


def reference_not_found(resource: str, field: str, message: str) -> ApiError:
    """400 for a reference to nothing: "company 19299 not found", field "company/id". [R]"""
    return invalid(resource, problem("NotFound", message, resource, field))


def unauthorized() -> ApiError:
    """401 for wrong keys, as clients read it."""
    return _plain(401, "Unauthorized", "The request could not be authorized.")


def user_not_authenticated() -> ApiError:
    """401 in the other wording that clients have seen. [L]"""
    return _plain(401, "ConnectWiseApi", "UserNotAuthenticated")


def bad_client_id(status: int) -> ApiError:
    """401 or 403 for a missing clientId header; the exact wording is not established."""
    return _plain(status, "Unauthorized", "A valid clientId header is required.")


def ssl_required() -> ApiError:
    """401 on a cloud host that was called without the `api-` prefix. [D]"""
    return ApiError(401, {"code": "Security", "message": "SSL is required.", "errors": None})


def forbidden() -> ApiError:
    """403 for a security role that lacks a right; the words do not say which one. [L]"""
    return _plain(403, "Security", "You do not have security permission to perform this action.")


def rate_limited(seconds: int | str) -> ApiError:
    """429; its body has `error` where all others have `code`. [D]"""
    message = f"Too many requests. Please try again in {seconds} seconds."
    return ApiError(
        429, {"error": "ConnectWiseAPI", "message": message}, {"Retry-After": str(seconds)}
    )


def server_error(status: int) -> ApiError:
    """5xx: from 502 on it is a proxy that speaks, in HTML."""
    if status > 500:
        return ApiError(status, f"<html><body><h1>{status} Server Error</h1></body></html>")
    return _plain(status, "ServerError", "An unexpected error occurred.")


def timed_out() -> ApiError:
    """500 when the database gave up; the text holds the word timeout. [L]"""
    return _plain(500, "ServerError", "Execution Timeout Expired. The timeout period elapsed.")
