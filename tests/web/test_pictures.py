"""The READMEs show the pictures of the archive's pages, each its language's; they are small."""

import re

import pytest

from tests.web.__main__ import FOLDER

TOGETHER = 650_000


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.ru.md", "ru")])
def test_each_picture_of_a_page_is_shown_in_its_readme(readme: str, language: str) -> None:
    text = (FOLDER.parent.parent / readme).read_text("utf-8")
    shown = re.findall(r"(?:src|srcset)=\"docs/pages/([^\"]+)\"", text)
    drawn = [path.name for path in FOLDER.glob(f"{language}-*")]
    assert len(drawn) == 14  # three pages on two screens and the Mini App, in light and dark
    assert sorted(shown) == sorted(drawn)


def test_the_pictures_of_pages_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= TOGETHER
