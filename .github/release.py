"""What the release workflow asks of a tag: its notes, and addresses that hold elsewhere."""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# ](docs/design.md), src="docs/screens/x.png", href="LICENSE": relative to the repository's root.
RELATIVE = re.compile(r'(\]\(|(?:src|srcset|href)=")(?!https?:|mailto:|#)([^)"\s]+)')
PICTURE = re.compile(r"\.(?:png|svg|jpg|webp)$")


def notes(tag: str, root: Path = ROOT) -> str:
    """The changelog's section of a tag such as ``v0.2.0``.

    ``SystemExit`` when tag, ``bot.__version__`` and changelog differ or it is empty.
    """
    version = tag.removeprefix("v")
    found = re.search(
        r'^__version__ = "(.+)"', (root / "bot/__init__.py").read_text(), re.MULTILINE
    )
    if not found or found[1] != version:
        sys.exit(f"the tag is {tag}, bot/__init__.py says {found[1] if found else 'nothing'}")
    changelog = (root / "CHANGELOG.md").read_text()
    heading = re.escape(f"## [{version}]")
    section = re.search(rf"^{heading}.*\n((?:(?!## \[).*\n?)*)", changelog, re.MULTILINE)
    if not section or not section[1].strip():
        sys.exit(f"CHANGELOG.md has nothing under [{version}]")
    return section[1].strip() + "\n"


def absolute(repository: str, tag: str, root: Path = ROOT) -> None:
    """Rewrite README.md and pyproject.toml in place for a package index, which serves no files.

    Links lead to the tag's files, pictures to their bytes, and the index gets the project's links.
    """

    def whole(match: re.Match[str]) -> str:
        kind = "raw" if PICTURE.search(match[2]) else "blob"
        return f"{match[1]}{repository}/{kind}/{tag}/{match[2]}"

    readme = root / "README.md"
    readme.write_text(RELATIVE.sub(whole, readme.read_text()))
    project = root / "pyproject.toml"
    urls = {
        "Source": repository,
        "Changelog": f"{repository}/blob/{tag}/CHANGELOG.md",
        "Documentation": f"{repository}/blob/{tag}/docs/operating.md",
        "Issues": f"{repository}/issues",
    }
    links = "".join(f'{name} = "{url}"\n' for name, url in urls.items())
    table = f"\n[project.urls]\n{links}"
    scripts = "\n[project.scripts]\n"
    project.write_text(project.read_text().replace(scripts, table + scripts, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("notes").add_argument("tag")
    links = commands.add_parser("absolute")
    links.add_argument("repository")
    links.add_argument("tag")
    given = parser.parse_args()
    if given.command == "notes":
        sys.stdout.write(notes(given.tag))
    else:
        absolute(given.repository, given.tag)


if __name__ == "__main__":
    main()
