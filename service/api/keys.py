"""A partner looks after its own keys: makes one to change over to, and ends the old one."""

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status
from pydantic import WithJsonSchema

from service.partners.actions.keys import find, issue_beside, revoke
from service.partners.models import Key

from . import shapes
from .problems import NotHere
from .visit import visit_of

router = Router(tags=["keys"])
Prefix = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": "^[a-z2-7]{8}$"}),
    Path(description="The eight characters after `byline_`.", examples=["q3x7ab2c"]),
]


@router.get("/keys", response=shapes.Keys, operation_id="listKeys")
def list_keys(request: HttpRequest) -> dict[str, Any]:
    """Your keys, newest first. None can be read again."""
    asking = visit_of(request).key
    return {"keys": [_shown(key, asking) for key in asking.partner.keys.order_by("-created", "-pk")]}


@router.post("/keys", response={201: shapes.NewKey}, operation_id="makeKey")
def make_key(request: HttpRequest, wanted: shapes.KeyIn) -> Status[Any]:
    """A new key beside the one that asks; it opens no more than that one, and for no longer."""
    visit = visit_of(request)
    expires = visit.now + timedelta(days=wanted.days) if wanted.days else None
    whole = issue_beside(visit.key, visit.now, label=wanted.label, scopes=wanted.scopes, expires=expires)
    made = find(whole)
    return Status(201, {**_shown(made, visit.key), "key": whole} if made else None)


@router.delete("/keys/{prefix}", response={204: None}, operation_id="revokeKey")
def revoke_key(request: HttpRequest, prefix: Prefix) -> HttpResponse:
    """From this moment on it opens nothing; the one that asks may end itself."""
    visit = visit_of(request)
    key = visit.partner.keys.filter(prefix=prefix).first()
    if key is None:
        raise NotHere("You have no key that begins so.")
    revoke(key, visit.now)
    return HttpResponse(status=204)


def _shown(key: Key, asking: Key) -> dict[str, Any]:
    kept = ("prefix", "label", "scopes", "created", "expires", "revoked", "used_on")
    return {**{name: getattr(key, name) for name in kept}, "this_one": key.pk == asking.pk}
