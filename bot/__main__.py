"""The command line: what can be asked, and in which module the answer is."""

import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__
from bot.languages import LANGUAGES, Language, language_of
from bot.prompt_files import PromptFileError
from bot.terminal.running import end_at_once, fit_letters, run_command, run_explained

app = typer.Typer(
    name="fortochka",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    """Print the version and end, where it is asked for."""
    if wanted:
        typer.echo(f"fortochka {__version__}")
        raise typer.Exit


class PeriodOption(StrEnum):
    """Spans of a digest."""

    day = "day"
    week = "week"
    month = "month"


class StageOption(StrEnum):
    """Stages of the pipeline."""

    collect = "collect"
    extract = "extract"
    publish = "publish"
    telegram = "telegram"
    web = "web"


class ServiceOption(StrEnum):
    """Managers of systemd that can run the bot."""

    user = "user"
    system = "system"


class EngineOption(StrEnum):
    """Analysts that can be scored."""

    extractive = "extractive"
    llm = "llm"


@app.callback()
def _program(
    version: Annotated[  # acts in its callback, before a command is asked for
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="say which")
    ] = False,
) -> None:
    """Reads ML/NLP Telegram channels once with a language model; one digest for each reader."""


def _own_language() -> Language:
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return language_of(locale)


def _instant(text: str | None) -> datetime | None:
    """An ISO instant or date; without an offset it is in UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("an instant looks like 2026-11-20T09:00:00+03:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


LanguageOption = Annotated[
    Language, typer.Option("--lang", default_factory=_own_language, help=" or ".join(LANGUAGES))
]

JsonOption = Annotated[bool, typer.Option("--json", help="for programs")]


@app.command()
def demo(lang: LanguageOption) -> None:
    """Sample posts through the whole pipeline: no keys, no network."""
    from bot.terminal.demo import demo as show_demo

    run_command(show_demo(lang), quiet=True)


@app.command()
def digest(
    lang: LanguageOption,
    channels: Annotated[list[str] | None, typer.Argument(help="read these first")] = None,
    period: Annotated[PeriodOption, typer.Option()] = PeriodOption.day,
    topic: Annotated[str | None, typer.Option(help="only this topic")] = None,
    as_of: Annotated[str | None, typer.Option(help="compose as of this instant")] = None,
    how: Annotated[
        str, typer.Option("--format", help="text, or a format of files: md, json")
    ] = "text",
    as_json: JsonOption = False,
) -> None:
    """Read public previews of CHANNELS and print a digest of these; without any, of all stored."""
    from bot.terminal.digest import print_channels_digest

    moment = _instant(as_of)
    run_command(
        print_channels_digest(
            channels or [],
            period.value,
            lang,
            topic=topic,
            as_of=moment,
            how="json" if as_json else how,
        ),
        quiet=True,
    )


@app.command()
def topic(
    name: Annotated[list[str], typer.Argument()],
    lang: LanguageOption,
    how: Annotated[
        str, typer.Option("--format", help="text, or a format of files: md, json, bib")
    ] = "text",
    as_json: JsonOption = False,
) -> None:
    """The page of one topic: its stories of the last 30 days."""
    from bot.terminal.digest import print_topic_page

    run_command(print_topic_page(" ".join(name), lang, "json" if as_json else how), quiet=True)


@app.command(context_settings={"ignore_unknown_options": True})  # -word is no option
def search(
    words: Annotated[list[str], typer.Argument()],
    lang: LanguageOption,
    as_json: JsonOption = False,
) -> None:
    """Posts with these words; also has:paper, has:code, @channel, 30d, topic:, kind:, -word."""
    from bot.terminal.digest import search as print_found

    run_command(print_found(" ".join(words), lang, datetime.now(UTC), as_json=as_json), quiet=True)


@app.command()
def ask(
    question: Annotated[list[str], typer.Argument()],
    lang: LanguageOption,
    as_json: JsonOption = False,
) -> None:
    """What the stored channels say to a question; without a model, the posts that fit it best."""
    from bot.terminal.digest import print_answer

    now = datetime.now(UTC)
    run_command(print_answer(" ".join(question), lang, now, as_json=as_json), quiet=True)


@app.command(name="import")
def import_export(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="result.json or messages.html of Telegram Desktop, saved t.me/s pages"
        ),
    ],
    channel: Annotated[str | None, typer.Option(help="the channel's @name")] = None,
    chat: Annotated[str | None, typer.Option(help="which of a full export, by name or id")] = None,
    since: Annotated[str | None, typer.Option(help="only posts from this instant on")] = None,
    zone: Annotated[
        str | None, typer.Option(help="of files before 2022, such as Europe/Moscow; else UTC")
    ] = None,
) -> None:
    """Take in what somebody kept of a channel; stopped, it goes on where it was."""
    from bot.terminal.importing import Asked, import_files

    run_command(import_files(files, Asked(channel, chat, zone, _instant(since))), quiet=True)


@app.command()
def setup(
    token: Annotated[str | None, typer.Option(help="of the bot; better in a file")] = None,
    token_file: Annotated[
        str | None, typer.Option(help="file with the token, - for a pipe; or TELEGRAM_BOT_TOKEN")
    ] = None,
    model: Annotated[str | None, typer.Option(help="name of the model")] = None,
    base_url: Annotated[str | None, typer.Option(help="its server, if not OpenAI")] = None,
    api_key_file: Annotated[
        str | None, typer.Option(help="file with its key, - for a pipe; or OPENAI_API_KEY")
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="posts are quoted")] = False,
    channels: Annotated[
        str | None, typer.Option(help="names, or a file: text, OPML, JSON; - for a pipe")
    ] = None,
    service: Annotated[ServiceOption | None, typer.Option(help="write a systemd unit")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="ask nothing, leave out what fails")] = False,
) -> None:
    """Ask for token, model and channels, try each out, write .env; options answer for scripts."""
    from bot.terminal.setup.draft import SetupAsked
    from bot.terminal.setup.wizard import run_setup

    key, kind = api_key_file, service.value if service else None
    asked = SetupAsked(token, token_file, model, base_url, key, no_model, channels, kind, yes)
    run_explained(partial(run_setup, asked), quiet=True)


@app.command()
def run(
    stages: Annotated[list[StageOption] | None, typer.Argument(help="all when none")] = None,
    new_bot: Annotated[
        bool, typer.Option("--new-bot", help="hand the readers over to the token's bot")
    ] = False,
) -> None:
    """The bot: all stages, or only those named; SIGTERM drains within 8 s."""
    from bot.app import run as running

    wanted = tuple(stage.value for stage in stages or ())
    run_command(running.run_checked(wanted, new_bot=new_bot))
    end_at_once()


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check settings, store, token, model, sources; each ✗ says what mends it."""
    from bot.terminal.doctor import examine

    run_command(examine(as_json=as_json), quiet=True)


