"""What a run leaves in Prefect for those who watch it there: a summary, a table of findings, a link to the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.amounts import amounts_of
from flows.payload import SEVERITY_WORDS, FindingRecord, Payload, first_suspect
from flows.places import place_words
from flows.running.engine import plain, run_logger
from flows.running.summary import markdown_summary
from flows.settings import Settings

if TYPE_CHECKING:
    from flows.running.summary import RunReport

#: A table in Prefect is kept in its database and shown whole.
MOST_ROWS = 500


def publish(payload: Payload, report: RunReport) -> None:
    """Publish the artifacts of a run; they are copies of what the report says, so none of them may fail the run."""
    if plain() is not None:
        return
    _try(
        lambda: create_markdown_artifact(
            markdown_summary(payload, report), key="gouji-audit", description="勾稽审核结果"
        )
    )
    rows = [_row(finding) for finding in payload["findings"][:MOST_ROWS]]
    if rows:
        left = len(payload["findings"]) - len(rows)
        description = f"发现；另有 {left} 处，见报告" if left else "发现"
        _try(lambda: create_table_artifact(rows, key="gouji-findings", description=description))
    link = Settings.from_environment().site_url or (report.output / "site" / "index.html").resolve().as_uri()
    _try(lambda: create_link_artifact(link, link_text="报告页面", key="gouji-site", description="报告页面"))


def _row(finding: FindingRecord) -> dict[str, str]:
    return {
        "级别": SEVERITY_WORDS[finding["severity"]],
        "问题": finding["title"],
        "位置": place_words(first_suspect(finding)),
        "印作": amounts_of(finding).stated,
        "应为": amounts_of(finding).expected,
        "编号": finding["id"],
    }


def _try(create: Callable[[], object]) -> None:
    try:
        create()
    except Exception:  # noqa: BLE001 - see publish
        run_logger().exception("artifact")
