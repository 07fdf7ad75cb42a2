"""The fields of a preview page by BeautifulSoup and by lxml. Runs in an environment apart."""

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from lxml import html as lxml_html

_CLASS = "contains(concat(' ',normalize-space(@class),' '),' {} ')"


def by_soup(text: str) -> list[list[Any]]:
    """Id, text, links, media, views and time of each post."""
    found = []
    for block in BeautifulSoup(text, "html.parser").select("[data-post]"):
        body = block.select_one(".js-message_text:not(.js-message_reply_text)")
        said, links = "", []
        if body:
            for line in body.find_all("br"):
                line.replace_with("\n")
            said = body.get_text()
            links = [a.get("href") for a in body.find_all("a") if a.get("href")]
        media = len(block.select(".tgme_widget_message_photo_wrap"))
        media += len(block.select(".tgme_widget_message_video_player"))
        views = block.select_one(".tgme_widget_message_views")
        at = block.select_one("a.tgme_widget_message_date time")
        seen = views.get_text() if views else ""
        when = at.get("datetime") if at else ""
        found.append([block["data-post"], _squeezed(said), links, media, seen, when])
    return found


def by_lxml(text: str) -> list[list[Any]]:
    """The same."""
    found = []
    for block in lxml_html.fromstring(text).xpath("//*[@data-post]"):
        bodies = block.xpath(
            f".//*[{_CLASS.format('js-message_text')}]"
            f"[not({_CLASS.format('js-message_reply_text')})]"
        )
        said, links = "", []
        if bodies:
            for line in bodies[0].xpath(".//br"):
                line.tail = "\n" + (line.tail or "")
            said = bodies[0].text_content()
            links = bodies[0].xpath(".//a/@href")
        media = len(block.xpath(f".//*[{_CLASS.format('tgme_widget_message_photo_wrap')}]"))
        media += len(block.xpath(f".//*[{_CLASS.format('tgme_widget_message_video_player')}]"))
        views = block.xpath(f".//*[{_CLASS.format('tgme_widget_message_views')}]")
        at = block.xpath(f".//a[{_CLASS.format('tgme_widget_message_date')}]//time/@datetime")
        seen = views[0].text_content() if views else ""
        name = block.get("data-post")
        found.append([name, _squeezed(said), list(links), media, seen, at[0] if at else ""])
    return found


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text).strip()


def main() -> None:
    """Answer ``{"reader", "files", "times"}`` with seconds of CPU per page and the posts' ids."""
    readers = {"bs4": by_soup, "lxml": by_lxml}
    for line in sys.stdin:
        asked = json.loads(line)
        read = readers[asked["reader"]]
        pages = [Path(file).read_text("utf-8") for file in asked["files"]]
        found = [row for page in pages for row in read(page)]
        began = time.process_time()
        for _ in range(asked["times"]):
            for page in pages:
                read(page)
        took = (time.process_time() - began) / asked["times"] / len(pages)
        texts = sum(len("".join(row[1].split())) for row in found)
        answer = {"seconds": took, "posts": len({row[0].lower() for row in found})}
        print(json.dumps({**answer, "letters": texts}), flush=True)


main()
