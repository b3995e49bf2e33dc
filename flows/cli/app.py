"""The command line.

What is imported here is paid for by every call, so a command imports what it needs when it runs.
"""

import errno
import gc
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from datasets.errors import GoujiError
from flows.cli.console import UNUSABLE, complain, complain_of, complaining, crashed, end, log, nothing_to_audit, writing
from flows.cli.review import review_app
from flows.cli.schedule import schedule_app
from flows.cli.serve import people_app, serve

if TYPE_CHECKING:
    from checks.audit import Audit
    from flows.payload import Payload

app = typer.Typer(
    name="gouji",
    help="勾稽：审核部门预算、部门决算公开文本中的数字。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(
    help="勾稽关系：列出、查看、自检。", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)
app.add_typer(rules_app, name="rules")
app.add_typer(review_app, name="review")
app.add_typer(people_app, name="people")
app.add_typer(schedule_app, name="schedule")
app.command(help="在浏览器中看报告、作复核结论；默认只在本机，凭口令登录。")(serve)


#: What writing to standard output ends in when its disk or device is full.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class ReportFormat(StrEnum):
    """How ``gouji check`` prints findings."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class LedgerFormat(StrEnum):
    """How ``gouji figures`` writes numerals."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class Lang(StrEnum):
    """Language of reports."""

    ZH = "zh"
    EN = "en"


class FailOn(StrEnum):
    """The severity from which ``gouji audit`` ends with 1."""

    ERROR = "error"
    WARNING = "warning"


Paths = Annotated[list[Path], typer.Argument(metavar="PATH", help="文件或文件夹。", show_default=False)]
OutputFile = Annotated[Path | None, typer.Option("--output", "-o", help="写入此文件；不写则打印。", dir_okay=False)]
RosterFile = Annotated[
    Path | None,
    typer.Option(
        "--roster",
        metavar="UNITS.CSV",
        help="单位名单：谁应当公开，何时批复、公开；见 docs/roster.md。",
        dir_okay=False,
    ),
]
Language = Annotated[Lang, typer.Option("--lang", help="报告语言。")]


@app.command(help="快速审核文件或文件夹。退出码：0 没有错误，1 发现错误，2 有文件或选项不可用，3 程序内部故障。")
def check(
    paths: Paths,
    report_format: Annotated[ReportFormat, typer.Option("--format", help="输出格式。")] = ReportFormat.TEXT,
    output: OutputFile = None,
    lang: Language = Lang.ZH,
    roster: RosterFile = None,
) -> None:
    """Audit documents and print what was found."""
    from flows.payload import payload_of

    result = _audit(paths, roster)
    payload = payload_of(result)
    english = lang is Lang.EN
    if report_format is ReportFormat.JSON:
        from flows.report.files import to_json

        text = to_json(payload)
    elif report_format is ReportFormat.CSV:
        from flows.report.files import CSV_COLUMNS, csv_text, finding_rows

        text = csv_text(finding_rows(payload, english=english), CSV_COLUMNS)
    else:
        from flows.cli.text import report_text

        text = report_text(result, payload, _lang(lang))
    _emit(text, output, bom=report_format is ReportFormat.CSV)
    unusable = _unusable(payload)
    log(result.faults)
    end(unusable, found=any(f["severity"] == "error" for f in payload["findings"]), faulty=bool(result.faults))


@app.command(help="列出每一个印出的数字：位置、含义、是否得到核实。")
def figures(
    paths: Paths,
    ledger_format: Annotated[LedgerFormat, typer.Option("--format", help="输出格式。")] = LedgerFormat.CSV,
    output: OutputFile = None,
) -> None:
    """Write the ledger of numerals."""
    if ledger_format is LedgerFormat.PARQUET and output is None:
        raise typer.BadParameter("parquet 不能打印，请用 --output 指定文件", param_hint="--format")
    from flows.payload import payload_of

    result = _audit(paths)
    if ledger_format is LedgerFormat.PARQUET and output is not None:
        with writing(output):
            result.frames()["figures"].to_parquet(output, index=False)
    else:
        from checks.results.tabulation import FIGURE_COLUMNS, figure_rows
        from flows.report.files import csv_text, to_json

        rows = figure_rows(result)
        is_csv = ledger_format is LedgerFormat.CSV
        _emit(csv_text(rows, FIGURE_COLUMNS) if is_csv else to_json(list(rows)), output, bom=is_csv)
    unusable = _unusable(payload_of(result))
    log(result.faults)
    end(unusable, found=False, faulty=bool(result.faults))


