"""The setup: token, model, channels, each tried out; then the file, a service, an owner."""

import asyncio
from typing import Any

from bot import __version__
from bot.app.token_check import NoAnswer, TokenRejected
from bot.config import ConfigError, Settings
from bot.errors import CommandError
from bot.terminal.examine.findings import Finding, show_finding
from bot.terminal.examine.telegram import ask_telegram, bot_finding, owners_finding
from bot.terminal.setup.asking import ask, ask_secret, at_terminal, read_secret
from bot.terminal.setup.channels import choose_channels
from bot.terminal.setup.draft import NOTHING_WRITTEN, Draft, SetupAsked
from bot.terminal.setup.service import choose_service, write_unit
from bot.terminal.show import err, out, print_text

_OPENAI, _NONE = "openai", "none"
_WITHOUT = {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""}
_NO_TOKEN = "no token: --token-file FILE (- for a pipe) or TELEGRAM_BOT_TOKEN gives it"  # noqa: S105
_NO_SERVER = "--model needs a key or a server: --api-key-file, OPENAI_API_KEY or --base-url"
_NO_ANSWER = (
    "Telegram gives no answer ({error}): see the network, TELEGRAM_API_BASE, TELEGRAM_PROXY"
)


def run_setup(asked: SetupAsked) -> None:
    """Ask for what was not given, try it out, write it down; ``CommandError`` says what is wrong.

    Without a terminal, or with ``yes``, nothing is asked. Until all is known nothing is written.
    """
    _check(asked)
    draft, asks = Draft(), at_terminal() and not asked.yes
    if asks:
        err.print(f"Fortochka {__version__}: what you answer goes into {draft.path}", markup=False)
    try:
        username = _choose_token(draft, asked, asks=asks)
        _choose_model(draft, asked, asks=asks)
        choose_channels(draft, asked, asks=asks)
        unit = choose_service(asked, draft.path.parent, asks=asks)
    except KeyboardInterrupt:
        err.print(f"\nsetup: stopped; {NOTHING_WRITTEN}")
        raise
    draft.write()
    out.print(f"wrote {draft.path}: {', '.join(draft.values) or 'nothing new'}", markup=False)
    for finding in draft.overruled():
        show_finding(finding)
    if unit:
        write_unit(unit)
        for finding in draft.unseen():
            show_finding(finding)
    owners = asyncio.run(owners_finding(draft.settings, username))
    show_finding(owners)
    then = ", then open that link" if owners.mark == "!" else ""
    print_text(f"next: {unit.start if unit else 'fortochka run'}{then}")


def _check(asked: SetupAsked) -> None:
    """Refuse answers that contradict each other."""
    if [asked.token_file, asked.api_key_file, asked.channels].count("-") > 1:
        raise CommandError("setup: only one answer can be piped in, the others are files")
    if asked.token and asked.token_file:
        raise CommandError("setup: --token and --token-file are one answer")
    if asked.no_model and (asked.model or asked.base_url or asked.api_key_file):
        raise CommandError("setup: --no-model beside the options of a model")


def _choose_token(draft: Draft, asked: SetupAsked, *, asks: bool) -> str:
    """Find a token that Telegram knows; the bot's username."""
    given = read_secret(asked.token_file) if asked.token_file else asked.token or ""
    if asks and not given:
        given = _ask_token(draft)
    while True:
        try:
            me = _tried_token(draft, given)
        except (ConfigError, TokenRejected, NoAnswer) as error:
            reason = _NO_ANSWER.format(error=error) if isinstance(error, NoAnswer) else str(error)
            if not asks:
                raise CommandError(f"setup: {reason}; {NOTHING_WRITTEN}") from None
            show_finding(Finding("✗", "Telegram", reason))
            given = _ask_token(draft)
        else:
            show_finding(bot_finding(me))
            return str(me["username"])


def _ask_token(draft: Draft) -> str:
    kept = "; Enter keeps the one that is set" if draft.settings.telegram_bot_token else ""
    return ask_secret(f"\nToken: /newbot at @BotFather gives one (it is not shown{kept})")


def _tried_token(draft: Draft, given: str) -> dict[str, Any]:
    if given:
        draft.take({"TELEGRAM_BOT_TOKEN": given})
    if draft.settings.telegram_bot_token is None:
        raise ConfigError(draft.faults.get("TELEGRAM_BOT_TOKEN", _NO_TOKEN))
    return dict(asyncio.run(ask_telegram(draft.settings)))


def _choose_model(draft: Draft, asked: SetupAsked, *, asks: bool) -> None:
    """Find a model that reads a sample post, or none."""
    answers = _given_model(asked)
    is_asked = asks and not answers and not asked.no_model
    fault = draft.faults.get("OPENAI_BASE_URL")
    if fault and not asks and "OPENAI_BASE_URL" not in answers:
        raise CommandError(f"setup: {fault}; {NOTHING_WRITTEN}")
    while True:
        try:
            if is_asked:
                answers = _ask_model(draft.settings)
            draft.take(answers)
            if draft.settings.has_model:
                asyncio.run(_read_sample(draft.settings))
            elif asked.model and not is_asked:
                raise ConfigError(_NO_SERVER)
            else:
                show_finding(Finding("✓", "Model", "none: posts are quoted, not retold"))
        except (ConfigError, _SampleUnread) as error:
            if not asks:
                raise CommandError(f"setup: {error}; {NOTHING_WRITTEN}") from None
            show_finding(Finding("✗", "Model", str(error)))
            is_asked = True
        else:
            return


def _given_model(asked: SetupAsked) -> dict[str, str]:
    if asked.no_model:
        return dict(_WITHOUT)
    key = read_secret(asked.api_key_file) if asked.api_key_file else None
    given = {
        "OPENAI_BASE_URL": asked.base_url,
        "OPENAI_API_KEY": key,
        "OPENAI_MODEL": asked.model,
    }
    return {name: value for name, value in given.items() if value is not None}


def _ask_model(settings: Settings) -> dict[str, str]:
    """Where the model is, its key, its name; what is kept is no answer."""
    current = settings.openai_base_url or (_OPENAI if settings.openai_api_key else _NONE)
    where = ask(
        "\nModel that retells the posts: openai, the address of any server that speaks like it, "
        f"or none, and posts are quoted. Enter: {current}"
    )
    where = where or current
    if where.casefold() in {_NONE, "-"}:
        return dict(_WITHOUT) if settings.has_model else {}
    address = "" if where.casefold() == _OPENAI else where
    is_same = settings.openai_api_key is not None and where == current
    key = ask_secret(f"Its key (it is not shown); Enter: {'as it is' if is_same else 'none'}")
    name = ask(f"Its name there; Enter: {settings.openai_model}")
    if not address and not key and not is_same:
        raise ConfigError("OPENAI_API_KEY: OpenAI gives no answer without one")
    answers = {"OPENAI_BASE_URL": address, "OPENAI_MODEL": name or settings.openai_model}
    return answers if is_same and not key else {**answers, "OPENAI_API_KEY": key}


class _SampleUnread(Exception):
    """The model could not read the sample post; the text says why and what helps."""


async def _read_sample(settings: Settings) -> None:
    """Show how the model reads one real post."""
    from bot.terminal.examine.model import examine_model  # loads openai

    unread = ""
    async for finding in examine_model(settings):
        if finding.mark == "✗":
            unread = unread or f"{finding.says} → {finding.fix}"
        else:
            show_finding(finding)
    if unread:
        raise _SampleUnread(unread)
