"""A .bib file is read back by a real parser as it was meant; so are the other documents."""

import json

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry as BibEntry
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.export.bibtex import citation_key, to_bibtex
from bot.export.documents import EXPORT_FORMATS, ExportFormat, document
from bot.model import Card, Language, Paper, PaperMetadata, Preview, Story
from bot.text import clean, visible
from tests.fakes.entries import make_entry, make_paper, make_story, make_work
from tests.fakes.hostile import FRAGMENTS

FORMATS = {each.extension: each for each in EXPORT_FORMATS}


def about(*papers: Paper) -> Story:
    return make_story(make_entry(papers=papers))


def read(text: str) -> list[BibEntry]:
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    assert len(library.blocks) == len(library.entries)
    return library.entries


def fields(paper: Paper) -> dict[str, str]:
    [entry] = read(to_bibtex([about(paper)]))
    assert entry.entry_type == "misc"
    return {name: field.value for name, field in entry.fields_dict.items()}


def unbraced(title: str) -> str:
    return title.removeprefix("{").removesuffix("}")


def test_an_arxiv_paper() -> None:
    paper = Paper(
        id="arxiv:2611.04821",
        title="Half a bit & 50% of {X}",
        url="https://arxiv.org/abs/2611.04821",
    )
    assert to_bibtex([about(paper)]) == (
        "@misc{arxiv:2611.04821,\n"
        "  title         = {{Half a bit \\& 50\\% of \\textbraceleft{}X\\textbraceright{}}},\n"
        "  eprint        = {2611.04821},\n"
        "  archivePrefix = {arXiv},\n"
        "  year          = {2026},\n"
        "  month         = nov,\n"
        "  url           = {https://arxiv.org/abs/2611.04821},\n"
        "  howpublished  = {\\url{https://arxiv.org/abs/2611.04821}},\n"
        "}\n"
    )
    # the parser's decoder knows no names of braces
    assert unbraced(fields(paper)["title"]) == "Half a bit & 50% of X"


def known(paper: Paper, work: PaperMetadata) -> str:
    return to_bibtex([about(paper).model_copy(update={"works": {work.id: work}})])


def test_a_paper_of_arxiv_that_is_known() -> None:
    work = make_work(
        "arxiv:2611.04821",
        "Panes & Frames",
        authors=("Ann Frame", "José Núñez", "DeepPane-AI", "The Sill Team", "Hinge, Jr."),
        more_authors=3,
        category="cs.CL",
        doi="10.1000/x_y",
    )
    paper = Paper(id=work.id, title="panes", url="https://arxiv.org/abs/2611.04821")
    text = known(paper, work)
    assert text == (
        "@misc{arxiv:2611.04821,\n"
        "  title         = {{Panes \\& Frames}},\n"
        "  author        = {Ann Frame and José Núñez and {DeepPane-AI} and {The Sill Team}"
        " and {Hinge, Jr.} and others},\n"
        "  primaryClass  = {cs.CL},\n"
        "  year          = {2026},\n"
        "  doi           = {10.1000/x\\_y},\n"
        "  eprint        = {2611.04821},\n"
        "  archivePrefix = {arXiv},\n"
        "  month         = nov,\n"
        "  url           = {https://arxiv.org/abs/2611.04821},\n"
        "  howpublished  = {\\url{https://arxiv.org/abs/2611.04821}},\n"
        "}\n"
    )
    assert len(read(text)) == 1


@pytest.mark.parametrize(
    ("kind", "entry_type", "place"),
    [
        ("article", "article", "journal"),
        ("proceedings", "inproceedings", "booktitle"),
        ("chapter", "incollection", "booktitle"),
        ("book", "book", "series"),
        ("other", "misc", "howpublished"),
    ],
)
def test_a_published_work_is_entered_as_what_it_is(kind: str, entry_type: str, place: str) -> None:
    work = make_work("doi:10.1000/x", "Panes", kind=kind, venue="Works on Panes", year=2020,
                     source="crossref", doi="10.1000/x")  # fmt: skip
    [entry] = read(known(Paper(id=work.id), work))
    assert (entry.entry_type, entry.fields_dict[place].value) == (entry_type, "Works on Panes")
    assert entry.fields_dict["year"].value == "2020"
    assert "author" not in entry.fields_dict


def test_an_old_number_has_the_class_that_is_known() -> None:
    work = make_work("arxiv:math/0301001", "Panes", category="math.AG", year=2003)
    [entry] = read(known(Paper(id=work.id), work))
    assert entry.fields_dict["primaryClass"].value == "math.AG"


@given(st.lists(st.sampled_from([*FRAGMENTS, "and", "{", "}", "\\", "Ann Frame", ","])))
@settings(max_examples=50)
def test_no_name_breaks_the_file(names: list[str]) -> None:
    work = make_work("doi:10.1000/x", "Panes", authors=tuple(names), venue=" ".join(names))
    assert len(read(known(Paper(id=work.id), work))) == 1


def test_an_old_number_has_its_class_and_century() -> None:
    found = fields(Paper(id="arxiv:hep-th/9901001"))
    assert (found["eprint"], found["primaryClass"], found["year"]) == (
        "hep-th/9901001",
        "hep-th",
        "1999",
    )
    assert fields(Paper(id="arxiv:cs.CL/0301001"))["year"] == "2003"


