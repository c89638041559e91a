"""Every error as a problem (RFC 9457): a sentence for a person, a word for a program, whom to write to.
Nothing that was sent is said back: it may be a key."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from service.newsroom.current import newsroom
from service.partners.actions.allowance import TooMuch
from service.partners.actions.keys import TooManyKeys
from service.partners.rules.admission import Refused
from service.toolbox.errors import ServiceError

log = structlog.get_logger(__name__)

TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="byline", Basic realm="byline", charset="UTF-8"'
_CODES = {401: "no_key", 404: "not_found", 405: "method_not_allowed", 500: "our_fault"}
_SENTENCES = {
    401: "No key came with this request, or none of ours. Send it as a Bearer token.",
    404: "Nothing is here for this key. Look at /api/v1/openapi.json for what there is.",
    405: "This address does not do that. The Allow header names what it does.",
    500: "Something went wrong here. It has been noted; ask again in a minute.",
}


class Problem(ServiceError):
    """An answer that is none. `more` stands beside the usual fields."""

    def __init__(self, status: int, code: str, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.status, self.code, self.more = status, code, more


class NotHere(Problem):
    def __init__(self, sentence: str = _SENTENCES[404], code: str = "not_found") -> None:
        super().__init__(404, code, sentence)


def problem(status: int, code: str = "", sentence: str = "", **more: Any) -> HttpResponse:
    title = HTTPStatus(status).phrase
    whole = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": sentence or _SENTENCES.get(status, title),
        "code": code or _CODES.get(status, title.lower().replace(" ", "_")),
        "contact": newsroom().republication,
        **more,
    }
    headers = {"WWW-Authenticate": CHALLENGE} if status == 401 else {}
    return HttpResponse(
        json.dumps(whole, ensure_ascii=False, default=str), status=status, content_type=TYPE, headers=headers
    )


def tell_problems(api: NinjaAPI) -> None:
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)


def _too_much(request: HttpRequest, error: TooMuch) -> HttpResponse:
    answer = problem(429, "too_many_requests", str(error))
    answer["Retry-After"] = str(error.wait)
    return answer


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "not_readable", "The request can't be read. Send JSON, in UTF-8.")


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [{"where": _where(one["loc"]), "what": one["msg"]} for one in error.errors]
    return problem(422, "not_valid", "Something in the request is not as it should be: see `errors`.", errors=wrong)


def _where(parts: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in parts if part not in ("query", "body", "path", "header"))


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("a partner's request failed", path=request.path, exc_info=error)
    return problem(500)


def _with_code(request: HttpRequest, error: Refused | Problem) -> HttpResponse:
    return problem(error.status, error.code, str(error), **getattr(error, "more", {}))


# The nearest kind of an error decides.
_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Exception: _unexpected,
    Http404: lambda request, error: problem(404),
    AuthenticationError: lambda request, error: problem(401),
    HttpError: _unreadable,
    ValidationError: _invalid,
    ServiceError: lambda request, error: problem(422, "not_accepted", str(error)),
    TooManyKeys: lambda request, error: problem(409, "too_many_keys", str(error)),
    Problem: _with_code,
    Refused: _with_code,
    TooMuch: _too_much,
}
