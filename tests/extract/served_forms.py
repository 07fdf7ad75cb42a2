"""Servers whose models give the form in a wrapping, by the table of wrappings."""

import json
from collections.abc import Callable

from tests.extract.served import Behaviour
from tests.fakes import openai_answers as answers
from tests.fakes.openai_odd import (
    NO_USAGE,
    always,
    enveloped,
    error,
    in_format,
    keepalive_blanks,
    odd,
    roles,
    rules,
    said,
    trickling,
    unasked_stream,
)

NO_SCHEMA = (in_format("json_schema"), error(400, said("guided decoding is not supported",
                                                       param="response_format")))  # fmt: skip
IN_WORDS = "I'd be happy to help, but I don't see a form attached."


def card_of(title: str, tldr: str) -> Callable[[str], str]:
    """The form with these words in its card."""

    def said(form: str) -> str:
        filled = json.loads(form)
        words = {"bullets": [], "tldr": tldr, "title": title}
        return json.dumps(filled | {name: words for name in ("en", "card") if filled.get(name)})

    return said


def of_before(form: str) -> str:
    """The full form with fields that it once had, in it and in its works."""
    filled = json.loads(form)
    if "quotes" not in filled:
        return form
    works = [work | {"quote": "its words", "gist": "a line"} for work in filled["papers"]]
    notes = {"observations": ["it stops at the </think> tag"], "links": [], "topic_reason": "."}
    return json.dumps(filled | notes | {"numbers": [], "papers": works})


COPIED = card_of(
    "<= 70 characters: names the subject, no bait, no final period.",
    "1-3 sentences: what was done, how, the result with its number.",
)
OTHER = card_of("Weather", "Rain and strong winds are expected in the mountains.")

WRAPPED = {
    "a fence": odd(lambda form: f"```json\n{form}\n```"),
    "a fence with words round it": odd(
        lambda form: f"Sure! Here is {{the form}}:\n```json\n{form}\n```\nAnything else?"
    ),
    "words before and behind": odd(lambda form: f"The form is {form} as you see."),
    "the object twice": odd(lambda form: f"{form}\n{form}"),
    "fields of the form of before": odd(of_before),
    "an end token behind": odd(lambda form: f"{form}<|im_end|>"),
    "an end token and a new turn": odd(lambda form: f"{form}<end_of_turn>\n<start_of_turn>user"),
    "blanks to the cap": odd(lambda form: form + "\n" * 1_500, finish="length"),
    "a byte order mark": odd(lambda form: f"\ufeff{form}"),
    "indented": odd(lambda form: json.dumps(json.loads(form), indent=4, ensure_ascii=True)),
    "a think tag": odd(lambda form: f"<think>A {{form}}, then.</think>{form}"),
    "a think tag in capitals": odd(lambda form: f"<THINK>\nhm\n</THINK>\n{form}"),
    "a think tag without its opening": odd(lambda form: f"So {{this}} is it.\n</think>\n\n{form}"),
    "an empty think tag": odd(lambda form: f"<think>\n\n</think>\n\n{form}"),
    "a draft in the thought": odd(lambda form: f'<think>{{"language": "en"}} no…</think>\n{form}'),
    "a thinking tag": odd(lambda form: f"<thinking>hm</thinking>{form}"),
    "Magistral's marks": odd(lambda form: f"[THINK]A {{form}}.[/THINK]{form}"),
    "harmony's channels": odd(
        lambda form: (
            "<|channel|>analysis<|message|>Need {json}.<|end|><|start|>assistant"
            f"<|channel|>final<|message|>{form}<|return|>"
        )
    ),
    "harmony with a constraint": odd(
        lambda form: f"<|channel|>final <|constrain|>json<|message|>{form}"
    ),
    "text parts": odd(lambda form: [{"type": "text", "text": form}]),
    "a thought as a part": odd(
        lambda form: [
            {"type": "thinking", "thinking": [{"type": "text", "text": "A {form}."}]},
            {"type": "text", "text": form},
        ]
    ),
    "text parts in pieces": odd(
        lambda form: [{"type": "text", "text": form[:50]}, {"type": "text", "text": form[50:]}]
    ),
    "a reasoning field beside": odd(
        message=lambda form: {"content": form, "reasoning_content": "A {form}, then."}
    ),
    "the form in the reasoning field": odd(
        message=lambda form: {"content": "", "reasoning_content": form, "tool_calls": []}
    ),
    "the form in a field called reasoning": odd(
        message=lambda form: {"content": None, "reasoning": form}
    ),
    "a tool call instead of content": odd(
        message=lambda form: {
            "content": None,
            "tool_calls": [
                {
                    "id": "1",
                    "type": "function",
                    "index": 0,
                    "function": {"name": "post_form", "arguments": form},
                }
            ],
        }
    ),
    "a null refusal": odd(message=lambda form: {"content": form, "refusal": None}),
    "raw line breaks in strings": odd(lambda form: form.replace('"en"', '"en"\n\t')),
    "blank lines before the body": keepalive_blanks,
    "a stream that nobody asked for": unasked_stream,
    "a byte order mark before the body": enveloped(lambda body: "\ufeff" + json.dumps(body)),
    "comments before the body": enveloped(
        lambda body: f": alive\n\n: alive\n\n{json.dumps(body)}"
    ),
    "Cloudflare's envelope": enveloped(
        lambda body: json.dumps({"success": True, "errors": [], "result": body})
    ),
    "an object as content": odd(json.loads),
    "a delta in place of the message": enveloped(
        lambda body: json.dumps(body).replace('"message": {', '"delta": {')
    ),
    "events with names and ids": enveloped(
        lambda body: (
            "id: 1\nevent: result\ndata:" + json.dumps(body) + "\n\nid: 2\ndata:[DONE]\n\n"
        )
    ),
    "a line separator in a stream": enveloped(
        lambda body: (
            "data: "
            + json.dumps(body, ensure_ascii=False).replace("Team", "\u2028Team")
            + "\n\ndata: [DONE]\n\n"
        )
    ),
    "a stream in many pieces": trickling(60, 0.001),
    "another model's name": odd(model="some-other-model-7b"),
    "a path for a model's name": odd(model="/models/some.gguf"),
    "an unknown finish reason": odd(finish="eos"),
    "an empty finish reason": odd(finish=""),
}

