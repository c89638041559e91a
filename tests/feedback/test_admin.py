from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from service.feedback.models import Comment, Pace, Salt, Tally, Vote

pytestmark = pytest.mark.django_db


def pages(row: Tally | Comment) -> list[str]:
    name = row._meta.model_name
    return [reverse(f"admin:feedback_{name}_changelist"), reverse(f"admin:feedback_{name}_change", args=[row.pk])]


@pytest.mark.parametrize(("yes", "no", "told"), [(7, 2, "fewer than ten"), (7, 3, "7 of 10 said yes")])
def test_the_desk_sees_numbers_from_ten_on(admin_client: Client, yes: int, no: int, told: str) -> None:
    row = Tally.objects.create(key="edition:week#mines", title="About mines", yes=yes, no=no)
    for path in pages(row):
        page = admin_client.get(path).content.decode()
        assert told in page
        assert (f" of {yes + no} said yes" in page) == (yes + no >= 10)
        assert "?o=3" not in page  # a list that is sorted by the numbers tells them


def test_nothing_sorts_or_finds_by_the_hidden_numbers(admin_client: Client) -> None:
    for name, yes in (("a", 1), ("b", 9), ("c", 4)):
        Tally.objects.create(key=f"edition:week#{name}", title="Same", yes=yes)
    path = reverse("admin:feedback_tally_changelist")
    pages_of = [admin_client.get(path, {"o": order}).content.decode() for order in ("3", "-3", "")]
    order = [re.findall(r"week#(\w)</td>", page) for page in pages_of]
    assert order[0] == order[1] == order[2] == ["c", "b", "a"]
    for asked in ({"yes__gt": "5"}, {"yes": "9"}, {"no__lt": "1"}):
        assert admin_client.get(path, asked).status_code == 400


def test_a_comment_is_shown_escaped_and_can_be_deleted(admin_client: Client) -> None:
    row = Comment.objects.create(
        key="x#y", title="About mines", day=date(2026, 11, 27), text="<script>alert(1)</script>"
    )
    for path in pages(row):
        page = admin_client.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
    admin_client.post(reverse("admin:feedback_comment_delete", args=[row.pk]), {"post": "yes"})
    assert not Comment.objects.exists()


def test_nobody_can_change_numbers_or_words_and_votes_have_no_page(admin_client: Client) -> None:
    row = Tally.objects.create(key="edition:week#mines", title="About mines", yes=10)
    assert admin_client.post(pages(row)[1], {"title": "x", "yes": 0}).status_code == 403
    assert admin_client.get(reverse("admin:feedback_tally_add")).status_code == 403
    assert not {Salt, Vote, Pace} & set(admin.site._registry)
