"""``gouji review``: what reviewers make of findings, kept in the ledger."""

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from datasets.errors import GoujiError
from flows.cli.console import UNUSABLE, complain, complaining
from flows.ledger.lives import DECISION_WORDS, REVIEW_WORDS, Decision, Review

if TYPE_CHECKING:
    from flows.ledger.connecting import Ledger
    from flows.ledger.deciding import KnownFinding

review_app = typer.Typer(
    help="复核：查看发现，记下结论（属实、误报、说明），并从填好的底稿导入。",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Identity = Annotated[str, typer.Argument(metavar="ID", help="发现的编号，可只写开头几位。")]
By = Annotated[str, typer.Option("--by", help="复核人；不写则取 GOUJI_REVIEWER，再则登录名。")]
Why = Annotated[str, typer.Option("--why", help="理由；误报和说明必须写。")]


@review_app.command("list", help="列出台账中的发现：编号、级别、复核状态、单位、问题。")
def list_findings(
    review: Annotated[Review | None, typer.Option("--review", help="只列此复核状态的。")] = None,
    unit: Annotated[str, typer.Option("--unit", help="只列名称含有这些字的单位。")] = "",
    everything: Annotated[bool, typer.Option("--all", help="也列已消失的发现。")] = False,  # noqa: FBT002 - how Typer declares a flag
) -> None:
    """Print one line per finding."""
    from flows.ledger.deciding import known_findings

    with complaining():
        found = known_findings(_ledger())
    shown = [
        known
        for known in found
        if (everything or known.standing == "open")
        and (review is None or known.review is review)
        and unit in known.unit
    ]
    for known in shown:
        print(_line(known))
    print(f"共 {len(shown)} 项。")


@review_app.command("show", help="查看一项发现、它的经过和每次结论。")
def show(identity: Identity) -> None:
    """Print one finding in full, with its life and its decisions."""
    from flows.cli.text import finding_lines
    from flows.ledger.connecting import shown_time

    with complaining():
        known = _the_one(_ledger(), identity)
    print(_line(known))
    print(*finding_lines(known.record, "zh")[1:], sep="\n")
    gone = "" if known.standing == "open" else "，其后已消失"
    print(f"  初见于第 {known.first_run} 次运行，最近见于第 {known.last_run} 次运行{gone}")
    for made in known.decisions:
        old = "" if made.fingerprint == known.fingerprint else "（其后数字已变）"
        when = shown_time(made.decided_at)
        print(f"  {when} {made.reviewer}：{DECISION_WORDS[made.decision]}{old} {made.reason}".rstrip())


@review_app.command("confirm", help="属实。")
def confirm(identity: Identity, by: By = "", why: Why = "") -> None:
    """Keep that a finding is true."""
    _decide(identity, Decision.CONFIRM, by, why)


@review_app.command("dismiss", help="误报；须写理由。数字变了会重新出现。")
def dismiss(identity: Identity, by: By = "", why: Why = "") -> None:
    """Keep that a finding is a false alarm."""
    _decide(identity, Decision.DISMISS, by, why)


@review_app.command("explain", help="单位已说明；须写理由。数字变了会重新出现。")
def explain(identity: Identity, by: By = "", why: Why = "") -> None:
    """Keep how the unit explained a finding."""
    _decide(identity, Decision.EXPLAIN, by, why)


@review_app.command("reopen", help="重新打开。")
def reopen(identity: Identity, by: By = "", why: Why = "") -> None:
    """Open a finding again."""
    _decide(identity, Decision.REOPEN, by, why)


@review_app.command("import", help="导入填好的底稿（workbook.xlsx）。有冲突的行不导入，逐行说明；退出码 2。")
def import_workbook(workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", help="填好的底稿。")]) -> None:
    """Take the decisions that reviewers wrote into the working paper."""
    from flows.report.workbook_import import import_decisions

    with complaining():
        outcome = import_decisions(_ledger(), workbook)
    for line in outcome.refused:
        complain(line)
    print(f"导入 {outcome.taken} 项，已有 {outcome.known} 项，未导入 {len(outcome.refused)} 项。")
    raise typer.Exit(UNUSABLE if outcome.refused else 0)


def _decide(identity: str, decision: Decision, by: str, why: str) -> None:
    from flows.ledger.connecting import shown_time
    from flows.ledger.deciding import Opinion, decide

    with complaining():
        ledger = _ledger()
        known = _the_one(ledger, identity)
        made = decide(ledger, Opinion(known.id, decision, by or reviewer_name(), why))
    print(f"{known.id}：{DECISION_WORDS[decision]}（{made.reviewer}，{shown_time(made.decided_at)}）")


def reviewer_name() -> str:
    """Who reviews when nobody is named: ``GOUJI_REVIEWER``, else the name of the login."""
    try:
        return os.environ.get("GOUJI_REVIEWER", "").strip() or getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _ledger() -> "Ledger":
    # The database library is imported only by the commands that need it.
    from flows.ledger.connecting import Ledger
    from flows.settings import Settings

    return Ledger(Settings.from_environment().ledger)


def _the_one(ledger: "Ledger", identity: str) -> "KnownFinding":
    from flows.ledger.deciding import known_findings

    found = known_findings(ledger, identity=identity.strip()) if identity.strip() else ()
    if len(found) == 1:
        return found[0]
    if not found:
        raise GoujiError(f"{ledger.name}：台账中没有编号以 {identity!r} 开头的发现；用 gouji review list --all 查看")
    some = "、".join(known.id for known in found[:5])
    raise GoujiError(f"{identity!r} 不止一个（{some}…）；请多写几位")


def _line(known: "KnownFinding") -> str:
    from flows.payload import SEVERITY_WORDS

    gone = "" if known.standing == "open" else "（已消失）"
    words = (known.id, SEVERITY_WORDS[known.severity], REVIEW_WORDS[known.review] + gone, known.unit)
    return "\t".join((*words, known.record["title"]))
