"""The shelf of sources. Each part has `read(place, now)`; one that can be asked for a single article
also has `ask(place, external_id)` and `present_ids(place)`."""

from ..rules.drafts import Reader
from . import feed, markdown, wordpress, wxr

READERS: dict[str, Reader] = {
    "wordpress": wordpress,
    "wxr": wxr,
    "markdown": markdown,
    "feed": feed,
}
