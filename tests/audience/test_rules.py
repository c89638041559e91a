from __future__ import annotations

import pytest

from service.audience.rules import choices
from service.toolbox.errors import ServiceError


def test_topics_are_kept_once_and_in_order() -> None:
    assert choices("en", "weekly", ["prisons", "customs", "prisons"], ["en", "es"]).topics == ("customs", "prisons")


@pytest.mark.parametrize(("language", "wants"), [("fr", "weekly"), ("en", "everything"), ("", "weekly"), ("en", "")])
def test_what_there_is_not_can_not_be_chosen(language: str, wants: str) -> None:
    with pytest.raises(ServiceError, match="Choose"):
        choices(language, wants, [], ["en", "es"])
