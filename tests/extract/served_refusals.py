"""Servers that refuse something of the request and answer without it, by the table of servers."""

from tests.extract.served import Behaviour
from tests.fakes import openai_answers as answers
from tests.fakes.openai_answers import Answer
from tests.fakes.openai_odd import (
    When,
    cap_over,
    cap_under,
    error,
    in_format,
    plain,
    roles,
    rules,
    said,
    schema_has,
    sends,
    streamed,
    value,
)

EXTRA = {"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not "
         "permitted", "input": 7}  # fmt: skip
INSTEAD = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. "
    "Use 'max_completion_tokens' instead."
)
TEMPERATURE = said(
    "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) "
    "value is supported.",
    param="temperature",
    code="unsupported_value",
)
NO_TEMPERATURE = (sends("temperature"), error(400, TEMPERATURE))
CAP = "`$NAME` must be less than or equal to `2000`, the maximum value for `$NAME`"


def without(name: str, status: int, body: object) -> Answer:
    """Refuses one parameter."""
    return rules((sends(name), error(status, body)))


def until(when: When, status: int, body: object) -> Answer:
    """Refuses while that holds."""
    return rules((when, error(status, body)))


def nested(body: str) -> dict[str, object]:
    """Mistral's way: the upstream's body as a string."""
    return {"object": "error", "message": body, "type": "internal_error_proxy", "param": None,
            "code": "1000"}  # fmt: skip


PARAMETERS: dict[str, Answer] = {
    "max_tokens, by param": without(
        "max_tokens", 400, said(INSTEAD, param="max_tokens", code="unsupported_parameter")
    ),
    "max_tokens, by words": without("max_tokens", 400, said(INSTEAD)),
    "max_tokens, then temperature": rules(
        (sends("max_tokens"), error(400, said(INSTEAD, param="max_tokens"))), NO_TEMPERATURE
    ),
    "max_tokens, as LiteLLM tells it": without("max_tokens", 400, {"error": {
        "message": f"litellm.BadRequestError: AzureException - {INSTEAD}", "type": None,
        "param": None, "code": "400"}}),
    "temperature": rules(NO_TEMPERATURE),
    "temperature, a tiny cap is an error": rules(
        NO_TEMPERATURE,
        (cap_under(200), error(400, said("Could not finish the message because max_tokens or "
                                         "model output limit was reached."))),
    ),
    "temperature, 422": without("temperature", 422, {"detail": [
        {"type": "extra_forbidden", "loc": ["body", "temperature"], "msg": "Extra inputs"}]}),
    "seed, Gemini's list": without("seed", 400, [{"error": {
        "code": 400, "message": 'Invalid JSON payload received. Unknown name "seed": Cannot find'
        " field.", "status": "INVALID_ARGUMENT"}}]),
    "seed, Mistral's object": without("seed", 422, {
        "object": "error", "message": {"detail": [EXTRA]}, "type": "invalid_request_error",
        "param": None, "code": None}),
    "seed, Mistral's string of JSON": without("seed", 422, nested(
        '{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs"}]}')),
    "seed, FastAPI's list": without("seed", 422, {"detail": [EXTRA]}),
    "seed, a detail of words": without("seed", 400, {"detail": "unknown field: seed"}),
    "seed, Azure AI Foundry": without("seed", 400, {"error": {
        "code": "Bad Request", "message": "Extra parameters ['seed'] are not allowed "
        "when extra-parameters is not set or set to be 'error'.", "status": 400}}),
    "seed, plain text": without("seed", 400, b"unexpected keyword argument 'seed'"),
    "seed and temperature at once": without("seed", 400, said(
        "These parameters are not supported: seed, temperature")),
    "effort, by its name": without("reasoning_effort", 400, said(
        "Unrecognized request argument supplied: reasoning_effort")),
    "effort, by param": without("reasoning_effort", 400, said(
        "Unsupported parameter: 'reasoning_effort' is not supported with this model.",
        param="reasoning_effort", code="unsupported_parameter")),
    "effort, by its value": until(value("reasoning_effort", "none"), 400, said(
        "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported "
        "values are: 'low', 'medium', and 'high'.", param="reasoning_effort",
        code="unsupported_value")),
    "effort, by an enumeration": until(value("reasoning_effort", "none"), 422, {"detail": [
        {"type": "literal_error", "loc": ["body", "reasoning_effort"],
         "msg": "Input should be 'low', 'medium' or 'high'", "input": "none"}]}),
    "effort, Groq's words": until(value("reasoning_effort", "none"), 400, said(
        "`reasoning_effort` must be one of `low`, `medium`, or `high`", param="reasoning_effort")),
    "list limits": until(schema_has("maxItems"), 400, said(
        "Invalid schema for response_format: 'maxItems' is not permitted.",
        param="response_format")),
    "a strict schema only": until(lambda asked: asked.way == "strict", 400, said(
        "response_format.json_schema.strict is not supported", param="response_format")),
    "a schema, by its name": until(in_format("json_schema"), 400, said(
        "This model does not support response format `json_schema`.", param="response_format")),
    "a schema, DeepSeek's words": until(in_format("json_schema"), 422, {"error": {
        "message": "Failed to deserialize the JSON body into the target type: response_format: "
        "unknown variant `json_schema`, expected `text` or `json_object`", "type":
        "invalid_request_error", "param": None, "code": "invalid_request_error"}}),
    "a schema that its grammar cannot do": until(in_format("json_schema"), 400, said(
        "Failed to initialize samplers: failed to parse grammar", kind="api_error")),
    "the system role, vLLM": until(roles("system"), 400, {
        "object": "error", "message": "System role not supported", "type": "BadRequestError",
        "param": None, "code": 400}),
    "the system role, TGI": until(roles("system"), 422, {
        "error": "Template error: template rendering error: Conversation roles must alternate "
        "user/assistant/user/assistant/...", "error_type": "template_error"}),
    "the system role, Gemini": until(roles("system"), 400, [{"error": {
        "code": 400, "message": "Developer instruction is not enabled for models/gemma-3",
        "status": "INVALID_ARGUMENT"}}]),
    "the system role, by an enumeration": until(roles("system"), 400, said(
        "Invalid role: system. Only user and assistant are allowed.")),
    "plain answers, DashScope": until(plain, 400, said(
        "parameter.enable_thinking must be set to false for non-streaming calls",
        code="invalid_parameter_error")),
    "plain answers, by words": until(plain, 400, said(
        "This model only supports streaming: please set stream=true")),
    "streams": until(streamed, 400, said(
        "Streaming is not supported by this model.", param="stream")),
    "stream options": without("stream_options", 400, said(
        "Unknown parameter: 'stream_options'.", param="stream_options", code="unknown_parameter")),
    "stream options, vLLM": without("stream_options", 422, {"detail": [
        {"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs"}]}),
    "a cap above its own, with the number": until(cap_over(2_000), 400, said(CAP, param="$NAME")),
    "a cap above its own, without a number": until(cap_over(2_000), 400, said(
        "$NAME is too large for this model.", param="$NAME")),
    "a cap above its own, Anthropic's words": until(cap_over(2_000), 400, said(
        "max_tokens: $CAP > 2000, which is the maximum allowed number of output tokens for m")),
    "a cap above its own, OpenAI's words": until(cap_over(2_000), 400, said(
        "max_tokens is too large: $CAP. This model supports at most 2000 completion tokens,"
        " whereas you provided $CAP.", param="max_tokens", code="invalid_value")),
    "a cap that leaves no room, vLLM": until(cap_over(2_000), 400, said(
        "You passed 6000 input tokens and requested $CAP output tokens. However, the model's "
        "context length is only 8000 tokens, resulting in a maximum input length of 5600 tokens.",
        param="input_tokens", code=400)),
    "a cap that leaves no room, SGLang": until(cap_over(2_000), 400, said(
        "Requested token count exceeds the model's maximum context length of 8000 tokens. You "
        "requested a total of 8400 tokens: 6000 tokens from the input messages and $CAP tokens "
        "for the completion.")),
    "a cap that leaves no room, TGI": until(cap_over(2_000), 422, {
        "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8000. "
        "Given: 6000 `inputs` tokens and $CAP `max_new_tokens`", "error_type": "validation"}),
    "no route for a schema, OpenRouter": until(in_format("json_schema"), 404, {"error": {
        "message": "No endpoints found that can handle the requested parameters.", "code": 404}}),
    "any cap": rules((sends("max_tokens", "max_completion_tokens"), error(400, said(
        "Unsupported parameter: '$NAME'", param="$NAME", code="unsupported_parameter")))),
}  # fmt: skip