@app.command(help="完整审核（Prefect 流程），写出报告文件夹。退出码：0 报告完整，2 不完整，3 程序内部故障。")
def audit(  # noqa: PLR0913, PLR0917 - each is an option of the command
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]", help="文件或文件夹；不写则审核随附文件。", show_default=False),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="报告文件夹。", file_okay=False)] = Path("reports"),
    years: Annotated[str | None, typer.Option("--years", help="财政年度，例如 2023-2024。")] = None,
    lang: Language = Lang.ZH,
    fail_on: Annotated[FailOn | None, typer.Option("--fail-on", help="有此级别或更重的发现时退出码为 1。")] = None,
    roster: RosterFile = None,
    inbox: Annotated[
        str | None, typer.Option("--inbox", metavar="URL", help="先从此文件夹或云存储（fsspec 地址）取新到的文件。")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="tcp://HOST:PORT", help="在此 Dask 集群上读取文件。")
    ] = None,
    parquet: Annotated[
        str | None, typer.Option("--parquet", metavar="URL", help="数字和勾稽另存为按年度、单位分区的 Parquet。")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="显示 Prefect 的日志。")] = False,  # noqa: FBT002 - how Typer declares a flag
) -> None:
    """Run the whole job and write a report."""
    from checks.data_files import check_data_files
    from flows.cli.text import run_text
    from flows.settings import prepare_environment

    span = _years(years)
    nothing_to_audit(paths, roster)
    with writing(output):
        # Now rather than after minutes of work.
        output.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=output):
            pass
    with complaining():
        check_data_files()
        prepare_environment(verbose=verbose)
        from flows.audit_flow import cross_year_audit
        from flows.schedule.local_server import with_or_without_server

        report = with_or_without_server(
            cross_year_audit,
            paths=paths or None,
            output=output,
            years=span,
            lang=_lang(lang),
            roster=roster,
            inbox=inbox,
            cluster=cluster,
            parquet=parquet,
        )
    for line in (*report.first, *report.notes, *report.problems, *report.alert_problems):
        complain(line)
    print(run_text(report, _lang(lang)))
    loud = {None: (), FailOn.ERROR: ("error",), FailOn.WARNING: ("error", "warning")}[fail_on]
    found = any(report.findings[severity] for severity in loud)
    end(not report.complete, found=found, faulty=bool(report.faults))


@app.command(help="两版文件、两份报告或台账中的两次运行之间有什么变化。退出码：0 没有变化，1 有变化。")
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="旧的文件、报告文件夹，或运行的序号。")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="新的文件、报告文件夹，或运行的序号。")],
    lang: Language = Lang.ZH,
) -> None:
    """Print what changed between two versions of a document or two runs."""
    from flows.cli.diff import diff_text, differences

    with complaining():
        found = differences(old, new)
    print(diff_text(found, _lang(lang)))
    end(unusable=False, found=bool(found))


@app.command(help="用文字说明一个发现或数字：怎么算的，依据什么，影响什么。")
def trace(
    identity: Annotated[str, typer.Argument(metavar="FINDING_OR_FIGURE", help="发现或数字的编号，可只写开头几位。")],
    report: Annotated[Path, typer.Option("--report", help="报告文件夹。")] = Path("reports"),
    lang: Language = Lang.ZH,
) -> None:
    """Explain a finding or a figure."""
    from flows.cli.trace import trace_text

    with complaining():
        print(trace_text(identity, report, _lang(lang)))


@rules_app.command("list", help="列出全部勾稽关系。")
def rules_list(lang: Language = Lang.ZH) -> None:
    """Print one line per relation."""
    from checks.families import load_rules
    from flows.cli.text import relation_line

    with complaining():
        for relation in load_rules().values():
            print(relation_line(relation, _lang(lang)))


@rules_app.command("show", help="查看一条勾稽关系：内容、依据、设置。")
def rules_show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="关系编号，可只写开头几位。")], lang: Language = Lang.ZH
) -> None:
    """Print one relation in full."""
    from checks.families import load_rules
    from flows.cli.text import relation_text
    from flows.cli.trace import the_one

    with complaining():
        relations = load_rules()
        print(relation_text(relations[the_one(identity, relations, "勾稽关系", "gouji rules list")], _lang(lang)))


