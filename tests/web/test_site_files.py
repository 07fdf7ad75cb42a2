"""The archive as files: each link leads to one; only what changed is written, and is ours."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import atoma
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.store import Store
from bot.web.archive import ArchiveQueries
from bot.web.places import PagePlace, Site
from bot.web.site_files import file_of, site_files
from bot.web.site_folder import LIST_NAME, ForeignFolder, SiteFolder
from tests.fakes.entries import make_channel, make_entry, make_paper
from tests.telegram.seeding import put
from tests.web.conftest import NOW, PUBLIC_URL

DOI = "doi:10.9/../../a b?c#d<e>.json"


async def write(store: Store, folder: Path, url: str = "") -> tuple[set[str], int]:
    """Write the site; the files that were written, and how many were removed."""
    site, target = Site(url, archive="0123"), SiteFolder(folder)
    files = site_files(ArchiveQueries(store, timedelta(days=120)), site, NOW)
    written = {path async for path, body in files if target.put(path, body)}
    return written, target.finish()


async def fill(store: Store) -> None:
    """More than a page of a topic, a paper of an ugly name, a channel that is closed."""
    odd = make_paper(title="Odd").model_copy(update={"id": DOI, "url": "https://doi.org/10.9/a"})
    shut = make_channel("pane_shut", "Shut").model_copy(update={"handle": None, "ref": "77"})
    await put(
        store,
        *(
            make_entry("pane_one", n, text=f"post {n}", title=f"Story {n}", hours_ago=n)
            for n in range(1, 30)
        ),
        make_entry("pane_two", 1, text="papers", papers=[odd, "2611.04821"], topics=["agents"]),
        make_entry(shut, 1, text="a secret", title="Behind a door", topics=["agents"]),
    )


def dead_links(folder: Path) -> list[str]:
    """Internal addresses of pages that lead to no file."""
    dead = []
    for page in folder.rglob("*.html"):
        for node in LexborHTMLParser(page.read_text("utf-8")).css("[href], [src], [action]"):
            attributes = node.attributes
            address = attributes.get("href") or attributes.get("src") or attributes.get("action")
            parts = urlsplit(str(address))
            file = page.parent / unquote(parts.path)
            if parts.path and not parts.scheme and not file.is_file():
                dead.append(f"{page.relative_to(folder)} → {address}")
    return dead


async def test_every_internal_link_leads_to_a_file(store: Store, tmp_path: Path) -> None:
    await fill(store)
    folder = tmp_path / "site"
    written, _ = await write(store, folder)
    assert dead_links(folder) == []
    assert {"index.html", "ru/index.html", "en/now.atom", "en/t/quantization/2.html"} <= written
    assert {path for path in written if "/search" in path} == set()
    everything = "".join(p.read_text("utf-8") for p in folder.rglob("*") if p.is_file())
    assert "Behind a door" not in everything
    assert written | {LIST_NAME} == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }


async def test_an_archive_of_nothing_is_a_site_too(store: Store, tmp_path: Path) -> None:
    await write(store, tmp_path)
    assert dead_links(tmp_path) == []
    assert atoma.parse_atom_bytes((tmp_path / "en/now.atom").read_bytes()).entries == []


async def test_with_an_address_feeds_and_the_map_have_it_whole(
    store: Store, tmp_path: Path
) -> None:
    await fill(store)
    await write(store, tmp_path, PUBLIC_URL)
    feed = atoma.parse_atom_bytes((tmp_path / "en/t/agents.atom").read_bytes())
    listed = re.findall(r"<loc>(.*?)</loc>", (tmp_path / "sitemap-1.xml").read_text("utf-8"))
    addresses = [link.href for link in (*feed.links, *feed.entries[0].links)]
    whole = [each for each in (*addresses, *listed) if each.startswith(f"{PUBLIC_URL}/")]
    assert len(whole) >= len(listed) + 3
    files = [tmp_path / unquote(each.removeprefix(f"{PUBLIC_URL}/")) for each in whole]
    assert [file for file in files if not file.is_file()] == []
    assert dead_links(tmp_path) == []


@pytest.mark.slow
async def test_only_what_changed_is_written_and_what_is_gone_is_removed(
    store: Store, tmp_path: Path
) -> None:
    await fill(store)
    whole, _ = await write(store, tmp_path)
    assert await write(store, tmp_path) == (set(), 0)
    (tmp_path / "CNAME").write_text("news.example")
    await put(store, make_entry("pane_two", 2, text="new", title="New", topics=["agents"]))
    written, gone = await write(store, tmp_path)
    assert "en/t/agents.html" in written
    assert len(written) < len(whole) / 2
    await store.redis.flushdb()
    await store.read_model.refresh()
    _, gone = await write(store, tmp_path)
    assert gone > 100
    assert not (tmp_path / "en/s").exists()
    assert (tmp_path / "CNAME").read_text() == "news.example"
    assert dead_links(tmp_path) == []


def test_a_folder_of_others_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ForeignFolder, match="holds files of others"):
        SiteFolder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_of_others_in_our_folder_is_not_overwritten(tmp_path: Path) -> None:
    SiteFolder(tmp_path).finish()
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(ForeignFolder, match="is not ours"):
        SiteFolder(tmp_path).put("index.html", b"ours")
    assert (tmp_path / "index.html").read_text() == "mine"


def test_nothing_is_written_or_removed_outside_of_the_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "site", tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    SiteFolder(folder).finish()
    (folder / "en").symlink_to(outside)
    with pytest.raises(ForeignFolder, match="leads out"):
        SiteFolder(folder).put("en/index.html", b"x")
    with (folder / LIST_NAME).open("a") as file:
        file.write("- ../outside/kept.txt\n")
    with pytest.raises(ForeignFolder, match="leads out"):
        SiteFolder(folder).finish()
    assert [path.name for path in outside.iterdir()] == ["kept.txt"]


def test_a_run_that_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    killed = SiteFolder(tmp_path)
    killed.put("en/a.html", b"a")
    killed.put("en/b.html", b"b")
    again = SiteFolder(tmp_path)
    assert again.put("en/a.html", b"a")
    assert again.finish() == 1
    assert [path.name for path in (tmp_path / "en").iterdir()] == ["a.html"]


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=200))
def test_any_paper_has_a_file_of_its_own_in_its_folder(name: str) -> None:
    page = file_of(PagePlace("paper", f"doi:{name}"), "en")
    folder, _, file = page.rpartition("/")
    assert folder == "en/p"
    assert re.fullmatch(r"doi~[A-Za-z0-9._~-]+\.html", file)
    assert len(file) < 255
    assert page != file_of(PagePlace("paper", f"doi:{name}."), "en")