COUNTED = {
    "usage null": odd(usage=None),
    "usage missing": odd(usage=NO_USAGE),
    "usage with a total only": odd(usage={"total_tokens": 6_800}),
    "usage in fractions": odd(
        usage={"prompt_tokens": 6100.5, "completion_tokens": 700.25, "total_tokens": 6800.75}
    ),
    "usage in strings": odd(
        usage={"prompt_tokens": "6100", "completion_tokens": "700", "total_tokens": "6800"}
    ),
    "usage of words": odd(usage={"prompt_tokens": "many", "completion_tokens": "some"}),
    "usage negative": odd(usage={"prompt_tokens": -1, "completion_tokens": -1}),
    "usage zero": odd(usage={"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}),
    "usage beyond reason": odd(usage={"prompt_tokens": 1e300, "completion_tokens": 700}),
    "usage without an answer's tokens": odd(usage={"prompt_tokens": 6_100}),
    "usage with null details": odd(
        usage={"prompt_tokens": 6_100, "completion_tokens": 700, "total_tokens": 6_800,
               "prompt_tokens_details": None, "completion_tokens_details": None}
    ),
    "more cached than read": odd(
        usage={"prompt_tokens": 6_100, "completion_tokens": 700, "total_tokens": 6_800,
               "prompt_tokens_details": {"cached_tokens": 99_999}}
    ),
}  # fmt: skip

FORMS = {
    **{name: Behaviour(answer) for name, answer in WRAPPED.items()},
    **{name: Behaviour(answer) for name, answer in COUNTED.items()},
    "no think tag opens and no schema is taken": Behaviour(
        rules(NO_SCHEMA, otherwise=WRAPPED["a think tag without its opening"]), calls=5
    ),
    "the format is ignored, a schema in the prompt is obeyed": Behaviour(
        rules(
            (lambda asked: bool(asked.body.get("response_format")), answers.says(IN_WORDS)),
            otherwise=WRAPPED["a fence"],
        ),
        calls=7,
    ),
    "the format is ignored, whatever the prompt": Behaviour(
        answers.says(IN_WORDS), "extractive", calls=14, reason=("json", "form"), told="failing",
        posts=6,
    ),
    "only a plain object is taken": Behaviour(
        rules((in_format("json_schema"), error(400, said(
            "This response_format type is unavailable now", param=None)))), calls=6,
    ),
    "a schema breaks the engine": Behaviour(
        rules((in_format("json_schema"), error(500, said("failed to load model vocabulary"
                                                         " required for format")))), calls=9,
    ),
    "a schema is not implemented": Behaviour(
        rules((in_format("json_schema"), error(501, said("response_format is not implemented",
                                                         kind="NotImplementedError")))), calls=9,
    ),
    "no format at all is taken": Behaviour(
        rules((in_format("json_schema", "json_object"), error(422, {"detail": [
            {"type": "extra_forbidden", "loc": ["body", "response_format"],
             "msg": "Extra inputs are not permitted"}]}))), calls=8,
    ),
    "one of LM Studio's formats": Behaviour(
        rules((in_format("json_object"), error(400, {
            "error": "'response_format.type' must be 'json_schema' or 'text'"})),
            (always, WRAPPED["the form in the reasoning field"])),
    ),
    "an empty answer": Behaviour(
        answers.says(""), "extractive", calls=19, posts=6, reason=("empty",), told="failing"
    ),
    "another object than the form": Behaviour(
        answers.says('{"answer": 42}'), "extractive", calls=14, posts=6, told="failing"
    ),
    "cut in the middle of each answer": Behaviour(
        answers.cut_at('{"language": "en", "comple'), "extractive", calls=14, posts=6,
        reason=("cap of tokens",), told="failing",
    ),
    "one word for ever": Behaviour(
        answers.cut_at('{"language": "en", "keywords": [' + '"title", ' * 600), "extractive",
        calls=14, posts=6, reason=("cap of tokens",), told="failing",
    ),
    "a card of the form's own words": Behaviour(
        odd(COPIED), "extractive", reason=("instead of what the post says",), calls=6, dead=True,
    ),
    "a card about something else": Behaviour(
        odd(OTHER), "extractive", reason=("no word, name or number",), calls=6, dead=True,
    ),
    "the form's own words at first, the post's when asked again": Behaviour(
        rules((roles("assistant"), answers.honest), otherwise=odd(COPIED)), calls=6,
    ),
    "another subject at first, the post's when asked again": Behaviour(
        rules((roles("assistant"), answers.honest), otherwise=odd(OTHER)), calls=6,
    ),
    "an answer wrong now and then": Behaviour(
        rules((lambda asked: "Cedar" in asked.post.text if asked.post else False,
               answers.says("{}"))), engine="both", calls=6, dead=True, known=True,
    ),
}  # fmt: skip
