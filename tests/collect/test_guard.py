"""No way into a private network, whatever a name or a redirect says."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.collect.preview.errors import PageUnreachable
from bot.collect.preview.fetch import Fetcher
from bot.collect.preview.private_networks import (
    ForbiddenAddress,
    GuardedResolver,
    is_public,
    may_follow,
)
from tests.fakes.tme import FakeTme, redirect


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("149.154.167.99", True),
        ("2001:67c:4e8:f004::9", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("2606:4700:4700::1111", True),
        ("64:ff9b::9765:43c6", True),  # 151.101.67.198 behind NAT64
        ("2002:9765:43c6::1", True),
        ("64:ff9b:1::1", False),
        ("64:ff9b:1:7f00::1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("::127.0.0.1", False),
        ("::10.0.0.1", False),
        ("::8.8.8.8", False),  # IPv4-compatible: nobody routes it outside
        ("::ffff:0:10.0.0.1", False),
        ("fec0::1", False),
        ("5f00::1", False),
        ("100::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("2002:7f00:1::", False),
        ("2002:c0a8:101::1", False),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", False),  # Teredo, 10.0.0.1 inside
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("2001:10::1", False),
        ("ff02::1", False),
        ("192.88.99.1", False),
        ("nonsense", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


class FixedResolver(AbstractResolver):
    """Resolves every name to the same addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_name_that_leads_inside_is_refused_when_connecting() -> None:
    guarded = GuardedResolver(FixedResolver("149.154.167.99", "127.0.0.1"), frozenset())
    with pytest.raises(ForbiddenAddress):
        await guarded.resolve("t.me", 443)
    async with FakeTme() as site:
        resolver = FixedResolver("127.0.0.1")
        async with Fetcher(site.base_url, resolver=resolver, pause=(0, 0)) as client:
            site.script("/s/odd_lab", redirect("https://t.me/s/odd_lab"))
            with pytest.raises(PageUnreachable):
                await client.get_page("odd_lab")
    trusted = GuardedResolver(FixedResolver("127.0.0.1"), frozenset({("mirror.local", 80)}))
    assert await trusted.resolve("mirror.local", 80)
    with pytest.raises(ForbiddenAddress):
        await trusted.resolve("mirror.local", 81)


def test_only_the_base_itself_is_trusted() -> None:
    base = URL("http://127.0.0.1:8080")
    assert may_follow(URL("http://127.0.0.1:8080/odd_lab"), base)
    assert may_follow(URL("https://t.me/odd_lab"), base)
    assert not may_follow(URL("http://127.0.0.1:8081/odd_lab"), base)
    assert not may_follow(URL("https://127.0.0.1:8080/odd_lab"), base)
    assert not may_follow(URL("https://a:b@t.me/odd_lab"), base)
