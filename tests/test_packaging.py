"""The image, the compose file and the wheel hold what a reader of the README is promised."""

import contextlib
import fnmatch
import http.server
import json
import os
import re
import shlex
import subprocess
import sys
import sysconfig
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
Instruction = tuple[str, str]


def instructions(dockerfile: str) -> Iterator[Instruction]:
    """Each instruction with its arguments, comments dropped and continuations joined."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


def stages(found: list[Instruction]) -> list[list[Instruction]]:
    """Instructions split at each FROM."""
    starts = [at for at, (name, _) in enumerate(found) if name == "FROM"]
    return [found[a:b] for a, b in zip(starts, [*starts[1:], len(found)], strict=True)]


def section(compose: str, name: str) -> str:
    """The block of the outermost key of that name; ``AssertionError`` where it is missing."""
    found = re.finditer(rf"^( *){name}:.*\n((?:\1 +.*\n|\n)*)", compose, re.MULTILINE)
    matches = sorted(found, key=lambda match: len(match[1]))
    assert matches, f"compose.yaml has no {name}"
    return matches[0][0]


def shipped() -> set[str]:
    """Paths inside the wheel by the checkout: the package and the prompts within it."""
    files = {path for path in (ROOT / "bot").rglob("*") if path.is_file()}
    found = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    return found | {f"bot/prompts/{path.name}" for path in (ROOT / "prompts").iterdir()}


@contextlib.contextmanager
def answering(status: int) -> Iterator[int]:
    """The port of a server that gives every request this status."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def image() -> list[list[Instruction]]:
    return stages(list(instructions((ROOT / "Dockerfile").read_text("utf-8"))))


@pytest.fixture(scope="module")
def final(image: list[list[Instruction]]) -> dict[str, str]:
    """Arguments of the last stage, the last of each name as Docker takes it."""
    return dict(image[-1])


@pytest.fixture(scope="module")
def compose() -> str:
    return (ROOT / "compose.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(target.glob("fortochka-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel in it; dependencies come from this one, by path."""
    home = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True)
    paths = sysconfig.get_paths("venv", {"base": str(home), "platbase": str(home)})
    borrowed = Path(paths["purelib"]) / "borrowed.pth"
    borrowed.write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    return home / "bin"


def test_the_image_copies_only_what_exists_and_is_let_through(
    image: list[list[Instruction]],
) -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    allowed = [line[1:] for line in ignored if line.startswith("!")]
    copies = [rest.split() for stage in image for name, rest in stage if name == "COPY"]
    sources = [path for words in copies if not words[0].startswith("--") for path in words[:-1]]
    assert ignored[1] == "*"
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source in allowed, f"{source} is kept out by .dockerignore"
    assert all((ROOT / path).exists() for path in allowed)


def test_every_install_in_the_image_checks_hashes_or_takes_no_index(
    image: list[list[Instruction]],
) -> None:
    runs = [rest for stage in image for name, rest in stage if name == "RUN"]
    installs = [part for run in runs for part in run.split("&&") if " install " in f"{part} "]
    pips = [part for part in installs if "pip" in part]
    assert len(pips) == 3
    assert all("--require-hashes" in part or "--no-index" in part for part in pips)


def test_bases_are_pinned_by_tag(image: list[list[Instruction]], compose: str) -> None:
    bases = [stage[0][1].split()[0] for stage in image]
    redis = re.search(r"image: (redis\S+)", compose)
    assert redis
    for base in [*bases, redis[1]]:
        assert re.search(r":[\d.]*\d[\w.-]*$", base), base


def test_the_image_runs_as_nobody_and_stops_on_the_signal_that_drains(
    final: dict[str, str],
) -> None:
    assert final["USER"] == "10001:10001"
    assert final["STOPSIGNAL"] == "SIGTERM"
    assert final["VOLUME"] == "/data"
    assert "FORTOCHKA_HOME=/data" in final["ENV"]


def test_the_image_starts_the_command_of_the_package(final: dict[str, str]) -> None:
    scripts = (ROOT / "pyproject.toml").read_text("utf-8").split("[project.scripts]")[1]
    (entry,) = json.loads(final["ENTRYPOINT"])
    assert scripts.lstrip().startswith(f"{entry} =")
    assert json.loads(final["CMD"]) == ["run"]


def test_the_health_check_needs_only_the_standard_library(final: dict[str, str]) -> None:
    command = json.loads(final["HEALTHCHECK"].split("CMD", 1)[1])
    assert command[:2] == ["python", "-c"]
    imported = re.findall(r"import ([\w., ]+);", command[2])
    names = {part.split()[0].split(".")[0] for line in imported for part in line.split(",")}
    assert names
    assert names <= sys.stdlib_module_names
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/readyz" in command[2]


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_ready_from_not_ready(
    final: dict[str, str], status: int, code: int
) -> None:
    command = json.loads(final["HEALTHCHECK"].split("CMD", 1)[1])
    with answering(status) as port:
        env = os.environ | {"HEALTH_PORT": str(port), "http_proxy": "http://127.0.0.1:1"}
        done = subprocess.run(
            [sys.executable, *command[1:]], env=env, capture_output=True, check=False
        )
    assert done.returncode == code


@pytest.mark.parametrize("name", ["bot", "redis"])
def test_services_are_read_only_and_without_privileges(compose: str, name: str) -> None:
    service = section(compose, name)
    assert "read_only: true" in service
    assert "- no-new-privileges:true" in service
    assert "- ALL" in section(service, "cap_drop")
    assert "/tmp" in section(service, "tmpfs")
    assert ":/data" in section(service, "volumes")
    assert "ports:" not in service


def test_redis_keeps_what_it_is_given(compose: str) -> None:
    command = " ".join(re.findall(r"- (.+)", section(section(compose, "redis"), "command")))
    words = shlex.split(command)
    assert words[words.index("--appendonly") + 1] == "yes"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"


def test_secrets_stay_out_of_the_compose_file(compose: str) -> None:
    bot = section(compose, "bot")
    assert "env_file: .env" in bot
    assert not re.search(r"(TOKEN|KEY|PASSWORD)\s*[:=]", compose)
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert any(fnmatch.fnmatch(".env", line) for line in ignored)


@pytest.mark.slow
def test_the_wheel_holds_the_package_with_its_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == shipped()
    data = ("bot/collect/samples/*.html", "bot/store/scripts/*/*.lua", "bot/prompts/*.md")
    for pattern in (*data, "bot/py.typed"):
        assert fnmatch.filter(names, pattern), pattern


@pytest.mark.slow
def test_the_wheel_works_outside_the_checkout(
    installed: Path, wheel: Path, tmp_path: Path
) -> None:
    def says(*command: str) -> str:
        run = [str(installed / command[0]), *command[1:]]
        return subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    code = (
        "from bot.prompt_files import prompts_dir; from bot.taxonomy.topics import taxonomy; "
        "print(prompts_dir()); assert taxonomy().topics"
    )
    assert Path(says("python", "-c", code).strip()).is_relative_to(installed.parent)
    assert "demo" in says("fortochka", "--help")
    version = f"fortochka {wheel.name.split('-')[1]}\n"
    assert says("fortochka", "--version") == says("python", "-m", "bot", "--version") == version