@app.command()
def repair(
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    lose_rest: Annotated[
        bool, typer.Option("--lose-rest", help="also lose whole commands behind the damage")
    ] = False,
) -> None:
    """Make damaged data files of the embedded server loadable; says first what is lost by it."""
    from bot.terminal.upkeep.repairing import repair as mend

    run_command(mend(yes=yes, lose_rest=lose_rest), quiet=True)


@app.command()
def site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="an empty one, or one of ours")],
    url: Annotated[str, typer.Option(help="where it will be served, for absolute addresses")] = "",
) -> None:
    """The archive as files for any web server; only what changed is written."""
    from bot.terminal.site import write_site

    run_command(write_site(folder, url), quiet=True)


@app.command()
def mcp() -> None:
    """Tools for assistants (Model Context Protocol) over stdin and stdout; an extra."""
    from bot.app.serving_mcp import serve_mcp

    run_command(serve_mcp())
    end_at_once()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="such as fortochka.jsonl.gz")],
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Write all but secrets into FILE, as it is at one instant; the bot may run meanwhile."""
    from bot.terminal.upkeep.backing_up import back_up

    run_command(back_up(file, as_json=as_json), quiet=True)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="what fortochka backup has written")],
    merge: Annotated[bool, typer.Option("--merge", help="add it to data that are there")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Put a backup into an empty store, while no bot works on it; nothing old is sent by it."""
    from bot.terminal.upkeep.backing_up import put_back

    run_command(put_back(file, merge=merge, as_json=as_json), quiet=True)


