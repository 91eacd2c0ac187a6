#!/usr/bin/env python3
"""Google's own client for Python against the server that plays Gemini: what it takes for Gemini is played faithfully.

  tests/gemini/python_client.py                # what CI runs
  tests/gemini/python_client.py stream quota   # parts of cases' names
"""
from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable

from mock import Mock, in_environment_with_client

in_environment_with_client()

from google import genai  # noqa: E402
from google.genai import errors, types  # noqa: E402
from pydantic import BaseModel  # noqa: E402

KEY = "AIzaSy-of-the-suite"
MODEL = "gemini-flash-latest"
LONG = "Grüße aus 東京 und Αθήνα: " + ", ".join(str(n) for n in range(200))
ANSWERS = "\n".join(
    json.dumps(line)
    for line in [
        {"match": "capital", "answer": {"city": "Paris", "people": 2_100_000}},
        {"match": "long", "answer": LONG},
    ]
)


class Capital(BaseModel):
    """What an answer is parsed into."""

    city: str
    people: int


# A client that nobody holds is closed, in the middle of what it does.
HELD: list[genai.Client] = []


def client(mock: Mock, mode: str = "", version: str = "v1beta") -> genai.Client:
    """A client that meets one way of playing."""
    url = f"{mock.url}/{mode}" if mode else mock.url
    options = types.HttpOptions(base_url=url, api_version=version, timeout=5_000)
    HELD.append(genai.Client(api_key=KEY, http_options=options))
    return HELD[-1]


def generates(mock: Mock) -> None:
    for version in ("v1", "v1beta"):
        one = client(mock, version=version)
        answer = one.models.generate_content(model=MODEL, contents="hello")
        assert answer.text == "You said: hello", answer
        assert answer.candidates[0].finish_reason == types.FinishReason.STOP
        assert answer.model_version == "gemini-mock-1"
        usage = answer.usage_metadata
        parts = usage.prompt_token_count + usage.candidates_token_count + usage.thoughts_token_count
        assert usage.total_token_count == parts, usage


def takes_all_that_the_client_sends(mock: Mock) -> None:
    one = client(mock)
    config = types.GenerateContentConfig(
        system_instruction="Be short.",
        temperature=0.5,
        top_p=0.9,
        top_k=20,
        max_output_tokens=100,
        stop_sequences=["END"],
        seed=7,
        thinking_config=types.ThinkingConfig(thinking_level="LOW"),
        safety_settings=[
            types.SafetySetting(category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_ONLY_HIGH"),
        ],
    )
    assert one.models.generate_content(model=MODEL, contents="hello", config=config).text == "You said: hello"


def streams(mock: Mock) -> None:
    one = client(mock)
    chunks = list(one.models.generate_content_stream(model=MODEL, contents="a long one"))
    assert len(chunks) > 2, "it comes in pieces"
    assert "".join(chunk.text or "" for chunk in chunks) == LONG
    assert chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP


def streams_with_characters_cut(mock: Mock) -> None:
    one = client(mock, "split-utf8")
    chunks = one.models.generate_content_stream(model=MODEL, contents="a long one")
    assert "".join(chunk.text or "" for chunk in chunks) == LONG


def counts_and_lists(mock: Mock) -> None:
    one = client(mock)
    assert one.models.count_tokens(model=MODEL, contents="hello there").total_tokens > 0
    assert [model.name for model in one.models.list()] == [f"models/{MODEL}"]
    assert one.models.get(model=MODEL).output_token_limit == 65_536


def answers_by_schema(mock: Mock) -> None:
    one = client(mock)
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "people": {"type": "integer"}},
        "required": ["city", "people"],
    }
    config = {"response_mime_type": "application/json", "response_json_schema": schema}
    answer = one.models.generate_content(model=MODEL, contents="the capital of France", config=config)
    assert json.loads(answer.text) == {"city": "Paris", "people": 2_100_000}
    made_up = one.models.generate_content(model=MODEL, contents="something", config=config)
    assert json.loads(made_up.text) == {"city": "text", "people": 1}
    config = {"response_mime_type": "application/json", "response_schema": Capital}
    answer = one.models.generate_content(model=MODEL, contents="the capital of France", config=config)
    assert answer.parsed == Capital(city="Paris", people=2_100_000)


