"""HTTP as a plain client speaks it: requests, answers, and events as they come."""
from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode


@dataclass
class Answer:
    """An answer with all of its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, which must be JSON and say so."""
        kind = self.headers.get("content-type", "")
        assert kind.startswith("application/json"), f"JSON was expected, not {kind}: {self.body[:200]!r}"
        return json.loads(self.body)

    def ok(self, status: int = 200) -> Any:
        """The JSON of an answer that must have this status."""
        assert self.status == status, f"{self.status} and not {status}: {self.body[:500]!r}"
        return self.json()

    def error(self, *statuses: int) -> str:
        """The code of an error that must have one of these statuses, and the one shape that errors have."""
        assert self.status in statuses, f"{self.status} and not {statuses}: {self.body[:300]!r}"
        error = self.json()["error"]
        assert isinstance(error["message"], str) and error["message"], error
        return error["code"]


@dataclass
class Event:
    """A Server-Sent Event."""

    name: str
    data: Any
    id: int | None
    at: float


class Client:
    """Sends one request after the other. Clients of their own are for threads of their own."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self.port = port
        self.timeout = timeout

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, fields, response.read())
        finally:
            connection.close()

    def get(self, path: str, **query: Any) -> Answer:
        """GET with parameters, of which lists come several times."""
        given = {name: value for name, value in query.items() if value is not None}
        return self.send("GET", f"{path}?{urlencode(given, doseq=True)}" if given else path)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """POST with JSON; underscores of headers stand for dashes."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json", **fields})

    def patch(self, path: str, body: Any) -> Answer:
        """PATCH with JSON."""
        return self.send("PATCH", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def delete(self, path: str) -> Answer:
        """DELETE."""
        return self.send("DELETE", path)

    def upload(self, text: bytes, dialect: str, name: str) -> Answer:
        """A script as the file of a form, as a browser sends it."""
        edge = "seedbed-wire-edge"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + text + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self.send("POST", f"/api/upload?dialect={dialect}", body, kind)

    def generate(self, body: dict[str, Any], **headers: str) -> str:
        """The job of a dataset that is asked for."""
        answer = self.post("/api/generate", body, **headers)
        job = answer.ok(202)["jobId"]
        assert answer.headers["location"] == f"/api/jobs/{job}", answer.headers
        return job

    def job(self, job: str) -> dict[str, Any]:
        """A job."""
        return self.get(f"/api/jobs/{job}").ok()

    def ended(self, job: str, seconds: float = 60) -> dict[str, Any]:
        """A job when it is over, which must be within the time."""
        until = time.monotonic() + seconds
        while (record := self.job(job))["status"] in ("queued", "running"):
            assert time.monotonic() < until, f"the job is not over after {seconds} s: {record}"
            time.sleep(0.02)
        return record

    def events(self, job: str, last: int | None = None) -> Iterator[Event]:
        """The events of a job until the server ends them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            headers = {} if last is None else {"Last-Event-ID": str(last)}
            connection.request("GET", f"/api/jobs/{job}/events", headers=headers)
            response = connection.getresponse()
            if response.status == 204:
                return
            assert response.status == 200, f"{response.status}: {response.read(500)!r}"
            assert response.getheader("content-type", "").startswith("text/event-stream")
            assert response.getheader("content-encoding") is None, "events wait for one another in a compressed stream"
            assert response.getheader("cache-control") == "no-store"
            yield from read_events(response)
        finally:
            connection.close()


def read_events(response: http.client.HTTPResponse) -> Iterator[Event]:
    """Events out of a stream, by the rules of WHATWG HTML 9.2."""
    fields: dict[str, str] = {}
    while line := response.readline():
        text = line.decode().rstrip("\r\n")
        if not text:
            if "data" in fields:
                number = int(fields["id"]) if "id" in fields else None
                yield Event(fields.get("event", "message"), json.loads(fields["data"]), number, time.monotonic())
            fields = {}
        elif not text.startswith(":"):
            name, _, value = text.partition(":")
            value = value.removeprefix(" ")
            fields[name] = f"{fields[name]}\n{value}" if name == "data" and name in fields else value


def segment(text: str) -> str:
    """A name as one segment of a path."""
    return quote(text, safe="")
