"""REDIS_URL in every form that people have it, and what is said of one that cannot be used."""

from pathlib import Path

import pytest

from bot.store.connection.address import RedisUrl, parse_redis_url
from bot.store.errors import StoreError

HERE = str(Path(__file__))
SECRET = "Marble7"


@pytest.mark.parametrize(
    ("url", "places", "options"),
    [
        ("redis://", [("localhost", 6379)], {}),
        ("redis://db", [("db", 6379)], {}),
        ("REDIS://db:7000/3", [("db", 7000)], {"db": 3}),
        ("valkey://db/3/", [("db", 6379)], {"db": 3}),
        ("redis://db?db=4", [("db", 6379)], {"db": 4}),
        ("redis://[::1]:7000", [("::1", 7000)], {}),
        ("redis://:pw@db", [("db", 6379)], {"password": "pw"}),
        ("redis://app:pw@", [("localhost", 6379)], {"username": "app", "password": "pw"}),
        ("redis://:a%40b%2Fw%23%3F%25%20@db", [("db", 6379)], {"password": "a@b/w#?% "}),
        ("redis://:p@ss:w@db", [("db", 6379)], {"password": "p@ss:w"}),
        ("redis://:%D0%BF%D1%80%D0%B8@db", [("db", 6379)], {"password": "при"}),
        ("redis://:при+100%!$&'()*,;=~@db", [("db", 6379)], {"password": "при+100%!$&'()*,;=~"}),
    ],
)  # fmt: skip
def test_a_server_is_read(
    url: str, places: list[tuple[str, int]], options: dict[str, object]
) -> None:
    address = parse_redis_url(url)
    assert (address.places, address.options, address.tls) == (places, options, False)


def test_tls_a_socket_and_sentinels_are_read() -> None:
    tls = parse_redis_url(f"rediss://db?ssl_ca_certs={HERE}&ssl_cert_reqs=CERT_NONE")
    assert (tls.tls, tls.options) == (True, {"ssl_ca_certs": HERE, "ssl_cert_reqs": "none"})
    local = parse_redis_url("unix://app:pw@/run/a@b.sock?db=2")
    assert local.socket == "/run/a@b.sock"
    assert local.options == {"db": 2, "username": "app", "password": "pw"}
    watched = parse_redis_url(
        "rediss+sentinel://app:pw@one,two:7000,[::1]/news/5?sentinel_password=s%2Fp"
    )
    assert watched.places == [("one", 26379), ("two", 7000), ("::1", 26379)]
    assert (watched.group, watched.tls) == ("news", True)
    assert watched.options == {"db": 5, "username": "app", "password": "pw"}
    assert watched.sentinel_options == {"password": "s/p"}


def test_options_of_other_clients_are_left_out_and_named() -> None:
    address = parse_redis_url("redis://db/0?family=0&keepAlive=1&db=1&protocol=3")
    assert address == RedisUrl([("db", 6379)], options={"db": 1}, left_out=address.left_out)
    assert list(address.left_out) == ["family", "keepAlive", "protocol"]


UNREADABLE = [
    *(f"{scheme}://:{SECRET}{sign}x@db/0" for scheme in ("redis", "rediss") for sign in "/#?"),
    *(f"redis://{SECRET}{sign}x@db:6379/0" for sign in "/#?"),
    *(f"redis://u:a@{SECRET}{sign}x@db" for sign in "/#?"),
    *(f"unix://:{SECRET}{sign}x@/run/a.sock" for sign in "/#?"),
    *(f"redis+sentinel://:{SECRET}{sign}x@one,two/news" for sign in "/#?"),
    *(f"redis://:{code}{SECRET}@db" for code in ("%ff", "%C3%28")),
    f"redis://:{SECRET}",
    f"redis://db:{SECRET}/0",
    f"redis://db:70000{SECRET}/0",
    f"redis://db/{SECRET}",
    f"redis://db/0?password={SECRET}@x",
    f"redis://db/0?{SECRET}!x=1",
    f"redis://db/0#{SECRET}",
    f"unix://{SECRET}",
]


@pytest.mark.parametrize("url", UNREADABLE)
def test_what_must_be_encoded_is_said_without_a_part_of_the_secret(url: str) -> None:
    with pytest.raises(StoreError, match=r"^REDIS_URL: .*percent-encode [^\n]*$") as caught:
        parse_redis_url(url)
    assert SECRET.lower() not in str(caught.value).lower()
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"{SECRET}@db:6379", "begin with"),
        ("http://db", "begin with"),
        ("", "begin with"),
        ("redis+sentinel://one,two", "name the group"),
        ("redis://db?db=first", "the option db must be the number"),
        (f"rediss://db?ssl_ca_certs=/no/{SECRET}", "ssl_ca_certs must be a file"),
        ("rediss://db?ssl_cert_reqs=perhaps", "ssl_cert_reqs must be required"),
        ("rediss://db?ssl_check_hostname=", "ssl_check_hostname must be yes or no"),
        ("redis://db?ssl_cert_reqs=none", "begins with rediss"),
        ("redis://db?sentinel_password=x", "belongs to redis.sentinel"),
        ("rediss://db?ssl_ca_cert=x", "ssl_ca_cert is not known; there is ssl_ca_certs"),
        ("redis://db?tls=true", "the option tls is not known"),
        ("redis://db?pasword=x", "there is password"),
    ],
)
def test_a_wrong_address_is_one_line(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=rf"^REDIS_URL: [^\n]*{says}[^\n]*$") as caught:
        parse_redis_url(url)
    assert SECRET not in str(caught.value)


def test_no_secret_is_in_what_a_trace_may_show() -> None:
    address = parse_redis_url(
        f"redis+sentinel://u:{SECRET}@h/n?sentinel_password={SECRET}&sentinel_username={SECRET}"
    )
    assert SECRET not in repr(address) + address.shown
