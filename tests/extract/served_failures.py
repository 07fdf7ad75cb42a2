"""Servers that give no answer: what is told, what is tried again, and that no post is lost."""

import json

from tests.extract.served import Behaviour
from tests.fakes import openai_answers as answers
from tests.fakes.openai_odd import (
    always,
    breaks_with,
    cut_prompt,
    error,
    every_other,
    longer,
    odd,
    rules,
    said,
    sends,
    trickling,
    value,
)

HTML = b"<!doctype html><html><head><title>Welcome</title></head><body>It works</body></html>"
FIVE_MEGABYTES = b'{"choices":[{"message":{"content":"' + b"word " * 1_000_000 + b'"}}]}'
FIRST = value("model", "first")


def gone(status: int, body: object) -> Behaviour:
    """The first model is no longer there: the second one reads."""
    return Behaviour(rules((FIRST, error(status, body))), second=True, calls=4)


def alone(status: int, body: object, **headers: str) -> Behaviour:
    """The same without a second model: told, and nothing is asked again for the time being."""
    answer = error(status, body, **headers)
    return Behaviour(answer, "extractive", calls=1, told="model_gone", reason=("model",))


def key(status: int, body: object) -> Behaviour:
    """A key that is refused."""
    return Behaviour(error(status, body), "extractive", 1, told="key_refused", reason=("key",))


def money(status: int, body: object) -> Behaviour:
    """An account without money."""
    return Behaviour(error(status, body), "extractive", 1, told="no_quota", reason=("quota",))


def busy(status: int, body: object, **headers: str) -> Behaviour:
    """A server that has no time: one call for each post at most, nobody is told at once."""
    return Behaviour(
        error(status, body, **headers), "extractive", 3, reason=("too many", "rate"),
    )  # fmt: skip


def waiting(words: str, reason: str) -> Behaviour:
    """A server that says in words alone how long it has no time."""
    return Behaviour(error(429, said(words)), "extractive", 1, reason=(reason,))


def place(status: int, body: object) -> Behaviour:
    """An address that is none of the API's."""
    return Behaviour(
        error(status, body), "extractive", 1, told="wrong_address", reason=("/v1", "address"),
    )  # fmt: skip


def filtered(status: int, body: object) -> Behaviour:
    """A filter stands before the model: kept for the owner."""
    return Behaviour(error(status, body), "extractive", 3, dead=True, reason=("filter",))


def small(status: int, body: object, reason: str = "num_ctx") -> Behaviour:
    """A context that is too small even for the short form."""
    return Behaviour(
        error(status, body), "extractive", 4, told="context_too_small", reason=(reason,)
    )


def passing(answer: answers.Answer, *words: str, paid: bool = False) -> Behaviour:
    """Worth three tries of a call, and another later."""
    return Behaviour(answer, "extractive", 11, reason=words, paid=paid)


GONE_BODIES = {
    "404 model_not_found": (404, said("The model `first` does not exist or you do not have access"
                                      " to it.", code="model_not_found")),
    "403 model_not_found": (403, said("Project `proj_x` does not have access to model `first`",
                                      code="model_not_found")),
    "400 model_decommissioned": (400, said("The model `first` has been decommissioned and is no "
                                           "longer supported.", code="model_decommissioned")),
    "400 Model Not Exist": (400, said("Model Not Exist", code="invalid_request_error")),
    "400 invalid_model": (400, {"object": "error", "message": "Invalid model: first", "type":
                                "invalid_model", "param": None, "code": "1500"}),
    "400 not a valid model ID": (400, {"error": {"message": "first is not a valid model ID",
                                                 "code": 400}}),
    "200 not a valid model ID": (200, {"error": {"message": "first is not a valid model ID",
                                                 "code": 400}}),
    "400 LiteLLM": (400, {"error": {"message": "/chat/completions: Invalid model name passed in "
                          "model=first.", "type": "None", "param": "None", "code": "400"}}),
    "400 LiteLLM's provider": (400, said("litellm.BadRequestError: LLM Provider NOT provided. Pass"
                                         " in the LLM provider. You passed model=first")),
    "400 an empty param": (400, said("The model first does not exist", param="")),
    "401 LiteLLM's team": (401, said("team not allowed to access model. Tried to access first",
                                     kind="team_model_access_denied", param="model", code="401")),
    "404 no endpoints": (404, {"error": {"message": "No endpoints found for first.",
                                         "code": 404}}),
    "404 DeploymentNotFound": (404, {"error": {"code": "DeploymentNotFound", "message": "The API "
        "deployment for this resource does not exist."}}),
    "404 Ollama": (404, said('model "first" not found, try pulling it first', kind="api_error")),
    "404 vLLM": (404, {"object": "error", "message": "The model `first` does not exist.", "type":
                       "NotFoundError", "param": None, "code": 404}),
    "404 Gemini": (404, [{"error": {"code": 404, "message": "models/first is not found for API "
                          "version v1main, or is not supported", "status": "NOT_FOUND"}}]),
}  # fmt: skip

