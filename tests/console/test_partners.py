"""Partners as the desk handles them: what each may have, its feeds, its keys."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from service.partners.actions.keys import find
from service.partners.actions.pulls import note
from service.partners.models import Change, Key, Partner, PartnerFeed
from service.toolbox import clock
from tests import builders
from tests.partners import republishing

from .conftest import Enter

pytestmark = pytest.mark.django_db
PARTNERS = "/console/partners/"
KEY = re.compile(r"byline_\w{8}_\w{32}")
NEW = {"name": "Diario del Sur", "corrections_to": "desk@diario.example", "language": "es", "terms_version": "1"}


@pytest.fixture
def desk(enter: Enter) -> Client:
    return enter("partner manager")


@pytest.fixture
def partner(now: datetime) -> Partner:
    return republishing.partner(now)


def page(partner: Partner, rest: str = "") -> str:
    return f"{PARTNERS}{partner.pk}/{rest}"


def agreed(partner: Partner, **changed: object) -> dict[str, object]:
    whole = {"name": partner.name, "language": "en", "corrections_to": partner.corrections_to, "lead_minutes": "0"}
    return {**whole, "requests_per_hour": "600", "terms_version": partner.terms_version, **changed}


def test_a_partner_begins_with_a_feed_of_everything_and_a_key_that_is_shown_once(desk: Client) -> None:
    answer = desk.post(f"{PARTNERS}create", {**NEW, "domains": "https://Diario.example/news\nwww.sur.example"})
    made = Partner.objects.get()
    (whole, *_) = KEY.findall(answer.text)
    assert find(whole)
    assert f"/partners/feeds/{whole}/everything.rss" in answer.text
    assert made.domains == ["diario.example", "www.sur.example"]
    for address in (page(made), PARTNERS):
        assert not KEY.search(desk.get(address).text)


@pytest.mark.parametrize(
    ("wrong", "sentence"), [({"corrections_to": "x"}, "no mail address"), ({"name": "!"}, "name with letters")]
)
def test_a_partner_that_can_not_be_is_refused_and_what_was_typed_stays(
    desk: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = desk.post(f"{PARTNERS}create", {**NEW, "domains": "diario.example", **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ">diario.example</textarea>" in answer.text
    assert not Partner.objects.exists()


def test_what_was_agreed_is_changed_and_other_terms_count_as_accepted_now(desk: Client, partner: Partner) -> None:
    desk.post(page(partner, "agree"), agreed(partner, images="yes", country="pe", terms_version="2027-01"))
    partner.refresh_from_db()
    assert (partner.images, partner.country, partner.donation_call) == (True, "PE", False)
    assert partner.terms_accepted_at > clock.now() - timedelta(minutes=1)
    desk.post(page(partner, "agree"), agreed(partner, terms_version=""))
    assert "They have not accepted the terms" in desk.get(page(partner)).text


def test_what_can_not_be_agreed_is_said_beside_its_field(desk: Client, partner: Partner) -> None:
    answer = desk.post(page(partner, "agree"), agreed(partner, requests_per_hour="many", language="fr"))
    assert answer.status_code == 422
    assert 'id="e-requests_per_hour"' in answer.text
    partner.refresh_from_db()
    assert partner.requests_per_hour == 600


def test_a_partner_is_suspended_and_let_in_again(desk: Client, partner: Partner) -> None:
    assert "is suspended" in desk.post(page(partner, "suspend"), follow=True).text
    assert Partner.objects.get().suspended_at
    desk.post(page(partner, "let-in"))
    assert Partner.objects.get().suspended_at is None


def test_a_key_is_issued_for_what_is_ticked_until_the_day_that_is_named(desk: Client, partner: Partner) -> None:
    form = {"label": "the website", "scope": ["feeds", "reports"], "expires": "2027-11-24"}
    (whole, *_) = KEY.findall(desk.post(page(partner, "keys/issue"), form).text)
    key = Key.objects.get(label="the website")
    assert (find(whole), key.scopes) == (key, ["feeds", "reports"])
    assert key.expires
    assert key.expires.isoformat() == "2027-11-25T04:59:59+00:00"


def test_a_key_for_nothing_or_until_no_day_is_refused(desk: Client, partner: Partner) -> None:
    referer = {"referer": f"http://testserver{page(partner)}"}
    for form, sentence in (({}, "A key is for"), ({"scope": "feeds", "expires": "soon"}, "That is no day.")):
        assert sentence in desk.post(page(partner, "keys/issue"), form, headers=referer, follow=True).text
    assert partner.keys.count() == 1


def test_a_key_is_changed_over_and_revoked(desk: Client, partner: Partner) -> None:
    old = partner.keys.get()
    (whole, *_) = KEY.findall(desk.post(page(partner, f"keys/{old.pk}/rotate")).text)
    old.refresh_from_db()
    assert old.expires
    new = find(whole)
    assert new
    desk.post(page(partner, f"keys/{new.pk}/revoke"))
    new.refresh_from_db()
    assert new.revoked
    assert f"{new.prefix}" in desk.get(page(partner)).text


def test_nobodys_key_is_revoked_on_anothers_page(desk: Client, partner: Partner, now: datetime) -> None:
    other = republishing.partner(now, "Rio").keys.get()
    assert desk.post(page(partner, f"keys/{other.pk}/revoke")).status_code == 404
    other.refresh_from_db()
    assert other.revoked is None


def test_the_secret_of_calls_is_shown_to_whoever_looks_after_partners(enter: Enter, now: datetime) -> None:
    partner = republishing.partner(now, hook_url="https://diario.example/hook")
    assert "byline_hook_" in enter("partner manager").post(page(partner, "hook")).text
    assert enter("publisher").post(page(partner, "hook")).status_code == 403


def test_a_filter_is_tried_on_the_last_articles_before_it_is_saved(desk: Client, partner: Partner) -> None:
    for topic in ("customs", "prisons"):
        builders.article(clock.now(), topics=(topic,), title=f"On {topic}")
    asked = {"tried": "yes", "topics": "customs"}
    shown = " ".join(desk.get(page(partner, "feeds/everything/"), asked).text.split())
    assert "1 of the last 2 articles comes through." in shown
    assert re.search("comes through:</span> <span[^>]*>On customs", shown)
    assert re.search("left out:</span> <span[^>]*>On prisons", shown)
    assert partner.feeds.get().topics == []


def test_nothing_ticked_is_tried_as_everything(desk: Client, partner: Partner) -> None:
    builders.article(clock.now(), topics=("customs",))
    PartnerFeed.objects.update(topics=["prisons"])
    assert "0 of the last 1" in desk.get(page(partner, "feeds/everything/")).text
    assert "1 of the last 1" in desk.get(page(partner, "feeds/everything/"), {"tried": "yes"}).text


def test_a_narrower_filter_says_what_it_withdrew(desk: Client, partner: Partner) -> None:
    article = builders.article(clock.now(), topics=("customs",))
    builders.article(clock.now(), topics=("prisons",))
    note(partner, [article], "feed", clock.now())
    answer = desk.post(page(partner, "feeds/everything/save"), {"topics": ["prisons", "nonsense"]}, follow=True)
    assert "1 article that they were given is withdrawn from them." in answer.text
    assert partner.feeds.get().topics == ["prisons"]
    assert Change.objects.get(kind="deselected").article == article


def test_a_feed_that_is_removed_is_gone_and_so_is_what_no_other_lets_through(desk: Client, partner: Partner) -> None:
    customs = builders.article(clock.now(), topics=("customs",))
    prisons = builders.article(clock.now(), topics=("prisons",))
    desk.post(page(partner, "feeds/add"), {"name": "customs", "topics": "customs"})
    note(partner, [customs, prisons], "feed", clock.now())
    answer = desk.post(page(partner, "feeds/everything/remove"), follow=True)
    assert "The feed is removed. 1 article that they were given is withdrawn from them." in answer.text
    assert [feed.name for feed in partner.feeds.all()] == ["customs"]
    assert Change.objects.get(kind="deselected").article == prisons


def test_a_feed_is_added_with_its_filter(desk: Client, partner: Partner) -> None:
    builders.article(clock.now(), topics=("customs",))
    desk.post(page(partner, "feeds/add"), {"name": "On Customs", "topics": "customs"})
    assert partner.feeds.get(name="on-customs").topics == ["customs"]
    referer = {"referer": f"http://testserver{page(partner)}"}
    again = desk.post(page(partner, "feeds/add"), {"name": "on customs"}, headers=referer, follow=True)
    assert "a feed of that name already" in again.text


def test_what_a_new_feed_lets_through_is_told_as_if_it_had_come_out_now(desk: Client, partner: Partner) -> None:
    PartnerFeed.objects.update(topics=["prisons"])
    article = builders.article(clock.now(), topics=("customs",))
    desk.post(page(partner, "feeds/add"), {"name": "customs", "topics": "customs"})
    assert [(one.kind, one.article) for one in partner.changes.all()] == [("created", article)]


def test_a_partners_page_says_what_they_were_given_used_and_told(enter: Enter, now: datetime) -> None:
    article = builders.article(now, title="Who pays at the port")
    partner = republishing.given(now, article)
    shown = enter("reader").get(page(partner)).text
    assert "Who pays at the port" in shown
    assert "No page is known." in shown
    assert "desk@diario.example" not in shown
    assert "Suspend" not in shown


@pytest.mark.parametrize("rest", ["suspend", "agree", "keys/issue", "feeds/add", "feeds/everything/save"])
def test_a_publisher_changes_nothing_about_a_partner(enter: Enter, partner: Partner, rest: str) -> None:
    assert enter("publisher").post(page(partner, rest), agreed(partner)).status_code == 403


def test_the_list_says_how_each_stands(enter: Enter, now: datetime, partner: Partner) -> None:
    republishing.partner(now, "Rio", suspended_at=now)
    shown = enter("reader").get(PARTNERS).text
    assert "1 partner is let in; 0 notices wait for answers; 0 pages have faults" in shown
    assert "suspended" in shown
