"""Published prices of models: the tables of ``genai-prices``, looked up without a network."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices


class Rates(NamedTuple):
    """Dollars per million tokens read plainly, written, read from a cache, written to it."""

    read: float
    written: float
    cached: float
    cache_write: float


OPENAI = "https://api.openai.com/v1"
RESELLER = "openrouter"
"""Passes the vendors' own prices on, so a model that it lists late costs what its vendor says."""
_FREE = ":free"  # https://openrouter.ai/docs/faq: such variants always cost nothing

_PRIVATE = tuple(
    ip_network(each)
    for each in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "0.0.0.0/32",  # as vLLM prints where it listens: this very host
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
_PRIVATE_NAMES = (".localhost", ".local", ".internal")


def is_private(base_url: str) -> bool:
    """True for this machine or one of a private network, by its address or name; asks no DNS."""
    try:
        host = (urlsplit(base_url).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        address = ip_address(host)
    except ValueError:  # a name; without a dot it is one of a container or a local network
        return bool(host) and ("." not in host or host.endswith(_PRIVATE_NAMES))
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return any(address in network for network in _PRIVATE)


def listed_price(model: str, base_url: str | None) -> Rates | None:
    """The base tier of the model's price at that server (None: OpenAI); None where unknown."""
    from genai_prices.data_snapshot import get_snapshot  # 1.6 MB that few processes need

    snapshot = get_snapshot()
    for provider, name in _places(snapshot, model.casefold(), (base_url or OPENAI).casefold()):
        if found := provider.find_model(name, all_providers=snapshot.providers):
            return _dearest_today(found)
        if provider.id == RESELLER and name.endswith(_FREE):
            return Rates(0, 0, 0, 0)
    return None


def _places(
    snapshot: "DataSnapshot", model: str, base_url: str
) -> Iterator[tuple["Provider", str]]:
    """Tables that may hold the model: the server's own, else those of its vendor.

    A gateway says ``vendor/model``; some servers take the bare name as well.
    """
    from genai_prices.data_snapshot import find_provider_by_id

    vendor, _, bare = model.rpartition("/")
    provider = _provider(snapshot, None, base_url)
    if provider is not None:
        yield provider, model
        yield provider, bare
    if provider is None or provider.id == RESELLER:
        if named := find_provider_by_id(snapshot.providers, vendor) if vendor else None:
            yield named, bare
        if guessed := _provider(snapshot, bare, None):
            yield guessed, bare


def _provider(
    snapshot: "DataSnapshot", model: str | None, base_url: str | None
) -> "Provider | None":
    try:
        return snapshot.find_provider(model, None, base_url)
    except LookupError:
        return None


def _dearest_today(model: "ModelInfo") -> Rates | None:
    """The price in force; of one that changes with the hour the dearest, for a cap must hold."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0)
    prices = [model.get_prices(midnight + timedelta(hours=hour)) for hour in range(24)]
    known = [rates for price in prices if (rates := _rates(model.id, price))]
    return max(known, key=sum, default=None)


def _rates(name: str, price: "ModelPrice") -> Rates | None:
    read, written = _base(price.input_mtok), _base(price.output_mtok)
    if read is None or written is None:
        return Rates(0, 0, 0, 0) if name.endswith(_FREE) else None
    cached, cache_write = _base(price.cache_read_mtok), _base(price.cache_write_mtok)
    return Rates(
        read,
        written,
        read if cached is None else cached,
        read if cache_write is None else cache_write,
    )


def _base(figure: "Decimal | TieredPrices | None") -> float | None:
    """The price of a short prompt, which ours always are."""
    if figure is None or isinstance(figure, Decimal):
        return None if figure is None else float(figure)
    return float(figure.base)
