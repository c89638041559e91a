"""A partner's program is called: signed, tried again, given up; and never where it must not be."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from service.content.actions.bylines import remove_byline
from service.content.actions.holding import hold
from service.content.actions.store import take_in, withdraw
from service.content.models import Article
from service.partners.actions.hooks import call_hooks, secret_of
from service.partners.actions.tell import tell_partners
from service.partners.models import Partner
from tests import builders

from .republishing import Site, corrected, given, running, told

pytestmark = pytest.mark.django_db
HERE = ["127.0.0.1"]


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as site:
        yield site


def killed(now: datetime, article: Article, url: str) -> Partner:
    partner = given(now, article, hook_url=url)
    withdraw(article, "Somebody is in danger.", now)
    tell_partners(now)
    return partner


def test_a_program_is_told_of_a_kill_in_json(now: datetime, article: Article, site: Site) -> None:
    site.answers["/hook"] = (204, "")
    killed(now, article, f"{site.url}/hook")
    assert call_hooks(now, HERE) == 1
    ((_, body),) = site.posted
    told_of = json.loads(body)
    assert (told_of["kind"], told_of["version"], told_of["note"]) == ("withdrawal", 2, "Somebody is in danger.")
    assert told_of["article"]["guid"] == article.guid
    assert told_of["acknowledge"].startswith("https://letters.cauce.example/partners/acknowledge/")
    assert told().hooked == now


def test_a_name_that_goes_from_a_held_story_is_told_without_the_hold(
    now: datetime, article: Article, site: Site
) -> None:
    site.answers["/hook"] = (204, "")
    given(now, article, hook_url=f"{site.url}/hook")
    hold(article, "ana", "A source is at risk.", now)
    remove_byline(article.authors.get(), now)
    tell_partners(now)
    call_hooks(now, HERE)
    ((_, body),) = site.posted
    assert (json.loads(body)["kind"], json.loads(body)["article"]["status"]) == ("byline", "published")


def test_the_signature_is_made_over_the_time_and_the_body(now: datetime, article: Article, site: Site) -> None:
    site.answers["/hook"] = (200, "")
    partner = killed(now, article, f"{site.url}/hook")
    call_hooks(now, HERE)
    ((headers, body),) = site.posted
    stamp = str(int(now.timestamp()))
    mac = hmac.new(secret_of(partner).encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Byline-Signature"] == f"t={stamp},v1={mac}"


def test_each_partner_has_a_secret_of_its_own_and_a_new_address_brings_a_new_one(
    now: datetime, article: Article, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "https://diario.example/hook"
    first, second = given(now, article, hook_url=url), given(now, article, "Other", hook_url=url)
    before = secret_of(first)
    assert before != secret_of(second)
    first.hook_url = f"{url}#2"
    first.save()
    assert secret_of(first) != before
    call_command("hook_secret", first.slug)
    assert capsys.readouterr().out.strip() == secret_of(first)


def test_what_follows_the_hash_is_not_sent(now: datetime, article: Article, site: Site) -> None:
    site.answers["/hook"] = (200, "")
    killed(now, article, f"{site.url}/hook#2")
    assert call_hooks(now, HERE) == 1


def test_a_program_that_fails_is_called_again_with_the_same_id(now: datetime, article: Article, site: Site) -> None:
    site.answers["/hook"] = (500, "")
    killed(now, article, f"{site.url}/hook")
    assert call_hooks(now, HERE) == 0
    assert "answered 500" in told().hook_trouble
    assert call_hooks(now + timedelta(seconds=59), HERE) == 0
    site.answers["/hook"] = (200, "")
    assert call_hooks(now + timedelta(seconds=60), HERE) == 1
    assert len(site.posted) == 2
    assert len({json.loads(body)["id"] for _, body in site.posted}) == 1
    assert call_hooks(now + timedelta(days=9), HERE) == 0


def test_a_kill_by_mistake_is_not_told_once_the_story_is_back(now: datetime, site: Site) -> None:
    draft = builders.draft(published=now)
    take_in(builders.source(), draft, now, first_import=False)
    site.answers["/hook"] = (500, "")
    killed(now, Article.objects.get(), f"{site.url}/hook")
    call_hooks(now, HERE)
    take_in(builders.source(), draft, now + timedelta(minutes=20), first_import=False)
    site.answers["/hook"] = (200, "")
    assert call_hooks(now + timedelta(minutes=36), HERE) == 0
    assert (len(site.posted), told().hook_due, told().hooked) == (1, None, None)


def test_a_correction_is_not_told_once_the_story_is_withdrawn(now: datetime, article: Article, site: Site) -> None:
    site.answers["/hook"] = (200, "")
    given(now, article, hook_url=f"{site.url}/hook")
    corrected(article, now)
    tell_partners(now)
    withdraw(article, "", now)
    tell_partners(now)
    assert call_hooks(now, HERE) == 1
    assert [json.loads(body)["kind"] for _, body in site.posted] == ["withdrawal"]


def test_it_is_given_up_after_three_days_and_the_desk_can_read_so(now: datetime, article: Article, site: Site) -> None:
    site.answers["/hook"] = (500, "")
    killed(now, article, f"{site.url}/hook")
    for hours in range(0, 24 * 30, 6):
        call_hooks(now + timedelta(hours=hours), HERE)
    assert len(site.posted) == 11
    assert told().hook_due is None
    assert told().hook_trouble.endswith("Given up after three days.")


def test_a_private_address_is_refused_however_it_is_written(now: datetime, article: Article, site: Site) -> None:
    site.answers["/hook"] = (200, "")
    killed(now, article, site.url.replace("127.0.0.1", "localhost") + "/hook")
    assert call_hooks(now) == 0
    assert "private address" in told().hook_trouble
    assert site.posted == []


def test_a_redirect_is_not_followed(now: datetime, article: Article, site: Site) -> None:
    site.answers["/hook"] = (302, f"{site.url}/elsewhere")
    site.answers["/elsewhere"] = (200, "")
    killed(now, article, f"{site.url}/hook")
    assert call_hooks(now, HERE) == 0
    assert (len(site.posted), site.asked) == (1, [])


@pytest.mark.parametrize("url", ["http://[broken", "ftp://diario.example/", "http://127.0.0.1:1/"])
def test_an_address_that_can_not_be_called_is_trouble_and_no_more(now: datetime, article: Article, url: str) -> None:
    killed(now, article, url)
    assert call_hooks(now, HERE) == 0
    assert told().hook_trouble


def test_a_worker_that_dies_while_it_calls_costs_one_pause(
    now: datetime, article: Article, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    site.answers["/hook"] = (200, "")
    killed(now, article, f"{site.url}/hook")
    with monkeypatch.context() as broken, pytest.raises(Died):
        broken.setattr("service.partners.actions.hooks._noted", die)
        call_hooks(now, HERE)
    assert call_hooks(now + timedelta(minutes=1), HERE) == 1
    assert told().hooked


def test_many_partners_are_called_side_by_side_each_once(now: datetime, article: Article, site: Site) -> None:
    for number in range(25):
        site.answers[f"/{number}"] = (200, "")
        given(now, article, f"Partner {number}", hook_url=f"{site.url}/{number}")
    withdraw(article, "", now)
    tell_partners(now)
    assert call_hooks(now, HERE) == 25
    assert len(site.posted) == 25
    assert call_hooks(now, HERE) == 0
