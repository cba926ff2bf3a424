"""What the log says of requests: faults of ours with their traces, and nothing of what strangers ask for in vain."""

import pytest
from django.test import Client

from callpoint.web import health


def test_a_fault_is_told_with_its_trace(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise RuntimeError("out of order")

    monkeypatch.setattr(health, "database_trouble", broken)
    response = Client(raise_request_exception=False).get("/healthz")
    assert response.status_code == 500
    assert "Internal Server Error: /healthz" in caplog.text
    assert "RuntimeError: out of order" in caplog.text


@pytest.mark.parametrize(
    ("path", "host", "status"), [("/nowhere", "localhost", 404), ("/healthz", "evil.example", 400)]
)
def test_strangers_do_not_fill_the_log(
    path: str, host: str, status: int, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    assert Client().get(path, headers={"host": host}).status_code == status
    assert caplog.records == []
