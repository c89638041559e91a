"""What the JSON formats share: the same bytes for the same values, and no empty keys."""

import json
from typing import Any

Object = dict[str, Any]


def dump(value: Object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def filled(**values: Any) -> Object:
    """Without what is empty: a key that is there says something."""
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}