REFUSALS = {
    **{name: Behaviour(answer, calls=6) for name, answer in PARAMETERS.items()},
    "everything, in words that say nothing": Behaviour(
        error(400, said("Bad request.")), "extractive", calls=16, posts=6, reason=("refused",),
        told="failing",
    ),
    "every parameter by turns": Behaviour(
        rules(
            (sends("seed"), error(400, said("unknown: seed", param="seed"))),
            (sends("temperature"), error(400, said("unknown: temperature", param="temperature"))),
            (sends("stream_options"), error(400, said("unknown", param="stream_options"))),
            (sends("reasoning_effort"), error(400, said("unknown", param="reasoning_effort"))),
            (in_format("json_schema"), error(400, said("unknown", param="response_format"))),
        ),
        calls=9,
    ),
    "the cap under either name, for ever": Behaviour(
        rules(
            (sends("max_tokens"), error(400, said(INSTEAD, param="max_tokens"))),
            (sends("max_completion_tokens"), error(400, said(
                "Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead.",
                param="max_completion_tokens"))),
        ),
        calls=6,
    ),
    "whatever cap, the sent one": Behaviour(
        rules((sends("max_tokens", "max_completion_tokens"), error(400, said(
            "$NAME must be at most $CAP", param="$NAME")))),
        calls=7,
    ),
    "thoughts that take the room, unless little effort is asked for": Behaviour(
        rules(
            NO_TEMPERATURE,
            (
                lambda asked: "reasoning_effort" not in asked.body and (asked.cap or 0) < 3_900,
                answers.says("", finish_reason="length"),
            ),
        ),
        calls=5,
    ),
    "thoughts that take the room, and no effort is taken": Behaviour(
        rules(
            (sends("reasoning_effort"), error(400, said("Unknown parameter: reasoning_effort",
                                                        param="reasoning_effort"))),
            (cap_under(3_900), answers.says("", finish_reason="length")),
        ),
        calls=6,
    ),
    "a cap that is hit is an error": Behaviour(
        rules(
            (in_format("json_schema"), error(400, said(
                "This model does not support response format `json_schema`.",
                param="response_format"))),
            (cap_under(300), error(400, said(
                "Failed to validate JSON. Please adjust your prompt.", code="json_validate_failed",
                failed_generation="max completion tokens reached before generating a valid"))),
        ),
        calls=6,
    ),
}  # fmt: skip
