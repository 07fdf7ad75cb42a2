"""Fortochka: reads ML/NLP Telegram channels once, sends each reader one digest.

How a post becomes a digest (stages hand work over only through Redis streams):

    t.me/s, channel_post, forwards, export            topics.toml, prompts/*.md
        │                                                 │
    collect ── stream posts ──▶ extract ── stream entries ──▶ publish ── stream outbox ──▶ telegram
     → Post                      Post → Entry                  Entry → Story, Digest         sender

Imports point one way:

    text, taxonomy ← model, counts, config, i18n, digest ← store ← {collect, extract, screens}
      ← {publish, export, evaluation} ← {telegram, web} ← mcp ← app ← terminal ← __main__

``digest`` chooses which stories and when, ``screens`` draws what a reader sees; both are pure.
"""

__version__ = "0.1.0"
