"""Canonical ids and URLs of scientific works, whatever mirror is linked. Pure.

Identity is ``arxiv:``, ``openreview:``, ``acl:``, ``doi:``, ``pmlr:``, ``neurips:``, ``jmlr:`` or
``s2:``.
"""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote

# arXiv's old archives; https://info.arxiv.org/help/arxiv_identifier.html
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|"
    "nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
ARXIV_ID = (
    rf"(?:\d{{2}}(?:0[1-9]|1[0-2])\.\d{{4,5}}"
    rf"|(?:{_ARCHIVES})(?:\.[A-Za-z]{{2}})?/\d{{2}}(?:0[1-9]|1[0-2])\d{{3}})(?:v\d+)?(?!\d)"
)
DOI = r"10\.\d{4,9}/[^\s\"<>«»]+"

_ARXIV_HOST = re.compile(
    r"(?:[\w-]+\.)*(?:arxiv\.(?:org|com)|alphaxiv\.org)"
    r"|xxx\.lanl\.gov|(?:www\.)?(?:ar5iv\.org|scirate\.com|papers\.cool|arxiv\.gg"
    r"|arxiv-vanity\.com|paperswithcode\.co|hjfy\.top|catalyzex\.com|talk2arxiv\.org)"
)
# Any way to an id: /abs/…, //abs/…, /ru/overview/…, /ftp/arxiv/papers/2005/….
_ARXIV_PATH = re.compile(
    rf"(?!/+(?:list|a|search|archive|year|catchup|show)/)(?:/+[a-z0-9_-]+){{0,4}}?"
    rf"/+(?:%20)*(?:arxiv[:.])?({ARXIV_ID})(?![a-z0-9])",
    re.IGNORECASE,
)
_MIRRORS = {
    "huggingface.co": re.compile(rf"/papers/({ARXIV_ID})"),
    "modelscope.cn": re.compile(rf"/papers/({ARXIV_ID})"),
    "www.modelscope.cn": re.compile(rf"/papers/({ARXIV_ID})"),
    "www.semanticscholar.org": re.compile(rf"/arxiv[/:]({ARXIV_ID})", re.IGNORECASE),
    "api.semanticscholar.org": re.compile(rf"/arxiv:({ARXIV_ID})", re.IGNORECASE),
    "www.emergentmind.com": re.compile(rf"/papers/({ARXIV_ID})"),
}
# papers.cool names other works by their home: …/venue/Zq81mTnXwe@OpenReview.
_COOL = re.compile(r"/venue/([^/]+)@(openreview|acl)$", re.IGNORECASE)
_ACL_ID = r"(\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+|[A-Z]\d{2}-\d{4})"
_ACL = re.compile(
    rf"/(?:anthology(?:-files)?/(?:[a-z0-9]+/){{0,3}})?{_ACL_ID}(?:v\d+)?(?:\.\w+)?/?$",
    re.IGNORECASE,
)
_ACL_DOI = re.compile(rf"10\.18653/v1/{_ACL_ID}$", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({ARXIV_ID})$", re.IGNORECASE)
_DOI_TAIL = re.compile(
    r"(?:/(?:meta|abstract|full|fulltext|pdf|epub|x?html)|\.pdf|\.full|/?fulltext\.html|\.html)+$",
    re.IGNORECASE,
)
_BESIDE_DOI = re.compile(
    r"/(?:figures?|tables?|metrics|suppl|references|citations?)(?:/[^/]*)?$", re.IGNORECASE
)
# Where …/article/doi/10.… is served, the site's own number and a title stand behind the DOI.
_NUMBERED = re.compile(r"/[\w-]*article[\w-]*/doi/10\.", re.IGNORECASE)
_OWN_NUMBER = re.compile(r"/\d{4,}(?:/[^/]*)?$")
# What publishers put before a DOI: /doi/abs/10.…, /content/pdf/10.…, /prl/abstract/10.…, /10.….
# A month of a year is no registrant: /10.2024/….
_PUBLISHER = re.compile(r"(?:/+[^/]+){0,6}?/+(?:doi:)?(?!10\.20[0-3]\d/)(10\.\d{4,9}/\S+)")
_NO_PUBLISHERS = re.compile(
    r"(?:[\w-]+\.)*(?:github\.com|githubusercontent\.com|gitlab\.com|archive\.org|t\.me|x\.com"
    r"|(?:google|yandex)\.\w+)"
)
_NATURE = re.compile(
    r"/(?:articles|\w+/journal/v\w+/n\w+/(?:full|abs|pdf))/"
    r"([a-z0-9-]+(?:\.(?!e?pdf|html|ris)[a-z0-9]+)*)(?:[._/].*)?$"
)
_EARLY = re.compile(r"/content(?:/\w+)?/early/\d{4}/\d\d/\d\d/((?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})")
_SSRN = re.compile(r"/sol3/(?:papers|delivery)\.cfm|/abstract=(\d+)", re.IGNORECASE)
_PMLR = re.compile(r"/(v\d+|r\d+)/([a-z0-9_-]+?)(?:/[^/]*\.pdf|\.html|\.pdf)?$")
_PMLR_FILE = re.compile(r"/mlresearch/(v\d+|r\d+)/.+?/([a-z0-9_-]+?)(?:-supp\w*)?\.pdf$")
_OLD_PMLR = re.compile(r"/proceedings/papers/(v\d+)/([a-z0-9_-]+)\.(?:html|pdf)$")
_JMLR = re.compile(
    r"(?:/beta)?/papers/v(?:olume)?(\d+)/([a-z0-9_-]+)(?:\.html|(?:\.\w+)?/[^/]*\.pdf)$"
)
_NEURIPS_HOST = re.compile(r"(?:proceedings|papers)\.(?:neurips|nips)\.cc")
_NEURIPS = re.compile(r"/paper(?:_files/paper)?/(\d{4})/(?:hash|file)/([0-9a-f]{32})")
_OLD_NEURIPS = re.compile(r"/paper/(\d+)-[\w-]+(?:\.pdf)?$", re.ASCII)
_S2 = re.compile(r"/(?:paper|reader)/(?:[^/]+/)?([0-9a-f]{40})")
_S2_PDF = re.compile(r"/([0-9a-f]{4})/([0-9a-f]{36})\.pdf$")


class LinkedWork(NamedTuple):
    """A work found behind an address; ``url`` is None where the address itself is the best one."""

    id: str
    url: str | None


def arxiv(text: str) -> LinkedWork:
    """The work of an arXiv id in any spelling: no version, no subject class."""
    bare = re.sub(r"v\d+$", "", text.strip(), flags=re.IGNORECASE).lower()
    bare = re.sub(r"^([a-z-]+)\.[a-z]{2}/", r"\1/", bare)
    return LinkedWork(f"arxiv:{bare}", f"https://arxiv.org/abs/{bare}")


def doi(text: str) -> LinkedWork | None:
    """The work of a DOI; arXiv's and ACL's own DOIs lead to their own ids."""
    name = _DOI_TAIL.sub("", unquote(text)).rstrip("/.")
    if found := _ARXIV_DOI.match(name):
        return arxiv(found[1])
    if found := _ACL_DOI.match(name):
        return _acl(found[1])
    if not re.fullmatch(DOI.replace("<>", ""), name):
        return None
    name = name.lower()
    return LinkedWork(f"doi:{name}", f"https://doi.org/{quote(name, safe='/:;()+,=~*')}")


def identify_paper(host: str, path: str, query: str) -> LinkedWork | None:
    """The work behind an address given in parts, None where it is not one work."""
    for rule in (_on_arxiv, _on_openreview, _on_acl, _on_doi, _at_conference, _at_publisher):
        if work := rule(host, path, query):
            return work
    return None


def _on_arxiv(host: str, path: str, query: str) -> LinkedWork | None:
    if host == "papers.cool":
        if found := _COOL.match(unquote(path)):
            return _acl(found[1]) if found[2].lower() == "acl" else _openreview(found[1])
        path = f"{path}/{parse_qs(query).get('paper', [''])[0]}"
    if _ARXIV_HOST.fullmatch(host):
        found = _ARXIV_PATH.match(path) or _ARXIV_PATH.match(unquote(path))
    else:
        found = _MIRRORS[host].match(path) if host in _MIRRORS else None
    return arxiv(found[1]) if found else None


def _on_openreview(host: str, path: str, query: str) -> LinkedWork | None:
    if host != "openreview.net" or path.rstrip("/") not in {"/forum", "/pdf", "/attachment"}:
        return None
    return _openreview(parse_qs(query).get("id", [""])[0])


def _openreview(name: str) -> LinkedWork | None:
    found = re.match(r"[\w-]{6,20}(?![\w-])", name.strip(), re.ASCII)
    if not found:
        return None
    return LinkedWork(f"openreview:{found[0]}", f"https://openreview.net/forum?id={found[0]}")


def _acl(name: str) -> LinkedWork:
    name = name.lower() if "." in name else name.upper()
    return LinkedWork(f"acl:{name}", f"https://aclanthology.org/{name}")


def _on_acl(host: str, path: str, _query: str) -> LinkedWork | None:
    if host.removeprefix("www.") not in {"aclanthology.org", "aclweb.org", "aclanthology.info"}:
        return None
    found = _ACL.match(path.replace("/papers/", "/"))
    return _acl(found[1]) if found else None


def _on_doi(host: str, path: str, _query: str) -> LinkedWork | None:
    if host not in {"doi.org", "dx.doi.org", "www.doi.org"}:
        return None
    return doi(re.sub(r"^(?:doi:)?/*", "", unquote(path).lstrip("/"), flags=re.IGNORECASE))


def _at_publisher(host: str, path: str, query: str) -> LinkedWork | None:
    """A work by the DOI in a publisher's address; the address stays, it opens what was meant."""
    if host == "www.nature.com" and (found := _NATURE.match(path)):
        return LinkedWork(f"doi:10.1038/{found[1]}", None)
    if _NO_PUBLISHERS.fullmatch(host):
        return None
    path = unquote(path)
    if "rxiv" in host and (found := _EARLY.match(path)):
        return LinkedWork(f"doi:10.1101/{found[1]}", None)
    given = {name.lower(): values[0] for name, values in parse_qs(query).items()}
    if host.endswith("ssrn.com") and (found := _SSRN.match(path)):
        number = found[1] or given.get("abstract_id") or given.get("abstractid") or ""
        return LinkedWork(f"doi:10.2139/ssrn.{number}", None) if number.isdecimal() else None
    asked = given.get("id" if host.endswith(".plos.org") else "doi", "")
    if host == "dl.acm.org" and (number := given.get("doid")):
        asked = f"10.1145/{number}"
    found = _PUBLISHER.match(path) or _PUBLISHER.match(f"/{asked}")
    if not found:
        return None
    name = found[1]
    if "rxiv" in host:
        name = re.sub(r"v\d+(?:[./].*)?$", "", name)
    if _NUMBERED.search(path):
        name = _OWN_NUMBER.sub("", name)
    registrant, _, own = name.partition("/")
    name = f"{registrant}/{_BESIDE_DOI.sub('', own)}"
    # 10.5555 is ACM's prefix for works that have no registered DOI.
    work = None if name.startswith("10.5555/") else doi(name)
    return LinkedWork(work.id, None) if work else None


def _at_conference(host: str, path: str, _query: str) -> LinkedWork | None:
    if host == "proceedings.mlr.press" and (found := _PMLR.match(path)):
        return _pmlr(*found.groups())
    if host in {"raw.githubusercontent.com", "github.com"} and (found := _PMLR_FILE.match(path)):
        return _pmlr(*found.groups())
    if host.removeprefix("www.") in {"jmlr.org", "jmlr.csail.mit.edu"}:
        if found := _OLD_PMLR.match(path):
            return _pmlr(*found.groups())
        found = _JMLR.match(path)
        return found and LinkedWork(f"jmlr:v{found[1]}/{found[2]}", None)
    if _NEURIPS_HOST.fullmatch(host) and (found := _NEURIPS.match(path)):
        return LinkedWork(f"neurips:{found[1]}/{found[2]}", None)
    if _NEURIPS_HOST.fullmatch(host) and (found := _OLD_NEURIPS.match(path)):
        return LinkedWork(f"neurips:{found[1]}", None)
    if host == "pdfs.semanticscholar.org" and (found := _S2_PDF.match(path)):
        return LinkedWork(f"s2:{found[1]}{found[2]}", None)
    if host == "www.semanticscholar.org" and (found := _S2.match(path)):
        return LinkedWork(f"s2:{found[1]}", None)
    return None


def _pmlr(volume: str, name: str) -> LinkedWork:
    return LinkedWork(
        f"pmlr:{volume}/{name}", f"https://proceedings.mlr.press/{volume}/{name}.html"
    )