def fails(mock: Mock, mode: str, kind: type[errors.APIError], code: int, status: str) -> errors.APIError:
    """The error that a way of playing is for the client, the same at once and in pieces."""
    one = client(mock, mode)
    found = []
    for ask in (one.models.generate_content, one.models.generate_content_stream):
        try:
            list(ask(model=MODEL, contents="hello"))
        except kind as error:
            found.append(error)
    assert [(e.code, e.status) for e in found] == [(code, status)] * 2, (mode, found)
    return found[0]


def refuses_by_quota(mock: Mock) -> None:
    error = fails(mock, "quota-day", errors.ClientError, 429, "RESOURCE_EXHAUSTED")
    details = {d["@type"].rsplit(".", 1)[-1]: d for d in error.details["error"]["details"]}
    assert any("PerDay" in v["quotaId"] for v in details["QuotaFailure"]["violations"])
    assert details["RetryInfo"]["retryDelay"] == "2.5s"
    assert error.response.headers.get("retry-after") is None


def refuses_a_key(mock: Mock) -> None:
    error = fails(mock, "key-invalid", errors.ClientError, 400, "INVALID_ARGUMENT")
    assert error.details["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    fails(mock, "key-leaked", errors.ClientError, 403, "PERMISSION_DENIED")
    fails(mock, "model-gone", errors.ClientError, 404, "NOT_FOUND")


def fails_as_a_service(mock: Mock) -> None:
    fails(mock, "overloaded-forever", errors.ServerError, 503, "UNAVAILABLE")
    fails(mock, "failing-forever", errors.ServerError, 500, "INTERNAL")


def fails_midway(mock: Mock) -> None:
    text = ""
    try:
        for chunk in client(mock, "error-midway").models.generate_content_stream(model=MODEL, contents="a long one"):
            text += chunk.text or ""
    except errors.ServerError as error:
        assert error.code == 503
    else:
        raise AssertionError("there is an error")
    assert text and LONG.startswith(text)


def blocks(mock: Mock) -> None:
    answer = client(mock, "blocked").models.generate_content(model=MODEL, contents="hello")
    assert answer.candidates is None and answer.text is None
    assert answer.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT


def keeps_thoughts_apart(mock: Mock) -> None:
    answer = client(mock, "thoughts-mixed").models.generate_content(model=MODEL, contents="a long one")
    assert answer.text == LONG
    answer = client(mock, "thoughts-eat-all").models.generate_content(model=MODEL, contents="hello")
    assert answer.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS
    assert answer.usage_metadata.thoughts_token_count == 188


def goes_on(mock: Mock) -> None:
    answer = client(mock, "continuation").models.generate_content(model=MODEL, contents="a long one")
    assert answer.text == LONG, answer.text


def survives_odd_frames(mock: Mock) -> None:
    answer = client(mock, "unknown-finish").models.generate_content(model=MODEL, contents="hello")
    assert str(answer.candidates[0].finish_reason.value) == "SOMETHING_NEW"
    chunks = list(client(mock, "no-finish").models.generate_content_stream(model=MODEL, contents="a long one"))
    assert all(chunk.candidates[0].finish_reason is None for chunk in chunks)


CASES: list[Callable[[Mock], None]] = [
    generates,
    takes_all_that_the_client_sends,
    streams,
    streams_with_characters_cut,
    counts_and_lists,
    answers_by_schema,
    refuses_by_quota,
    refuses_a_key,
    fails_as_a_service,
    fails_midway,
    blocks,
    keeps_thoughts_apart,
    goes_on,
    survives_odd_frames,
]


def main() -> int:
    """Runs the cases; the exit status."""
    for name in [name for name in os.environ if name.startswith(("GOOGLE_", "GEMINI_API"))]:
        del os.environ[name]
    wanted = [case for case in CASES if not sys.argv[1:] or any(part in case.__name__ for part in sys.argv[1:])]
    failed = []
    with Mock(ANSWERS) as mock:
        for case in wanted:
            began = time.monotonic()
            try:
                case(mock)
                print(f"  holds  {case.__name__.replace('_', ' ')}, {time.monotonic() - began:.1f} s", flush=True)
            except Exception as error:  # noqa: BLE001  each case is told, whatever it fails by
                failed.append(case.__name__)
                print(f"  FAILED {case.__name__.replace('_', ' ')}: {type(error).__name__}: {error}", flush=True)
    print(f"gemini by python: {len(wanted) - len(failed)} of {len(wanted)} cases hold", flush=True)
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
