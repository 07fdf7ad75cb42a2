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
    "https://www.alphaxiv.org/ru/overview/2402.11111v1": "arxiv:2402.11111",
    "https://www.alphaxiv.org/pt-br/abs/2402.11111": "arxiv:2402.11111",
    "https://paperswithcode.co/paper/2402.11111": "arxiv:2402.11111",
    "https://arxiv.org//abs/2402.11111": "arxiv:2402.11111",
    "https://arxiv.com/abs/2402.11111": "arxiv:2402.11111",
    "https://ru.arxiv.org/pdf/2402.11111v2": "arxiv:2402.11111",
    "https://arxiv.org/2402.11111": "arxiv:2402.11111",
    "https://arxiv.org/abs/2402.11111%20": "arxiv:2402.11111",
    "https://arxiv.org/abs/2402.11111%C2%A0%0A": "arxiv:2402.11111",
    "https://arxiv.org/abs/2402.11111&utm_source=tg": "arxiv:2402.11111",
    "https://arxiv.org/abs/2402.11111-это": "arxiv:2402.11111",
    "https://arxiv.org/ftp/arxiv/papers/2402/2402.11111.pdf": "arxiv:2402.11111",
    "https://www.arxiv-vanity.com/papers/2402.11111/": "arxiv:2402.11111",
    "https://papers.cool/arxiv/kimi?paper=2402.11111": "arxiv:2402.11111",
    "https://papers.cool/venue/Zq81mTnXwe@OpenReview": "openreview:Zq81mTnXwe",
    "https://papers.cool/venue/2023.acl-long.656@ACL": "acl:2023.acl-long.656",
    "https://modelscope.cn/papers/2402.11111": "arxiv:2402.11111",
    "https://openreview.net/forum?id=Zq81mTnXwe%20": "openreview:Zq81mTnXwe",
    "https://openreview.net/forum?id=Zq81mTnXwe|github.com/odd/lab": "openreview:Zq81mTnXwe",
    "https://raw.githubusercontent.com/mlresearch/v235/main/assets/ivanov24a/ivanov24a.pdf": (
        "pmlr:v235/ivanov24a"
    ),
    "https://github.com/mlresearch/v235/blob/main/assets/ivanov24a/ivanov24a.pdf": (
        "pmlr:v235/ivanov24a"
    ),
    "https://dl.acm.org/doi/fullHtml/10.1145/3586183.1234567": "doi:10.1145/3586183.1234567",
    "https://www.nature.com/articles/nmeth.1234": "doi:10.1038/nmeth.1234",
    "https://www.nature.com/articles/nprot.2006.52.pdf": "doi:10.1038/nprot.2006.52",
    "https://www.nature.com/articles/s41586-024-08252-9/figures/1": (
        "doi:10.1038/s41586-024-08252-9"
    ),
    "https://link.springer.com/10.1007/978-3-031-00000-7_12": "doi:10.1007/978-3-031-00000-7_12",
    "https://link.springer.com/article/10.1007%2Fs10994-020-05929-w": (
        "doi:10.1007/s10994-020-05929-w"
    ),
    "https://www.frontiersin.org/journals/odd/articles/10.3389/frai.2023.1234567/full": (
        "doi:10.3389/frai.2023.1234567"
    ),
    "https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.132.011001": (
        "doi:10.1103/physrevlett.132.011001"
    ),
    "https://iopscience.iop.org/article/10.1088/1367-2630/aa1234/pdf": (
        "doi:10.1088/1367-2630/aa1234"
    ),
    "https://academic.oup.com/bioinformatics/article/doi/10.1093/bioinformatics/btaa1/5800000": (
        "doi:10.1093/bioinformatics/btaa1"
    ),
    "https://pubs.acs.org/doi/full/10.1021/acs.jcim.1c00001": "doi:10.1021/acs.jcim.1c00001",
    "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0123456": (
        "doi:10.1371/journal.pone.0123456"
    ),
    "https://arxiv.org/abs/%202402.11111": "arxiv:2402.11111",
    "https://papers.nips.cc/paper/7181-odd-nets": "neurips:7181",
    "https://papers.nips.cc/paper/7181-odd-nets.pdf": "neurips:7181",
    "https://doi.org/doi:10.1038/nphys1170": "doi:10.1038/nphys1170",
    "https://jmlr.org/papers/v25/23-1234.html": "jmlr:v25/23-1234",
    "https://www.jmlr.org/papers/volume25/23-1234/23-1234.pdf": "jmlr:v25/23-1234",
    "https://pdfs.semanticscholar.org/dd1e/49494be449af48cfb223e22766f805d1f216.pdf": (
        "s2:dd1e49494be449af48cfb223e22766f805d1f216"
    ),
    "https://web3.arxiv.org/abs/2402.11111": "arxiv:2402.11111",
    "https://chat.alphaxiv.org/abs/2402.11111": "arxiv:2402.11111",
    "https://www.catalyzex.com/paper/arxiv:2402.11111": "arxiv:2402.11111",
    "https://aclanthology.org/anthology-files/pdf/P/P18/P18-1001.pdf": "acl:P18-1001",
    "https://jmlr.org/proceedings/papers/v28/odd13.html": "pmlr:v28/odd13",
    "https://www.nature.com/articles/sj.odd.2018.123": "doi:10.1038/sj.odd.2018.123",
    "https://www.nature.com/articles/s41586-024-08252-9.epdf?sharing_token=a": (
        "doi:10.1038/s41586-024-08252-9"
    ),
    "https://www.nature.com/nmeth/journal/v6/n3/abs/nmeth.1234.html": "doi:10.1038/nmeth.1234",
    "https://www.biorxiv.org/content/biorxiv/early/2023/09/11/2023.09.11.556673.full.pdf": (
        "doi:10.1101/2023.09.11.556673"
    ),
    "https://iopscience.iop.org/article/10.1088/1742-6596/1234/1/012045": (
        "doi:10.1088/1742-6596/1234/1/012045"
    ),
    "https://direct.mit.edu/tacl/article/doi/10.1162/tacl_a_00123/43503/Odd-Title": (
        "doi:10.1162/tacl_a_00123"
    ),
    "https://academic.oup.com/nar/article-pdf/doi/10.1093/nar/gkaa123/5800000/gkaa123.pdf": (
        "doi:10.1093/nar/gkaa123"
    ),
    "https://www.spiedigitallibrary.org/odd-proceedings/12/34/Odd-title/10.1117/12.1234567.full": (
        "doi:10.1117/12.1234567"
    ),
    "https://onlinelibrary.wiley.com/doi/10.1002/(SICI)1097(1990)4:6%3C391::ODD%3E3.CO;2-9": (
        "doi:10.1002/(sici)1097(1990)4:6<391::odd>3.co;2-9"
    ),
    "https://psycnet.apa.org/doiLanding?doi=10.1037%2Frev0000123": "doi:10.1037/rev0000123",
    "https://dl.acm.org/citation.cfm?doid=2939672.2939785": "doi:10.1145/2939672.2939785",
    "https://www.nature.com/articles/doi:10.1038/nmeth.1234": "doi:10.1038/nmeth.1234",
    "https://jmlr.org/beta/papers/v25/23-1234.html": "jmlr:v25/23-1234",
    "https://doi.org/10.1038/nphys1170%20": "doi:10.1038/nphys1170",
    "https://www.nature.com/articles/nmeth.1234%20": "doi:10.1038/nmeth.1234",
    "https://aclanthology.org/P18-1001%20": "acl:P18-1001",
    "https://jmlr.org/papers/v25/23-1234.html%20": "jmlr:v25/23-1234",
    "https://arxiv.org/abs/hep-th%2F9711200": "arxiv:hep-th/9711200",
    "https://dx.plos.org/10.1371/journal.pone.0123456": "doi:10.1371/journal.pone.0123456",
    "https://papers.ssrn.com/sol3/papers.cfm?abstract_id=123456": "doi:10.2139/ssrn.123456",
    "https://ssrn.com/abstract=123456": "doi:10.2139/ssrn.123456",
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
    "https://arxiv.org/list/cs.CL/2301",
    "https://arxiv.org/a/ivanov_i_1",
    "https://github.com/odd/lab/tree/main/10.1234/abc",
    "https://odd.example/releases/10.12/notes",
    "https://odd.example/article/10.2024/what-october-brought",
    "https://papers.ssrn.com/sol3/cf_dev/AbsByAuth.cfm?per_id=12345",
    "https://papers.ssrn.com/sol3/results.cfm?abstract_id=x",
]


