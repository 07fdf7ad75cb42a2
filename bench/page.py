"""Preview pages read per second by ours, by BeautifulSoup and by lxml (B10)."""

import tempfile
import time
from html.parser import HTMLParser
from pathlib import Path

from bench.measure import Options, Report, Row, Side, alternate, run
from bench.peers import absent, peer
from bot.collect.preview.page import parse_page
from tests.fakes.pages import page, written

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "html"
TIMES = {"ours": 20, "bs4": 1, "lxml": 4}
WANTED = {"bs4": 30.0, "lxml": 4.0}


def main(arguments: list[str]) -> int:
    """Measure pages beside the project, else invented ones."""
    return run("page", arguments, measure)


async def measure(options: Options) -> Report:
    """Ours against each peer, and against the bare tokens of the standard library."""
    report = Report("page")
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        files = _files(Path(folder), options)
        texts = [file.read_text("utf-8") for file in files]
        ours = _ours(texts, 1 if options.tiny else TIMES["ours"])
        tokens = await alternate(options.rounds, ours, _tokens(texts))
        report.rows.append(Row("page read", "html.parser, tokens only", "pages/s", *tokens))
        async with peer("page_soup", install=not options.tiny) as ask:
            if ask is None:
                absent(report, "bs4 and lxml")
                return report
            for reader, bound in WANTED.items():
                named = [str(file) for file in files]
                answer = await ask(reader=reader, files=named, times=1)
                report.note(_compared(reader, answer, texts))

                async def theirs(reader: str = reader, named: list[str] = named) -> float:
                    times = 1 if options.tiny else TIMES[reader]
                    return 1 / (await ask(reader=reader, files=named, times=times))["seconds"]

                found = await alternate(options.rounds, ours, theirs)
                row = Row("page read", reader, "pages/s", *found, "B10", (">=", bound))
                report.rows.append(row)
    return report


def _files(folder: Path, options: Options) -> list[Path]:
    """Real pages of posts where they are, else invented ones."""
    real = [] if options.tiny else sorted(DATA.glob("*.html"))
    found = [file for file in real if len(parse_page(file.read_bytes()).posts) >= 10]
    if found:
        return found
    text = (
        "<b>Invented</b> words, <a href='https://arxiv.org/abs/2611.00001'>a paper</a>.<br/>" * 9
    )
    made = page("pane_one", [written(number, text) for number in range(1, 21)])
    file = folder / "page.html"
    file.write_text(made, encoding="utf-8")
    return [file]


def _compared(reader: str, theirs: dict[str, float], texts: list[str]) -> str:
    """Whether both found as much."""
    pages = [parse_page(text) for text in texts]
    posts = {(each.channel.ref, post.message_id) for each in pages if each.channel
             for post in each.posts}  # fmt: skip
    letters = sum(len("".join(post.text.split())) for each in pages for post in each.posts)
    return (
        f"{len(texts)} pages: ours {len(posts)} posts, {letters} letters; "
        f"{reader} {theirs['posts']:.0f} posts, {theirs['letters']:.0f} letters"
    )


def _ours(texts: list[str], times: int) -> Side:
    async def side() -> float:
        began = time.process_time()
        for _ in range(times):
            for text in texts:
                parse_page(text)
        return times * len(texts) / (time.process_time() - began)

    return side


def _tokens(texts: list[str]) -> Side:
    async def side() -> float:
        began = time.process_time()
        for text in texts:
            HTMLParser().feed(text)
        return len(texts) / (time.process_time() - began)

    return side
