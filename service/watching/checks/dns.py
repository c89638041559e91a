"""The records that letters and links need, each beside what stands in DNS."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.conf import settings

from service.delivery.actions.dkim_key import published
from service.newsroom.current import newsroom
from service.toolbox.errors import ServiceError

from ..records import dmarc_record, judge_dkim, judge_dmarc, judge_spf, spf_record
from ..rules import NOTE, OK, WRONG, Asked, Finding

LOOKUP_SECONDS = 5.0
_NOT_CHECKED = "No DNS server answers here, so this could not be checked. Publish it, and look again from elsewhere."


class _Away(Exception):
    """Nobody answers."""


class Resolver:
    def __init__(self, where: str) -> None:
        """HOST:PORT, or "" for this machine's. Raises ServiceError."""
        try:
            self._ask = dns.resolver.Resolver(configure=not where)
        except dns.resolver.NoResolverConfiguration:
            self._ask = dns.resolver.Resolver(configure=False)
        self._ask.lifetime = LOOKUP_SECONDS
        if where:
            host, _, port = where.rpartition(":")
            if not host or not port.isdigit():
                raise ServiceError(f"{where!r} is no DNS server. Write it like 127.0.0.1:53.")
            self._ask.nameservers, self._ask.port = [host.strip("[]")], int(port)

    def texts(self, name: str) -> list[str]:
        return [b"".join(row.strings).decode("utf-8", "replace") for row in self._rows(name, "TXT")]

    def exchangers(self, name: str) -> list[str]:
        return [str(row.exchange).rstrip(".") for row in self._rows(name, "MX")]

    def has_address(self, name: str) -> bool:
        return bool(self._rows(name, "A") or self._rows(name, "AAAA"))

    def _rows(self, name: str, kind: str) -> list:  # type: ignore[type-arg]
        try:
            return list(self._ask.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise _Away from error


def look(asked: Asked) -> Iterator[Finding]:
    """As long as letters become files, nothing is wrong without."""
    nobody_sends = settings.EMAIL_URL.startswith("file:")
    for finding in _findings(asked):
        yield replace(finding, level=NOTE) if nobody_sends and finding.level == WRONG else finding


def _findings(asked: Asked) -> Iterator[Finding]:
    resolver = Resolver(asked.resolver)
    house = newsroom()
    quiet = house.quiet
    sites = [settings.SITE_URL, *([quiet.site] if quiet and quiet.site else [])]
    for host in dict.fromkeys(urlsplit(site).hostname or "" for site in sites):
        yield from _site(resolver, host)
    # What the quiet domain publishes names nobody, so its reports go nowhere.
    senders = [(house.from_address, house.bounces, house.editors)]
    senders += [(quiet.from_address, quiet.bounces, "")] if quiet else []
    for sender, bounces, reports in senders:
        yield from _domain(resolver, _at(sender), _at(bounces or sender), reports, receives=bool(bounces))


def _domain(resolver: Resolver, domain: str, envelope: str, reports: str, *, receives: bool) -> Iterator[Finding]:
    """SPF counts for the domain of the envelope (RFC 7208 §2.4), DKIM and DMARC for the one of From."""
    record = spf_record(envelope, settings.EMAIL_URL)
    yield _checked(lambda: judge_spf(envelope, resolver.texts(envelope), record), record)
    if settings.DKIM_SELECTOR:
        name = f"{settings.DKIM_SELECTOR}._domainkey.{domain}"
        line, value = published(domain, settings.DKIM_SELECTOR)
        yield _checked(lambda: judge_dkim(name, resolver.texts(name), line, value), line)
    policy = dmarc_record(domain, reports)
    yield _checked(lambda: judge_dmarc(domain, _nearest(resolver, domain), policy), policy)
    if receives:
        yield _receives(resolver, envelope)


def _checked(look: Callable[[], Finding], record: str) -> Finding:
    try:
        return look()
    except _Away:
        return Finding(NOTE, _NOT_CHECKED, record)


def _nearest(resolver: Resolver, domain: str) -> list[str]:
    """A domain without a policy has that of the one above it (RFC 7489 §6.6.3); a top-level one has none."""
    labels = domain.split(".")
    for at in range(len(labels) - 1):
        if found := resolver.texts(f"_dmarc.{'.'.join(labels[at:])}"):
            return found
    return []


def _receives(resolver: Resolver, domain: str) -> Finding:
    """A single exchanger without a name says that nobody receives there (RFC 7505)."""
    line = f"{domain}. IN MX 10 <the host that receives for it>"

    def found() -> Finding:
        hosts = [host for host in resolver.exchangers(domain) if host]
        if hosts:
            return Finding(OK, f"Mail to {domain} goes to {hosts[0]}.", line)
        return Finding(WRONG, f"{domain} has no MX record, so nothing that comes back reaches us. Publish one.", line)

    return _checked(found, line)


def _site(resolver: Resolver, host: str) -> Iterator[Finding]:
    if host == "localhost" or host.replace(".", "").isdigit() or ":" in host:
        return
    line = f"{host}. IN A <the address of your proxy>"

    def leads() -> Finding:
        if resolver.has_address(host):
            return Finding(OK, f"{host} leads to a machine.", line)
        return Finding(WRONG, f"{host} leads nowhere, so no link in a letter works. Publish its address.", line)

    yield _checked(leads, line)


def _at(address: str) -> str:
    return address.rpartition("@")[2]
