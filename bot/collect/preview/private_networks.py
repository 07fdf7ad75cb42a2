"""Refuses connections of a client to private networks, whatever a name resolves to."""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

HOSTS = frozenset({"t.me", "telegram.me"})
# NAT64 carries an IPv4 address in its last four bytes, RFC 6052.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What is given out to hosts, https://www.iana.org/assignments/ipv6-address-space; the standard
# library takes all that it has no rule for as global, 5f00::/16 and ::127.0.0.1 among it.
_UNICAST = ipaddress.ip_network("2000::/3")
_SPECIAL = tuple(
    ipaddress.ip_network(each)
    for each in ("2001::/23", "2001:db8::/32", "3fff::/20")  # Teredo and protocols, documentation
)
_RELAYS = ipaddress.ip_network("192.88.99.0/24")  # of 6to4, RFC 7526


class ForbiddenAddress(OSError):
    """A name that leads into a private network."""


def is_public(address: str) -> bool:
    """True for a global unicast address, looked at through IPv4 mapping, 6to4 and NAT64."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and ip not in _RELAYS
    if inner := _inside(ip):
        return is_public(str(inner))
    return ip in _UNICAST and not any(ip in special for special in _SPECIAL) and ip.is_global


def _inside(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a gateway would take the packet to."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour


def may_follow(url: URL, base: URL, hosts: frozenset[str] = HOSTS) -> bool:
    """True for the operator's own base address and for https pages of these hosts, Telegram's."""
    if url.user or url.password:
        return False
    return url.origin() == base.origin() or (
        url.scheme == "https" and url.host in hosts and url.port == 443
    )


class GuardedResolver(AbstractResolver):
    """Refuses names that resolve to private addresses, at the moment of connecting.

    ``trusted`` holds the (host, port) pairs that the operator set: base address and proxy.
    """

    def __init__(self, inner: AbstractResolver, trusted: frozenset[tuple[str, int]]) -> None:
        self._inner, self._trusted = inner, trusted

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of a host; ForbiddenAddress where any of them is private."""
        found = await self._inner.resolve(host, port, family)
        if (host, port) in self._trusted:
            return found
        if not all(is_public(entry["host"]) for entry in found):
            raise ForbiddenAddress(f"{host} leads to a private address")
        return found

    async def close(self) -> None:
        """Close the resolver behind."""
        await self._inner.close()
