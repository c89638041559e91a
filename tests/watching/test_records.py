"""What stands in DNS is judged as those judge it who receive our letters."""

from __future__ import annotations

import pytest

from service.watching.records import judge_dkim, judge_dmarc, judge_spf, spf_record
from service.watching.rules import NOTE, OK, WRONG

KEY = "v=DKIM1; k=rsa; p=MIIBabc"


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (["v=spf1 a:mail.cauce.example -all"], OK),
        (["V=SPF1 ip4:192.0.2.1 ~all", "google-site-verification=x"], OK),
        (["v=spf1 redirect=_spf.cauce.example"], OK),
        (["v=spf1 a mx"], NOTE),
        (["v=spf1 a ?all"], NOTE),
        (["v=spf1 +all"], WRONG),
        (["v=spf1 a all"], WRONG),
        (["v=spf10 -all"], WRONG),
        (["v=spf1 a -all", "v=spf1 mx -all"], WRONG),
        (["v=spf1 " + "include:x.example " * 11 + "-all"], WRONG),
        ([], WRONG),
    ],
)
def test_spf(found: list[str], level: str) -> None:
    assert judge_spf("cauce.example", found, "").level == level


@pytest.mark.parametrize(
    ("email_url", "named"),
    [
        ("smtp+tls://u:p@mail.cauce.example:587", "a:mail.cauce.example"),
        ("postmark://token@broadcast", "include:spf.mtasv.net"),
        ("mailgun://key@cauce.example", "include:mailgun.org"),
        ("smtp://127.0.0.1", "ip4:<the address"),
    ],
)
def test_the_record_to_publish_names_whoever_sends(email_url: str, named: str) -> None:
    assert named in spf_record("cauce.example", email_url)
    assert "u:p" not in spf_record("cauce.example", email_url)


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (["v=DKIM1; k=rsa; p=MIIBabc"], OK),
        (["v=DKIM1;k=rsa;t=s;p=MII Babc"], OK),
        (["k=rsa; p=MIIBabc"], OK),
        (["v=DKIM1; p=MIIBother"], WRONG),
        (["v=DKIM1; p="], WRONG),
        ([], WRONG),
    ],
)
def test_dkim(found: list[str], level: str) -> None:
    assert judge_dkim("s._domainkey.cauce.example", found, "", KEY).level == level


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (["v=DMARC1; p=quarantine; rua=mailto:d@cauce.example"], OK),
        (["v=DMARC1;p=reject"], OK),
        (["v=DMARC1; p=none"], NOTE),
        (["v=DMARC1; rua=mailto:d@cauce.example"], WRONG),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], WRONG),
        (["something else"], WRONG),
    ],
)
def test_dmarc(found: list[str], level: str) -> None:
    assert judge_dmarc("cauce.example", found, "").level == level