@rules_app.command(
    "check", help="核对数据文件（词表、表式、勾稽关系及其例子、期望、网页用语）。退出码：0 无误，2 有误（逐行列出）。"
)
def rules_check(lang: Language = Lang.ZH) -> None:
    """Read all data files and say what is wrong in them."""
    from functools import partial

    from checks.data_files import check_data_files
    from checks.families import load_rules
    from checks.results.messages import messages
    from checks.rule_cases import load_cases, load_never
    from checks.suites.definitions import definitions
    from checks.suites.page_words import page_words
    from datasets.data_files.loading import collected
    from flows.site.shared.words import words as strings

    with complaining():
        read: list[Callable[[], object]] = [check_data_files, definitions, messages, page_words]
        read.append(partial(strings, _lang(lang)))
        collected(read)
        cases = len(load_cases()) + len(load_never())
    counts = len(load_rules()), cases
    print(
        "All data files are in order: {} rules, {} cases.".format(*counts)
        if lang is Lang.EN
        else "数据文件无误：勾稽关系 {} 条，例子 {} 个。".format(*counts)
    )


@rules_app.command("test", help="运行勾稽关系自带的例子；指定一条时说明它为何没有说话。退出码：0 全部符合，1 有不符。")
def rules_test(
    identity: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="关系编号，可只写开头几位；不写则运行全部。", show_default=False),
    ] = None,
    lang: Language = Lang.ZH,
) -> None:
    """Run the cases of all relations, or of one."""
    from checks.data_files import check_data_files
    from checks.families import load_rules
    from checks.rule_cases import run_cases
    from flows.cli.text import cases_text
    from flows.cli.trace import the_one

    with complaining():
        check_data_files()
        wanted = identity and the_one(identity, load_rules(), "勾稽关系", "gouji rules list")
        results = run_cases(wanted or "", explain=bool(wanted))
    print(cases_text(results, _lang(lang)))
    if not results:
        complain("没有找到勾稽关系的例子；请检查 checks/relations/cases")
    end(unusable=not results, found=not all(result.passed for result in results))


def _audit(paths: Iterable[Path], roster: Path | None = None) -> "Audit":
    from checks.audit import Options
    from checks.audit import audit as audit_documents
    from checks.data_files import check_data_files
    from datasets.roster import load_roster

    with complaining():
        check_data_files()
        return audit_documents(paths, options=Options(roster=load_roster(roster) if roster is not None else None))


def _unusable(payload: "Payload") -> bool:
    """Name on stderr every document that has a problem; True when one could not be read."""
    from flows.running.summary import AUDITED, LEFT_OUT, MOST_LEFT_OUT, fault_lines, problem_lines

    documents = payload["documents"]
    unreadable = problem_lines(documents, "unreadable")
    left_out = problem_lines(documents, *LEFT_OUT)
    for line in (*unreadable, *fault_lines(payload), *problem_lines(documents, *AUDITED), *left_out[:MOST_LEFT_OUT]):
        complain(line)
    if len(left_out) > MOST_LEFT_OUT:
        complain(f"另有 {len(left_out) - MOST_LEFT_OUT} 个文件没有审核，见 --format json")
    audited = any(document["status"] in AUDITED for document in documents)
    if not audited and not unreadable:
        complain("没有可审核的文件；请给出部门预算或部门决算的文件，或其所在的文件夹")
    return bool(unreadable) or not audited


def _emit(text: str, output: Path | None, *, bom: bool) -> None:
    """Write to ``output`` or print; a CSV begins with the mark that lets Excel see UTF-8, but not on a screen."""
    if output is not None:
        from flows.report.files import write_text

        with writing(output):
            write_text("\ufeff" + text if bom else text, output)
    else:
        sys.stdout.write("\ufeff" + text if bom and not sys.stdout.isatty() else text)


def _lang(lang: Lang) -> Literal["zh", "en"]:
    return "en" if lang is Lang.EN else "zh"


def _years(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, dash, last = text.partition("-")
    try:
        span = int(first), int(last if dash else first)
    except ValueError:
        span = (1, 0)
    if not 1949 < span[0] <= span[1] < 2200:  # noqa: PLR2004 - years of budgets
        raise typer.BadParameter(f"{text!r} 不是年度范围；请写成 2023-2024 或 2024", param_hint="--years")
    return span


def main() -> None:
    """Entry point ``gouji``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A report holds Chinese whatever the terminal's own encoding; a console that cannot show it gets marks.
            stream.reconfigure(encoding="utf-8", errors="replace")
    # Records are immutable and hold no cycles: looking for some after every 700 of them costs a tenth of an audit.
    gc.set_threshold(100_000)
    try:
        app()
    except GoujiError as error:
        complain_of(error)
        sys.exit(UNUSABLE)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            crashed(error)
        complain(f"写不进去（{error.strerror}）；请腾出空间或换一个输出")
        sys.exit(UNUSABLE)
    except Exception as error:  # noqa: BLE001 - the last wall: a line and a code that no script takes for a result
        crashed(error)


if __name__ == "__main__":
    main()