FAILURES: dict[str, Behaviour] = {
    **{f"model gone, {name}": gone(*body) for name, body in GONE_BODIES.items()},
    **{f"model gone, alone, {name}": alone(*body) for name, body in GONE_BODIES.items()},
    "key, 401": key(401, said("Incorrect API key provided: key.", code="invalid_api_key")),
    "key, Gemini's 400": key(400, [{"error": {
        "code": 400, "message": "API key not valid. Please pass a valid API key.", "status":
        "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]}}]),
    "key, region": key(403, said("Country, region, or territory not supported",
                                 code="unsupported_country_region_territory")),
    "key, Gemini's region": key(400, [{"error": {
        "code": 400, "message": "User location is not supported for the API use.", "status":
        "FAILED_PRECONDITION"}}]),
    "key, OpenRouter": key(401, {"error": {"message": "No auth credentials found", "code": 401}}),
    "money, 402": money(402, said("Insufficient Balance", kind="unknown_error")),
    "money, 402 in a 200": money(200, {"error": {"message": "Insufficient credits", "code": 402}}),
    "money, 429 by code": money(429, said("You exceeded your current quota, please check your plan"
                                          " and billing details.", code="insufficient_quota")),
    "money, LiteLLM's 400": money(400, said("Budget has been exceeded! Current cost: 5.1, Max "
                                            "budget: 5.0", kind="budget_exceeded", code="400")),
    "money, Anthropic's 400": money(400, said("Your credit balance is too low to access the API")),
    "money, MiniMax's 200": money(200, {"choices": None, "base_resp": {
        "status_code": 1008, "status_msg": "insufficient balance"}}),
    "money, DashScope's 400": money(400, said("Access denied, please make sure your account is in "
                                              "good standing.", kind="Arrearage",
                                              code="Arrearage")),
    "busy, 429": busy(429, said("Rate limit reached", code="rate_limit_exceeded")),
    "busy, 429 in a 200": busy(200, {"error": {
        "message": "Rate limit exceeded: free-models-per-min", "code": 429}}),
    "busy, 429 in a 200, nested": busy(200, {"error": {"message": "Provider returned error",
        "code": 429, "metadata": {"raw": '{"error":{"message":"rate limited upstream"}}'}}}),
    "busy, Gemini": busy(429, [{"error": {"code": 429, "message": "Resource exhausted", "status":
        "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "32s"}]}}]),
    "busy, until a time in words": waiting("Rate limit reached on tokens per day (TPD): Limit "
        "500000, Used 499000, Requested 7000. Please try again in 17m16.8s.", "after 1036.8 s"),
    "busy, until seconds in words": waiting("Rate limit of 150 per 86400s exceeded. Please wait "
        "3742 seconds before retrying.", "after 3742 s"),
    "busy, a quota in words": waiting("You exceeded your current quota, please check your plan and"
        " billing details. Please retry in 32.459s.", "after 32.459 s"),
    "busy, Bedrock's 400": busy(400, said("Too many tokens, please wait before trying again.",
                                          kind="ThrottlingException")),
    "busy, Groq's 498": busy(498, said("Flex capacity exceeded", code="capacity_exceeded")),
    "busy, 503 with a pause": busy(503, said("The model is loading"), retry_after="20"),
    "overloaded, 529": passing(error(529, {"type": "error", "error": {
        "type": "overloaded_error", "message": "Overloaded"}}), "overloaded"),
    "overloaded, 503": passing(error(503, said("The engine is currently overloaded")), "503"),
    "an upstream's 502 in a 200": passing(error(200, {"error": {
        "message": "Provider returned error", "code": 502}}), "502"),
    "an upstream's 502 in a choice": passing(answers.raw(json.dumps({"choices": [{
        "finish_reason": "error", "error": {"code": 502, "message": "Upstream idle timeout"},
        "message": {"role": "assistant", "content": ""}}]}).encode()), "502"),
    "an upstream that fails in mid-answer": passing(breaks_with(
        {"error": {"code": 502, "message": "Provider disconnected"}}), "502", paid=True),
    "an answer broken off": passing(odd(lambda form: form[:80], finish="error"), "broke",
                                    paid=True),
    "a crash, LM Studio's 400": passing(error(400, {"error": "The model has crashed without "
                                              "additional information."}), "crashed"),
    "a firewall's 403": passing(error(403, HTML), "firewall"),
    "a body of another kind with words": passing(answers.raw(
        b'{"msg": "no such channel", "success": false}'), "no such channel"),
    "500 in HTML": passing(error(502, HTML), "502"),
    "an empty body": passing(answers.raw(b""), "empty", "completion"),
    "no JSON": passing(answers.raw(b"upstream said no"), "not a completion"),
    "JSON of another kind": passing(answers.raw(b'["ok"]'), "not a completion"),
    "cut off": passing(answers.breaks_off, "connection"),
    "never": Behaviour(answers.hangs, "extractive", 6, reason=("model_timeout",), timeout=0.6),
    "blanks for ever": Behaviour(
        answers.drips, "extractive", 6, reason=("model_timeout",), timeout=0.6
    ),
    "five megabytes": Behaviour(
        answers.raw(FIVE_MEGABYTES), "extractive", 15, reason=("longer than",)
    ),
    "pieces without an end": Behaviour(
        trickling(500, 0.05), "extractive", 6, reason=("model_timeout",), timeout=0.5
    ),
    "no choices": Behaviour(answers.raw(b'{"choices": []}'), "extractive", 16),
    "a null message": passing(answers.raw(b'{"choices": [{"message": null}]}')),
    "a role only": Behaviour(odd(message=lambda _: {}), "extractive", 16, reason=("empty",)),
    "address, a web page": place(404, HTML),
    "address, a web page as an answer": Behaviour(
        error(200, HTML), "extractive", 11, reason=("/v1",)
    ),
    "address, FastAPI": place(404, {"detail": "Not Found"}),
    "address, LM Studio": place(200, {"error": "Unexpected endpoint or method. (POST /chat/"
                                      "completions). Returning 200 anyway"}),
    "address, Azure": place(404, {"error": {"code": "404", "message": "Resource not found"}}),
    "address, another protocol": place(400, said("Unsupported legacy protocol: "
        "/v1/chat/completions is not supported. Please use /v1/responses.")),
    "address, 405": place(405, {"detail": "Method Not Allowed"}),
    "address, llama.cpp": place(404, said("File Not Found", kind="not_found_error", code=404)),
    "filter, Azure": filtered(400, said("The response was filtered", param="prompt",
                                        code="content_filter", status=400)),
    "filter, DashScope": filtered(400, said("Input data may contain inappropriate content.",
                                            code="data_inspection_failed")),
    "filter, DeepSeek": filtered(400, said("Content Exists Risk")),
    "filter, OpenAI": filtered(400, said("Invalid prompt: it was flagged", code="invalid_prompt")),
    "filter, at the end of an answer": Behaviour(
        answers.filtered(), "extractive", 3, dead=True, reason=("filter",)
    ),
    "filter, at the end, by another name": Behaviour(
        odd(lambda _: "", finish="SAFETY"), "extractive", 3, dead=True, reason=("filter",)
    ),
    "a refusal of the model": Behaviour(
        answers.refuses(), "extractive", 3, dead=True, reason=("refused",)
    ),
    "context, llama.cpp": small(400, {"error": {
        "code": 400, "message": "request (6100 tokens) exceeds the available context size (4096 "
        "tokens), try increasing it", "type": "exceed_context_size_error", "n_prompt_tokens": 6100,
        "n_ctx": 4096}}),
    "context, vLLM": small(400, {"object": "error", "message": "This model's maximum context "
        "length is 4096 tokens. However, you requested 8500 tokens (6100 in the messages, 2400 in "
        "the completion). Please reduce the length of the messages or completion.", "type":
        "BadRequestError", "param": None, "code": 400}),
    "context, LM Studio": small(400, {"error": "Trying to keep the first 6100 tokens when context "
        "the overflows. However, the model is loaded with context length of only 4096 tokens"}),
    "context, OpenAI": small(400, said("Input tokens exceed the configured limit of 4096 tokens.",
                                       param="messages", code="context_length_exceeded")),
    "context, more than a minute's tokens": small(413, said("Request too large for model "
        "`first` on tokens per minute (TPM): Limit 6000, Requested 12328, please reduce it.",
        kind="tokens", code="rate_limit_exceeded"), "in a minute"),
    "context, more than a minute's tokens, OpenAI": small(429, said("Request too large "
        "for first on tokens per min (TPM): Limit 3000, Requested 8472.", kind="tokens",
        code="rate_limit_exceeded"), "in a minute"),
    "context, with room for the short form": Behaviour(
        rules((longer(14_000), error(400, said("context_length_exceeded",
                                               code="context_length_exceeded")))), calls=5,
    ),
    "context, cut in silence": Behaviour(
        cut_prompt(1_000, 600), "extractive", 4, reason=("num_ctx",), told="context_too_small"
    ),
    "context, cut in silence, with room for the short form": Behaviour(
        cut_prompt(3_500, 2_050), calls=5, reason=("num_ctx",)
    ),
    "gone wrong, each first answer": Behaviour(
        rules((every_other(), error(400, said("Generated JSON does not match the expected schema.",
              code="json_validate_failed", failed_generation="{…")))), calls=6,
    ),
    "gone wrong, always": Behaviour(
        error(400, said("Failed to validate JSON.", code="json_validate_failed")), "extractive",
        19, posts=6, told="failing", reason=("could not make the form",),
    ),
    "gone wrong, one post of a good server": Behaviour(
        rules((lambda asked: asked.post is not None and "Cedar" in asked.post.text,
               error(400, said("Failed to validate JSON.", code="json_validate_failed")))),
        "both", 5, dead=True, known=True,
    ),
    "down after it was good": Behaviour(
        error(500, said("internal error")), "extractive", 11, known=True, reason=("500",)
    ),
    "refusing a parameter after it was good": Behaviour(
        rules((sends("seed"), error(400, said("unknown parameter: seed", param="seed")))),
        calls=4, known=True,
    ),
    "seven posts of a server that is down": Behaviour(
        error(500, said("internal error")), "extractive", 19, posts=7, told="failing"
    ),
    "a redirect": Behaviour(
        error(307, b"", location="http://127.0.0.1:9/login"), "extractive", 11,
    ),
    "first a hang, then a stream": Behaviour(
        rules((lambda asked: not asked.streamed, answers.hangs)), calls=4, timeout=0.5,
    ),
    "an answer to everything": Behaviour(rules((always, odd())), calls=3),
}  # fmt: skip