@app.command()
def costs(
    lang: LanguageOption,
    as_json: JsonOption = False,
) -> None:
    """What the model cost today and in 30 days: by model, source, kind of call."""
    from bot.terminal.costs import print_costs

    run_command(print_costs(lang, datetime.now(UTC).date(), as_json=as_json), quiet=True)


@app.command()
def reanalyse(
    since: Annotated[str | None, typer.Option(help="only posts from this instant on")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what it takes")] = False,
) -> None:
    """Read again what an older prompt or no model has read; the bot does it when idle."""
    from bot.terminal.reanalysing import reanalyse as order

    run_command(order(_instant(since), dry_run=dry_run), quiet=True)


@app.command()
def why(
    post: Annotated[
        str, typer.Argument(help="its address, its key such as @channel/123, or the id of a story")
    ],
    as_json: JsonOption = False,
    again: Annotated[
        bool, typer.Option("--again", help="have the model read it anew: says what changed")
    ] = False,
) -> None:
    """How a post came and was read, its story, who got it, what it cost."""
    from bot.terminal.why import print_why

    run_command(print_why(post, as_json=as_json, again=again), quiet=True)


@app.command()
def dead(
    action: Annotated[str, typer.Argument(help="ls, show, retry or drop")] = "ls",
    letter: Annotated[str | None, typer.Argument(help="id of a letter, or all")] = None,
    as_json: JsonOption = False,
) -> None:
    """Dead letters: what could not be done, and why."""
    from bot.terminal.dead import handle_letters

    run_command(handle_letters(action, letter, as_json=as_json), quiet=True)


@app.command()
def sources(
    action: Annotated[str, typer.Argument(help="ls, add, rm, pause, resume, export …")] = "ls",
    what: Annotated[list[str] | None, typer.Argument(help="channels or files, - a pipe")] = None,
    how: Annotated[str | None, typer.Option("--format", help="list, opml or json")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="add without a look")] = False,
) -> None:
    """Which channels are read: list, add, remove, pause; as a plain list, OPML, JSON."""
    from bot.terminal.sources.command import SourcesAsked, handle_sources

    form = "json" if as_json else how
    run_command(
        handle_sources(SourcesAsked(action, tuple(what or ()), form, not unchecked)), quiet=True
    )


@app.command(name="eval")
def evaluate(
    posts: Annotated[list[Path], typer.Option("--set", help="labelled posts, JSON lines")],
    engine: Annotated[EngineOption, typer.Option()] = EngineOption.extractive,
    as_json: Annotated[bool, typer.Option("--json", help="as in the scoreboard")] = False,
    dump: Annotated[Path | None, typer.Option(help="write the model's requests, ask none")] = None,
    record: Annotated[Path | None, typer.Option(help="ask the model, keep its replies")] = None,
    replay: Annotated[Path | None, typer.Option(help="score kept replies; needs no key")] = None,
) -> None:
    """Score an analyst against labelled posts."""
    from bot.terminal.evaluating import evaluate as score

    run_command(
        score(posts, engine.value, as_json=as_json, dump=dump, record=record, replay=replay),
        quiet=True,
    )


def main() -> None:
    """Entry point of ``fortochka``: a slip in the file of topics shows as a command is loaded."""
    fit_letters()
    try:
        app()
    except PromptFileError as error:
        sys.stderr.write(f"fortochka: {error}\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
