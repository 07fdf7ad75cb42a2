"""How much one address may ask, and whose address it is behind proxies. Pure."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from bot.config.kinds import Network

_LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_V6_PREFIX = 64  # what one customer has
_FORWARDED_READ = 20  # addresses of a chain of proxies


class AddressLimit:
    """Lets each address ask ``rate`` times a second, and ``burst`` times at once.

    The addresses that asked longest ago are forgotten when there are more than ``most``.
    """

    def __init__(self, rate: float = 20.0, burst: int = 60, most: int = 20_000) -> None:
        self._rate, self._burst, self._most = rate, burst, most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str, now: float) -> float:
        """Seconds until the address may ask, 0 where it may now; ``now`` only ever grows."""
        left, at = self._left.pop(address, (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._rate)
        allowed = left >= 1
        self._left[address] = left - 1 if allowed else left, now
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate


class Proxies:
    """Reverse proxies whose word on who asks is taken: those of this host, and others named."""

    def __init__(self, trusted: Iterable[Network] = ()) -> None:
        self._trusted = (*_LOOPBACK, *trusted)

    def asking(self, peer: str | None, forwarded: Sequence[str]) -> str:
        """Who asks: the peer, or what a trusted one says in its ``X-Forwarded-For`` lines.

        Of a chain it is the last address that no trusted proxy has. An address of IPv6 stands
        for its network.
        """
        named = ",".join(forwarded).split(",")[-_FORWARDED_READ:]
        found = _address(peer or "")
        for text in reversed(named):
            before = _address(text)
            if before is None or not self._trusts(found):
                break
            found = before
        if isinstance(found, IPv6Address):
            return str(IPv6Network((found, _V6_PREFIX), strict=False))
        return str(found or "")

    def _trusts(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