@pytest.mark.parametrize(("url", "paper"), PAPERS.items())
def test_a_paper_has_one_id_and_one_address(url: str, paper: str) -> None:
    link = make_link(url)
    assert link is not None
    assert (link.kind, link.paper) == ("paper", paper)
    assert make_link(link.url) == link
    if paper.startswith("arxiv:"):
        assert link.url == ABS + paper.removeprefix("arxiv:")


KINDS = {
    "https://iclr.cc/virtual/2024/spotlight/12345": "paper",
    "https://nips.cc/virtual/2023/poster/12345": "paper",
    "https://cvpr.thecvf.com/virtual/2024/poster/12345": "paper",
    "https://iclr.cc/virtual/2024/workshop/12345": "other",
    "https://papers.nips.cc/paper/7181-attention-is-all-you-need": "paper",
    "https://paperswithcode.com/paper/odd-nets": "paper",
    "https://papers.ssrn.com/sol3/papers.cfm?abstract_id=12345": "paper",
    "https://papers.ssrn.com/sol3/cf_dev/AbsByAuth.cfm?per_id=12345": "other",
    "https://www.semanticscholar.org/author/I-Ivanov/12345": "other",
    "https://api.semanticscholar.org/CorpusID:12345": "paper",
    "https://arxiv.org/list/cs.CL/recent": "other",
    "https://github.com/odd/lab/blob/main/report.pdf": "paper",
    "https://github.com/odd/lab/blob/main/report.md": "code",
    "https://www.kaggle.com/models/odd/net": "model",
    "https://www.modelscope.ai/models/odd/net": "model",
    "https://modelscope.cn/datasets/odd/set": "dataset",
}


@pytest.mark.parametrize(("url", "kind"), KINDS.items())
def test_pages_of_papers_models_and_data_have_their_kind(url: str, kind: str) -> None:
    link = make_link(url)
    assert link is not None
    assert link.kind == kind


@pytest.mark.parametrize("url", NOT_ONE_PAPER)
def test_what_only_resembles_a_paper_has_no_id(url: str) -> None:
    link = make_link(url)
    assert link is not None
    assert link.paper is None