def test_a_paper_without_a_title_is_called_as_its_post_calls_it() -> None:
    found = fields(Paper(id="acl:2026.acl-long.1"))
    assert unbraced(found["title"]) == "Small weights"
    assert found["note"] == ("ACL Anthology 2026.acl-long.1; titled after https://t.me/pane_one/1")
    ru: dict[Language, Card] = {
        "ru": Card(title="Малые веса", tldr=""),
        "en": Card(title="Small weights", tldr=""),
    }
    story = make_story(make_entry(papers=["2611.00001"], cards=ru))
    assert "{{Малые веса}}" in to_bibtex([story], "ru")


def test_of_several_papers_none_is_called_as_the_post() -> None:
    papers = [
        Paper(id="arxiv:2611.00001", gists={"en": "A leaf of two bits"}),
        Paper(id="arxiv:2611.00002"),
        Paper(id="arxiv:2611.00003", role="cited"),
    ]
    titles = [unbraced(e.fields_dict["title"].value) for e in read(to_bibtex([about(*papers)]))]
    assert titles == [
        "A leaf of two bits",
        "arXiv:2611.00002 (Small weights)",
        "arXiv:2611.00003 (Small weights)",
    ]


def test_a_title_is_taken_from_the_preview_or_from_another_post() -> None:
    url = "https://arxiv.org/abs/2611.00001v2"
    shown = Preview(url=url, site="arXiv.org", title="[2611.00001] Leaves & bits")
    entry = make_entry(papers=["2611.00001"])
    seen = entry.model_copy(update={"post": entry.post.model_copy(update={"preview": shown})})
    bare, titled = about(make_paper("2611.00002")), about(make_paper("2611.00002", "A leaf"))
    titles = [unbraced(e.fields_dict["title"].value)
              for e in read(to_bibtex([make_story(seen), bare, titled]))]  # fmt: skip
    assert titles == ["Leaves & bits", "A leaf"]


def test_other_identities() -> None:
    assert fields(Paper(id="doi:10.1000/a_b", title="T"))["doi"] == "10.1000/a_b"
    assert fields(Paper(id="acl:2026.acl-long.1", title="T"))["note"].startswith("ACL Anthology")
    assert set(fields(Paper(title="Only a title"))) == {"title"}


def test_an_address_that_no_post_holds_is_left_out() -> None:
    entry = make_entry(papers=[make_paper()])
    bare = entry.model_copy(update={"post": entry.post.model_copy(update={"links": ()})})
    assert "url" not in to_bibtex([make_story(bare)])


def test_each_paper_is_there_once() -> None:
    stories = [about(make_paper("2611.00001"), make_paper("2611.00002"))] * 2
    stories.append(about(make_paper("2611.00002"), make_paper("2611.00003")))
    keys = [entry.key for entry in read(to_bibtex(stories))]
    assert keys == ["arxiv:2611.00001", "arxiv:2611.00002", "arxiv:2611.00003"]


def test_keys_tell_papers_apart() -> None:
    names = ["a_b", "a-b", "a b", "A B", "ab", "статья", "работа", "a" * 60, "a" * 61, "{}", "%"]
    papers = [Paper(title=name) for name in names if name != "A B"]
    papers += [Paper(id=f"doi:10.1/{name}") for name in names]
    keys = [citation_key(paper) for paper in papers]
    assert len(set(keys)) == len(keys)
    assert citation_key(Paper(title="A  B")) == citation_key(Paper(title="a b"))
    assert all(key.isascii() and not set(key) & set(' ,{}%#"\\~') for key in keys)


TITLES = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), min_size=1, max_size=12).map(
    " ".join
) | st.text(alphabet="{}\\%&$#_^~\"'@=,ab ", max_size=40)


@given(titles=st.lists(TITLES, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_whatever_the_titles_the_file_is_read(titles: list[str]) -> None:
    papers = [Paper(id=f"arxiv:2611.0000{n}", title=title) for n, title in enumerate(titles)]
    text = to_bibtex([about(*papers)])
    assert text.count("{") == text.count("}")
    entries = read(text)
    assert [entry.key for entry in entries] == [paper.id for paper in papers]
    plain = parse_string(text).entries
    assert all(entry.fields_dict["eprint"].value.startswith("2611.") for entry in plain)


@pytest.mark.parametrize("title", ["Ψ-модель: 100% → 50 %", "a_b c~d\\e", "#1 & $2", "«Ёлка»"])
def test_titles_come_back(title: str) -> None:
    found = unbraced(fields(Paper(id="arxiv:2611.00001", title=title))["title"])
    assert found == visible(clean(title))


@pytest.mark.parametrize("how", EXPORT_FORMATS, ids=lambda how: how.extension)
def test_documents(how: ExportFormat) -> None:
    stories = [about(make_paper(title="A leaf")), make_story(make_entry(message_id=2))]
    made = document(how, "topic quantization", "Квантизация", stories, "ru")
    assert made is not None
    assert made.name == f"topic-quantization.{how.extension}"
    assert made.body.decode() == made.text
    assert "A leaf" in made.text
    assert document(how, "x", "x", [], "ru") is None


def test_json_holds_the_stories_in_order() -> None:
    stories = [make_story(make_entry(message_id=n), story_id=f"s{n}") for n in (3, 1, 2)]
    made = document(FORMATS["json"], "тема", "Тема", stories, "ru")
    assert made is not None
    assert made.name == "fortochka.json"
    found = json.loads(made.text)
    assert [story["id"] for story in found["stories"]] == ["s3", "s1", "s2"]
    assert (found["version"], found["language"], found["title"]) == (1, "ru", "Тема")


def test_no_papers_no_bib_file() -> None:
    assert document(FORMATS["bib"], "x", "X", [make_story()], "en") is None
