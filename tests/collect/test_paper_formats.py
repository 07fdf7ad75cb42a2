"""What arXiv and Crossref answer, read as metadata: markup, TeX, other papers, bombs, nonsense."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.papers.arxiv import read_feed
from bot.collect.papers.crossref import read_work
from bot.collect.papers.plain import first_sentence, plain_line
from bot.collect.papers.site import PapersRefused, PapersUnreadable
from bot.model import PaperMetadata
from bot.text import utf16_len
from tests.fakes.hostile import FRAGMENTS
from tests.fakes.papers import FakePaper, error_entry, feed

NOW = datetime(2026, 11, 30, tzinfo=UTC)
ONE, OLD = "arxiv:2611.04821", "arxiv:hep-th/9901001"


def arxiv(paper: FakePaper, number: str = "2611.04821") -> PaperMetadata:
    [work] = read_feed(feed(paper.entry(number)).encode(), [f"arxiv:{number}"], NOW).values()
    return work


def crossref(**told: object) -> PaperMetadata | None:
    body = json.dumps({"message": {"DOI": "10.1000/x", **told}}).encode()
    return read_work(body, "doi:10.1000/x", NOW)


def test_a_feed_is_read_whatever_its_order_and_versions() -> None:
    old = FakePaper(
        title="Old Strings", published="1999-01-01T00:00:00Z", category="hep-th", version=1
    )
    body = feed(old.entry("hep-th/9901001"), FakePaper(doi="10.1000/XY").entry("2611.04821"))
    found = read_feed(body.encode(), [ONE, OLD, "arxiv:2611.00001"], NOW)
    assert list(found) == [ONE, OLD]
    assert found[OLD].year == 1999
    assert found[ONE] == PaperMetadata(
        id=ONE,
        title="Panes of Half a Bit for Small Weights",
        authors=("Ann Frame", "Bo Sill", "Cy Hinge"),
        year=2026,
        category="cs.CL",
        abstract="We fold weights into panes.",
        doi="10.1000/xy",
        kind="preprint",
        source="arxiv",
        read_at=NOW,
    )


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.1000/XY", "10.1000/xy"),
        ("10.48550/arXiv.2611.04821", ""),
        ("10.18653/v1/2026.ACL-long.1", "10.18653/v1/2026.acl-long.1"),
        ("none", ""),
    ],
)
def test_the_doi_of_the_published_version(written: str, doi: str) -> None:
    assert arxiv(FakePaper(doi=written)).doi == doi


def test_many_authors_are_bounded_and_counted() -> None:
    work = arxiv(FakePaper(authors=[f"Author {n}" for n in range(3_000)]))
    assert (len(work.authors), work.more_authors) == (40, 2_960)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Scaling to $10^{6}$ tokens", "Scaling to 10⁶ tokens"),
        (r"$\beta$-VAE: $\mathcal{O}(n)$ in $L_2$", "β-VAE: O(n) in L₂"),
        (r"G\"odel, Erd\H{o}s, Fran\c{c}ois", "Gödel, Erdős, François"),
        (r"\v{S}i\'c, \L{}od\'z", "Šić, Łodź"),
        (r"From \$5 to \$10 at 50\% \& more", "From $5 to $10 at 50% & more"),
        ("From $5 to $10", "From $5 to $10"),
        (r"\emph{Small} \textbf{panes} -- big", "Small panes – big"),
        (r"A~B ``quoted''", "A B “quoted”"),
        ("AT&amp;T and &amp;lt;b&amp;gt;", "AT&T and"),
        ("H<sub>2</sub>O <i>now</i> 10<sup>6</sup>", "H₂O now 10⁶"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("<script>alert(1)</script>Panes", "alert(1)Panes"),
        ("Right\u202eleft\u2066 and\u200b joined\x00", "Rightleft and joined"),
        ("Over\n   lines\tand\u00a0spaces", "Over lines and spaces"),
    ],
)  # fmt: skip
def test_titles_are_plain_lines(written: str, read: str) -> None:
    assert plain_line(written, 300) == read


@given(st.lists(st.one_of(st.text(), st.sampled_from([*FRAGMENTS, "\\", "$", "{", "<", "\\'"]))))
def test_no_words_break_a_line(parts: list[str]) -> None:
    line = plain_line("".join(parts), 50)
    assert utf16_len(line) <= 50
    assert "\n" not in line
    assert first_sentence("".join(parts), 50) is not None


@pytest.mark.parametrize(
    ("abstract", "first"),
    [
        ("We test e.g. panes vs. frames. It works.", "We test e.g. panes vs. frames."),
        ("<jats:title>Abstract</jats:title><jats:p>It folds. More.</jats:p>", "It folds."),
        ("ABSTRACT: Panes fold. More.", "Panes fold."),
        ("", ""),
    ],
)
def test_the_first_sentence_of_an_abstract(abstract: str, first: str) -> None:
    assert first_sentence(abstract, 400) == first


def test_an_error_entry_is_a_refusal() -> None:
    with pytest.raises(PapersRefused, match="incorrect id format for x"):
        read_feed(feed(error_entry("incorrect id format for x")).encode(), [ONE], NOW)


def test_an_entry_of_an_id_that_nobody_has_is_nothing() -> None:
    empty = "<entry><author><name/></author></entry>"
    untitled = "<entry><id>http://arxiv.org/abs/2611.04821v1</id></entry>"
    assert read_feed(feed(empty, untitled).encode(), [ONE], NOW) == {}


BOMB = (
    '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + feed(FakePaper(title="TITLE").entry("2611.04821")).partition("\n")[2].replace("TITLE", "&b;")
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sign in to the network</body></html>",
        b"<!doctype html><title>arXiv is down</title>",
        b'{"message": {}}',
        BOMB.encode(),
        b'<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed xmlns="http://www.w3.org/2005/Atom"/>',
        feed(FakePaper().entry("2611.04821")).encode()[:-30],
        b"<feed>" + b"<a>" * 100_000,
        feed(FakePaper().entry("2611.99999")).encode(),
    ],
)
def test_what_is_no_feed_of_these_papers_is_refused(body: bytes) -> None:
    with pytest.raises(PapersUnreadable):
        read_feed(body, [ONE], NOW)


def test_a_work_of_crossref() -> None:
    told = crossref(
        title=["A &amp; B"],
        author=[
            {"given": "Ann", "family": "Frame"},
            {"name": "Pane Consortium"},
            {"family": "Sill", "suffix": "Jr."},
            {},
            "odd",
        ],
        issued={"date-parts": [[2024, 5]]},
        type="journal-article",
        abstract="<jats:p>It folds. More.</jats:p>",
        **{"container-title": ["Journal of Panes"]},
    )
    assert told is not None
    assert told.title == "A & B"
    assert told.authors == ("Ann Frame", "Pane Consortium", "Sill Jr.")
    assert (told.year, told.kind, told.venue) == (2024, "article", "Journal of Panes")
    assert (told.abstract, told.doi, told.source) == ("It folds.", "10.1000/x", "crossref")


@pytest.mark.parametrize(
    "odd",
    [
        {"issued": {"date-parts": [[None]]}, "author": None, "abstract": None},
        {"issued": {"date-parts": []}, "author": {}, "type": 7},
        {"issued": None, "author": [None], "container-title": [{}]},
    ],
)
def test_a_work_with_odd_parts_has_its_title(odd: dict[str, object]) -> None:
    told = crossref(title=["Panes"], **odd)
    assert told is not None
    assert (told.title, told.authors, told.year) == ("Panes", (), None)


def test_a_work_without_a_title_is_none() -> None:
    assert crossref(title=[]) is None
    assert crossref(title=["<i></i>"]) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Resource not found.",
        b"[]",
        b'{"message": []}',
        b'{"message": {"DOI": "10.1000/other", "title": ["Other"]}}',
        b"[" * 200_000,
        b"\xff\xfe\xfa",
    ],
)
def test_what_is_not_the_work_is_refused(body: bytes) -> None:
    with pytest.raises(PapersUnreadable):
        read_work(body, "doi:10.1000/x", NOW)
