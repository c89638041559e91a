"""From which network somebody asks, as far as that can be believed. Plain Python; kept nowhere."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
_PREFIX = {4: 24, 6: 48}  # what one household or office is usually given


def network(remote: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """`203.0.113.0/24`; "" for an address of a private network, which is a machine of our own and stands
    for nobody. `forwarded` is X-Forwarded-For: believed only as far as the proxies of `trusted` wrote it."""
    proxies = tuple(trusted)
    chain = [*forwarded.split(","), remote]
    for one in reversed(chain):
        try:
            address = ip_address(one.strip())
        except ValueError:
            return ""
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if not any(address in proxy for proxy in proxies):
            return _around(address) if address.is_global else ""
    return ""


def _around(address: IPv4Address | IPv6Address) -> str:
    """As `ip_network` says it, in a third of the time: feeds are polled all day."""
    length = _PREFIX[address.version]
    below = address.max_prefixlen - length
    return f"{type(address)(int(address) >> below << below)}/{length}"
