"""What must stand in DNS for a domain that sends letters, and whether what stands there will do. Plain Python."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from .rules import NOTE, OK, WRONG, Finding

# Where providers tell which of their servers send: each one's own page on setting up a domain.
_INCLUDED = {"postmark": "spf.mtasv.net", "mailgun": "mailgun.org"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MOST_LOOKUPS = 10  # RFC 7208 §4.6.4
_LOOKS_UP = re.compile(r"[+?~-]?(include:|a$|a[:/]|mx$|mx[:/]|ptr|exists:)|redirect=", re.IGNORECASE)


def txt(name: str, value: str) -> str:
    """A line of a zone file."""
    return f'{name}. IN TXT "{value}"'


def spf_record(domain: str, email_url: str) -> str:
    """What we would publish, as far as EMAIL_URL tells who sends."""
    parts = urlsplit(email_url)
    if parts.scheme in _INCLUDED:
        sender = f"include:{_INCLUDED[parts.scheme]}"
    elif parts.hostname and parts.hostname not in _LOOPBACK:
        sender = f"a:{parts.hostname}"
    else:
        sender = "ip4:<the address that your mail server sends from>"
    return txt(domain, f"v=spf1 {sender} -all")


def judge_spf(domain: str, found: Sequence[str], record: str) -> Finding:
    """`found` are all TXT records of that name; exactly one may be of SPF (RFC 7208 §4.5)."""
    ours = [one for one in found if one.lower() == "v=spf1" or one.lower().startswith("v=spf1 ")]
    if not ours:
        return Finding(WRONG, f"{domain} has no SPF record. Publish one that names who sends for it.", record)
    if len(ours) > 1:
        return Finding(WRONG, f"{domain} has {len(ours)} SPF records, so none counts. Make one of them.", record)
    terms = ours[0].lower().split()[1:]
    if "all" in terms or "+all" in terms:
        return Finding(WRONG, f"{domain}'s SPF record lets the whole world send for it. End it with -all.", record)
    if sum(bool(_LOOKS_UP.match(term)) for term in terms) > _MOST_LOOKUPS:
        return Finding(
            WRONG, f"{domain}'s SPF record asks for more than ten look-ups, so it fails. Shorten it.", record
        )
    if not any(term in ("-all", "~all") or term.startswith("redirect=") for term in terms):
        return Finding(NOTE, f"{domain}'s SPF record forbids nobody to send for it. End it with -all.", record)
    return Finding(OK, f"{domain} has an SPF record: {ours[0]}", record)


def judge_dkim(name: str, found: Sequence[str], record: str, value: str) -> Finding:
    """`value` is what must stand there, with our public key in it (RFC 6376 §3.6.1)."""
    keys = [one for one in found if "p=" in one]
    if not keys:
        return Finding(WRONG, f"{name} is not published, so no signature of ours holds. Publish it.", record)
    if any(_tags(one).get("p") == _tags(value)["p"] for one in keys):
        return Finding(OK, f"{name} holds the key that we sign with.", record)
    return Finding(WRONG, f"{name} holds another key than the one that we sign with. Publish ours.", record)


def dmarc_record(domain: str, reports: str) -> str:
    """`reports` is a mailbox for what providers report; "" where none may be named."""
    return txt(f"_dmarc.{domain}", "v=DMARC1; p=none" + (f"; rua=mailto:{reports}" if reports else ""))


def judge_dmarc(domain: str, found: Sequence[str], record: str) -> Finding:
    """`found` are the TXT records of the nearest name, from the domain upwards, that has any."""
    policies = [_tags(one) for one in found if one.lower().replace(" ", "").startswith("v=dmarc1")]
    if len(policies) > 1:
        return Finding(WRONG, f"{domain} has {len(policies)} DMARC records, so none counts. Keep one.", record)
    if not policies or policies[0].get("p", "").lower() not in ("none", "quarantine", "reject"):
        sentence = f"{domain} has no DMARC record that can be used. Large providers ask bulk senders for one."
        return Finding(WRONG, sentence, record)
    policy = policies[0]["p"].lower()
    if policy == "none":
        sentence = f"{domain}'s DMARC record only watches (p=none). Once reports look well, ask for p=quarantine."
        return Finding(NOTE, sentence, record)
    return Finding(OK, f"{domain} has a DMARC record: p={policy}.", record)


def _tags(record: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=…` as a mapping; blanks do not count."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): re.sub(r"\s", "", value) for name, _, value in pairs if name.strip()}
