"""Servers as people have them: users with few rights, replicas, clusters, TLS and its faults."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError

from bench.chaos_server import OwnServer
from bot.config import Settings
from bot.store import Store, keys, open_store
from bot.store.connection.rights import COMMANDS, acl_line
from bot.store.errors import StoreError
from bot.store.keys import owner as owner_keys
from tests.conftest import ROOT
from tests.fakes.certificates import Authority, handshakes
from tests.fakes.proxy import FakeProxy
from tests.store.backing_up import backed_up, restored
from tests.store.faulty import store_at
from tests.test_keys import run_wholly

SECRET = "Marble7/ #@%"
LOGIN = f"app:{quote(SECRET, safe='')}"


@pytest.fixture
async def admin(server: OwnServer) -> AsyncIterator[Redis]:
    """Who may do everything, after making the user whom the documents ask for."""
    async with Redis(unix_socket_path=server.socket, decode_responses=True) as admin:
        await admit(admin)
        yield admin


async def admit(admin: Redis, *more: str) -> None:
    words = [f">{SECRET}" if word == ">PASSWORD" else word for word in acl_line("app").split()]
    await admin.execute_command(*words, *more)  # type: ignore[no-untyped-call]


async def refused(url: str) -> str:
    """The one line that is said of a server, which has no secret in it."""
    with pytest.raises(StoreError, match=r"^REDIS_URL: [^\n]+$") as caught:
        async with store_at(url):
            pass
    assert not re.search("Marble7|app|wrong", str(caught.value).replace("appendonly", ""))
    return str(caught.value)


@pytest.mark.slow
async def test_the_rights_that_are_asked_for_are_enough_for_everything(
    home: Path, server: OwnServer, admin: Redis
) -> None:
    url = f"unix://{LOGIN}@{server.socket}"
    own = Settings(_env_file=None, redis_url=url, fortochka_home=home / "read-model")
    async with open_store(own) as store:
        await run_wholly(store)
        await store.erasure.erase(100)
        assert await store.erasure.rewrite(str(await store.redis.get(owner_keys.FORGOTTEN)))
        assert store.notices == ()
        more = "client|id client|tracking client|pause client|unpause subscribe"
        await admit(admin, *(f"+{each}" for each in more.split()), "&__redis__:invalidate")
        await restored(store.redis, await backed_up(store, home), merge=True)
    assert await admin.acl_log() == []


def test_the_documents_ask_for_just_these_rights() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    block = page.partition("<!-- rights: begin -->")[2].partition("<!-- rights: end -->")[0]
    assert block.replace("\\", "").split() == ["```", *acl_line().split(), "```"]


async def test_every_command_that_a_script_or_the_program_gives_is_asked_for(admin: Redis) -> None:
    known = {str(name) for name in await admin.command_list()}
    renamed = {"delete": "del", "incr": "incrby"}
    given = set[str]()
    for path in (ROOT / "bot").rglob("*.lua"):
        given |= set(re.findall(r"redis\.p?call\('(\w+)'", path.read_text("utf-8")))
    for path in (ROOT / "bot").rglob("*.py"):
        calls = re.findall(r"\b_?(?:redis|pipeline|alone)\.(\w+)\(", path.read_text("utf-8"))
        given |= {renamed.get(name, name).partition("_")[0] for name in calls}
    used = {name.lower() for name in given} & known
    assert used - {*COMMANDS} == {"info", "bgrewriteaof", "shutdown", "client", "dbsize"} & used


async def test_a_right_that_is_missing_is_named_with_the_command_that_gives_it(
    server: OwnServer, admin: Redis
) -> None:
    url = f"unix://{LOGIN}@{server.socket}"
    for name in COMMANDS:
        await admit(admin, f"-{name}")
        if name in {"auth"}:
            continue  # the server asks nobody for it
        assert f"+{name}" in await refused(url), name
    await admit(admin, "resetkeys", "~other:*")
    assert "allow it the keys ~ftk:*" in await refused(url)
    assert "refuses this user or password" in await refused(f"unix://app:wrong@{server.socket}")


async def test_a_server_that_keeps_info_to_itself_is_used_and_named(
    server: OwnServer, admin: Redis
) -> None:
    await admit(admin, "-info", "-bgrewriteaof")
    url = f"unix://{LOGIN}@{server.socket}"
    async with store_at(f"{url}?family=0") as store:
        assert store.server_version == "unknown"
        options, hidden = store.notices
        assert options.endswith("left out: family")
        assert "keeps INFO to itself" in hidden
        await store.redis.set(keys.chat_last(7), 1)
        await store.erasure.erase(7)
        assert await store.redis.exists(keys.chat_last(7)) == 0
        assert await store.erasure.rewrite(str(await store.redis.get(owner_keys.FORGOTTEN)))
        assert await store.redis.get(owner_keys.FORGOTTEN) is None
    await admin.replicaof("127.0.0.1", "1")
    assert "is a read-only replica" in await refused(url)


async def test_a_replica_and_a_cluster_are_refused(
    home: Path, server: OwnServer, admin: Redis, free_port: int
) -> None:
    await admin.replicaof("127.0.0.1", "1")
    line = await refused(f"unix://{LOGIN}@{server.socket}")
    assert "is a read-only replica; name its primary, 127.0.0.1:1, or its Sentinels" in line
    (home / "node").mkdir()
    more = {"cluster_enabled": "yes", "port": str(free_port), "cluster_port": "1"}
    async with OwnServer(home / "node", **more) as node:
        assert "is a node of a cluster" in await refused(f"unix://{node.socket}")
        async with Redis(unix_socket_path=node.socket) as redis:
            await redis.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)  # type: ignore[no-untyped-call]
            await admit(redis, "-info")
        assert "is a cluster" in await refused(f"unix://{LOGIN}@{node.socket}")


async def test_a_name_that_moved_to_another_server_is_followed(
    home: Path, own: Store, server: OwnServer
) -> None:
    (home / "two").mkdir()
    async with OwnServer(home / "two") as second, FakeProxy(server.socket) as proxy:
        async with store_at(proxy.url) as store:
            await store.redis.set(keys.chat_last(7), 1)
            await own.redis.replicaof("127.0.0.1", "1")
            proxy.aim(second.socket)
            with pytest.raises(ReadOnlyError):
                await store.redis.set(keys.chat_last(7), 2)
            await store.redis.set(keys.chat_last(7), 3)
        async with Redis(unix_socket_path=second.socket) as redis:
            assert await redis.get(keys.chat_last(7)) == b"3"


@pytest.mark.slow
async def test_tls_works_and_its_faults_are_told_by_their_cause(
    tmp_path: Path, server: OwnServer, admin: Redis
) -> None:
    authority = Authority(tmp_path)
    good, old, other = (
        FakeProxy(server.socket, authority.serving(name, days))
        for name, days in (("127.0.0.1", 2), ("127.0.0.2", 0), ("redis.example", 2))
    )
    known = f"?ssl_ca_certs={authority.file}"
    asking = handshakes(authority.serving("127.0.0.3", asks=True))
    async with good, old, other, FakeProxy(server.socket) as plain:
        async with store_at(f"rediss://{LOGIN}@127.0.0.1:{good.port}/0{known}") as store:
            assert await store.redis.ping()
        unchecked = f"{known}&ssl_check_hostname=no"
        with asking as port:
            line = await refused(f"rediss://{LOGIN}@127.0.0.1:{port}/0{unchecked}")
        assert "wants a certificate of ours" in line
        for address, says in (
            (f"rediss://{LOGIN}@127.0.0.1:{good.port}", "signed by nobody known here"),
            (f"rediss://{LOGIN}@127.0.0.1:{old.port}{unchecked}", "has expired"),
            (f"rediss://{LOGIN}@127.0.0.1:{other.port}{known}", "is for another name"),
            (f"rediss://{LOGIN}@127.0.0.1:{plain.port}", "speaks no TLS"),
            (f"redis://{LOGIN}@127.0.0.1:{good.port}", "begin with rediss://"),
            (f"rediss://{LOGIN}@127.0.0.1:1", "ConnectionRefusedError"),
            (f"redis://{LOGIN}@127.0.0.1:{plain.port}/99", "no database of that number"),
            (f"redis://{LOGIN}@no-such-host.invalid", "no host has the name"),
        ):
            assert says in await refused(address), address
