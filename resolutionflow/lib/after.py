"""Work that is done once the answer has been sent, so that its time tells the caller nothing."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponseBase

logger = logging.getLogger(__name__)

R = TypeVar("R", bound=HttpResponseBase)


def after(response: R, work: Callable[[], object]) -> R:
    """Do the work when the server closes this response, and return the response.

    The caller has the whole answer by then. A failure of the work is logged and goes no further.
    """

    def guarded() -> None:
        try:
            work()
        except Exception:
            logger.exception("Work after an answer failed")

    # Django closes what stands here after the answer, together with the answer's own files.
    closers: Any = response
    closers._resource_closers.append(guarded)
    return response
