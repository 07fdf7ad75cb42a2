"""Is the token good? Asked with the standard library, before aiogram's two seconds of import."""

import asyncio
import urllib.error
import urllib.request

PATIENCE = 1.5  # seconds; a bad token is named within two


async def is_refused(token: str, api_base: str, proxy: str | None) -> bool:
    """True when Telegram says that it does not know the token; no answer proves nothing."""
    return await asyncio.to_thread(_ask, f"{api_base}/bot{token}/getMe", proxy)


def _ask(url: str, proxy: str | None) -> bool:
    proxies = {"http": proxy, "https": proxy} if proxy else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    try:
        with opener.open(url, timeout=PATIENCE):
            return False
    except urllib.error.HTTPError as error:
        error.close()
        return error.code in {401, 404}
    except (OSError, ValueError):
        return False
