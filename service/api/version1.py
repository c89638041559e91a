"""The API as a whole: its parts, and the document that describes it (OpenAPI 3.1)."""

from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from service.partners.rules.admission import API, REPORTS

from . import articles, changes, keys, notices, problems, uses
from .credentials import key_for
from .shapes import ProblemShape

_ABOUT = """Attributed articles for partners, and what became of each since.

Send your key as a Bearer token, or by HTTP Basic as the user name with an empty password. Every error is
`application/problem+json` (RFC 9457) with a sentence in `detail` and a word for programs in `code`. Send
`If-None-Match` with the last `ETag`: a 304 costs a tenth of your hourly allowance."""

_PROBLEMS = {
    400: "The request can't be read.",
    401: "No key, or none of ours.",
    403: "The key has expired, or is not for this; or republication is suspended.",
    404: "Nothing here for this key.",
    405: "This address does not do that.",
    409: "The cursor is none of ours any more, or there are too many keys already.",
    410: "The article was withdrawn: `notice` says it to readers. Or the key was revoked.",
    422: "Something in the request is not as it should be.",
    429: "More than the hourly allowance; `Retry-After` says for how many seconds.",
    500: "Our fault.",
}


class _Plain(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


class _Api(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = ProblemShape.json_schema()
        for operations in schema["paths"].values():
            for operation in operations.values():
                _complete(operation)
        return schema


def _complete(operation: dict[str, Any]) -> None:
    """What every operation can answer. Examples stand in the schemas: beside them, OpenAPI wants a map."""
    for parameter in operation["parameters"]:
        parameter.pop("examples", None)
    body = {problems.TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = operation["responses"]
    for status, description in _PROBLEMS.items():
        told[status] = {"description": description, "content": body}
    told[429]["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
    told[401]["headers"] = {"WWW-Authenticate": {"description": "How to send a key.", "schema": {"type": "string"}}}
    operation["responses"] = {str(status): answer for status, answer in sorted(told.items())}


api = _Api(
    title="Byline for partners",
    version="1",
    description=_ABOUT,
    docs_url=None,
    servers=[{"url": settings.SITE_URL}],
    renderer=_Plain(),
    urls_namespace="api",
)
problems.tell_problems(api)
for _part in (articles, changes, notices, keys):
    api.add_router("", _part.router, auth=key_for(API))
api.add_router("", uses.router, auth=key_for(REPORTS))
