"""Small contents of findings.json, and a web hook on loopback that keeps what it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flows.payload import DocumentRecord, FindingRecord, Payload

DOCUMENT = "folder/昌吉州2024决算.txt"
UNIT = "昌吉州科学技术局"


def document(path: str = DOCUMENT, sha256: str = "a" * 64, year: int = 2024, status: str = "read") -> DocumentRecord:
    return {
        "path": path,
        "sha256": sha256,
        "entity": "652300-科学技术局",
        "level": "department",
        "kind": "final_accounts",
        "fiscal_year": year,
        "status": status,
    }


def finding(
    identity: str = "f1", fingerprint: str = "p1", severity: str = "error", gap: str = "0.10", path: str = DOCUMENT
) -> FindingRecord:
    return {
        "id": identity,
        "fingerprint": fingerprint,
        "rule": "three-public-total",
        "family": "A",
        "severity": severity,
        "title": "三公经费合计不等于分项之和",
        "title_en": "Three public expenses do not add up",
        "message": "合计 120.60 ≠ 33.00 + 80.00 + 7.50 = 120.50",
        "message_en": "total 120.60 ≠ 120.50",
        "stated": "120.60",
        "expected": "120.50",
        "gap": gap,
        "evidence": [
            {"document": path, "line": 3, "printed": "7.50", "unit": "万元", "role": "evidence"},
            {"document": path, "line": 12, "printed": "120.60", "unit": "万元", "role": "suspect"},
        ],
        "repairs": [{"evidence": 1, "value": "120.50", "cause": "", "restores": []}],
    }


def payload(*findings: FindingRecord, documents: tuple[DocumentRecord, ...] = ()) -> Payload:
    return {
        "gouji_version": "0.1.0",
        "rules_version": "r1",
        "documents": list(documents or (document(),)),
        "findings": list(findings),
    }


class Sink:
    """A loopback web hook that keeps what it gets; ``status`` is what it answers, ``look`` is asked at each message."""

    def __init__(self, look: Callable[[], object] = lambda: None) -> None:
        self.messages: list[dict[str, str]] = []
        self.seen: list[object] = []
        self.status = 200
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.seen.append(look())
                if sink.status == 200:
                    sink.messages.append(json.loads(body))
                self.send_response(sink.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://user:geheim@127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
