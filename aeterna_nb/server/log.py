"""What the server says where it was started: its own faults, in a line each, without what was asked."""

import logging
from http import HTTPStatus

from tornado.web import RequestHandler

LOG = logging.getLogger("aeterna")


def answered(handler: RequestHandler) -> None:
    """Log an answer that is the server's own fault, without what was asked: that may hold what is nobody's business."""
    status = handler.get_status()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE:
        LOG.error("%s %s: %d", handler.request.method, handler.request.path, status)


def not_of_ended_kernels(record: logging.LogRecord) -> bool:
    """Whether a record is about anything but a kernel that has ended while it ran a notebook.

    Most were ended because their visitor left; then nbclient and Voila log a traceback for each cell that is left.
    """
    said = str(record.exc_info[1] if record.exc_info else record.getMessage())
    return "Kernel died" not in said and "Got events for closed stream" not in said
