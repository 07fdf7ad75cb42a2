"""One id and one address for a work, whatever mirror is linked."""

import pytest

from bot.collect.text.links import make_link

ABS = "https://arxiv.org/abs/"

PAPERS = {
    f"{ABS}2301.11163": "arxiv:2301.11163",
    "http://arxiv.org/abs/2301.11163v3": "arxiv:2301.11163",
    "https://www.arxiv.org/pdf/2301.11163v1.pdf": "arxiv:2301.11163",
    "arxiv.org/pdf/2301.11163": "arxiv:2301.11163",
    "https://arxiv.org/html/2301.11163v1#S3.T2": "arxiv:2301.11163",
    "https://export.arxiv.org/abs/2301.11163": "arxiv:2301.11163",
    "http://xxx.lanl.gov/abs/hep-th/9711200": "arxiv:hep-th/9711200",
    "https://arxiv.org/abs/quant-ph/9605043v2": "arxiv:quant-ph/9605043",
    "https://arxiv.org/abs/math.GR/0512484": "arxiv:math/0512484",
    "https://arxiv.org/pdf/cs/0112017.pdf": "arxiv:cs/0112017",
    "https://ar5iv.labs.arxiv.org/html/1904.01766/assets/x1.png": "arxiv:1904.01766",
    "https://ar5iv.org/abs/1904.01766": "arxiv:1904.01766",
    "https://www.alphaxiv.org/overview/2608.05136": "arxiv:2608.05136",
    "https://alphaxiv.org/abs/2601.16073v1.md": "arxiv:2601.16073",
    "https://huggingface.co/papers/2401.04148": "arxiv:2401.04148",
    "https://hf.co/papers/2401.04148?utm_source=tg": "arxiv:2401.04148",
    "https://papers.cool/arxiv/2412.05899": "arxiv:2412.05899",
    "arXiv:2301.11163v1 [cs.LG]": "arxiv:2301.11163",
    "https://doi.org/10.48550/arXiv.2501.18183": "arxiv:2501.18183",
    "10.48550/arXiv.2501.18183": "arxiv:2501.18183",
    "https://openreview.net/pdf?id=LuCLf4BJsr": "openreview:LuCLf4BJsr",
    "https://openreview.net/forum?id=YXnwlZe0yf&noteId=yrsGpHd0Sf": "openreview:YXnwlZe0yf",
    "http://aclweb.org/anthology/P18-1001.pdf": "acl:P18-1001",
    "https://aclanthology.org/2023.acl-long.656/": "acl:2023.acl-long.656",
    "https://aclanthology.org/2023.acl-long.656.pdf": "acl:2023.acl-long.656",
    "https://doi.org/10.18653/v1/2023.acl-long.656": "acl:2023.acl-long.656",
    "doi:10.1038/nphys1170": "doi:10.1038/nphys1170",
    "https://dx.doi.org/10.1103/PhysRevLett.132.011001": "doi:10.1103/physrevlett.132.011001",
    "https://doi.org/10.1088/1475-7516/2019/02/E02/meta": "doi:10.1088/1475-7516/2019/02/e02",
    "https://dl.acm.org/doi/abs/10.1145/2566617": "doi:10.1145/2566617",
    "https://www.biorxiv.org/content/10.1101/2023.09.11.556673v1": (
        "doi:10.1101/2023.09.11.556673"
    ),
    "https://www.nature.com/articles/s41586-024-08252-9": "doi:10.1038/s41586-024-08252-9",
    "http://proceedings.mlr.press/v137/frank20a.html": "pmlr:v137/frank20a",
    "https://proceedings.mlr.press/v137/frank20a/frank20a.pdf": "pmlr:v137/frank20a",
}
NOT_ONE_PAPER = [
    "https://alphaxiv.org/abs/2608.glm-5",
    "https://papers.cool/arxiv/cs.AI",
    "https://arxiv.org/list/cs.CL/recent",
    "https://arxiv.org/abs/2313.11163",
    "https://aclanthology.org/volumes/P18-1/",
    "https://aclanthology.org/events/acl-2018/",
    "https://arxiviq.substack.com/p/2301-11163",
    "https://dl.acm.org/doi/10.5555/1717186",
    "https://openreview.net/group?id=ICLR.cc/2025",
    "https://evil.com/arxiv.org/abs/2301.11163",
]


@pytest.mark.parametrize(("url", "paper"), PAPERS.items())
def test_a_paper_has_one_id_and_one_address(url: str, paper: str) -> None:
    link = make_link(url)
    assert link is not None
    assert (link.kind, link.paper) == ("paper", paper)
    assert make_link(link.url) == link
    if paper.startswith("arxiv:"):
        assert link.url == ABS + paper.removeprefix("arxiv:")


@pytest.mark.parametrize("url", NOT_ONE_PAPER)
def test_what_only_resembles_a_paper_has_no_id(url: str) -> None:
    link = make_link(url)
    assert link is not None
    assert link.paper is None
