"""A department, its head office and two units over two years: consistent is silent, each planted error is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.audit import Audit, Ingested, Options, audit, audit_ingested, ingest
from checks.model import Finding, Severity, Status
from datasets.roster import load_roster
from tests.unit.building import of_rule
from tests.unit.crossing_family import CENTRE, DEPARTMENT, HEAD_OFFICE, STATION, UNITS, Planted, family, name_of

ACCOUNTS, BUDGET = "final_accounts", "budget"
LOUD = (Severity.ERROR, Severity.WARNING)


@pytest.fixture(scope="module")
def consistent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ingested]:
    """The consistent documents as read, by file name: reading them anew for every test would take most of the time."""
    papers = family(tmp_path_factory.mktemp("family"))
    return dict(zip([paper.name for paper in papers], ingest(papers), strict=True))


def with_planted(consistent: dict[str, Ingested], folder: Path, planted: Planted) -> Audit:
    """The documents with errors planted in some of them."""
    changed = [paper for paper in family(folder, planted) if paper.name in planted]
    read = dict(zip([paper.name for paper in changed], ingest(changed), strict=True))
    return audit_ingested([*(consistent | read).values()])


def loud(result: Audit) -> list[Finding]:
    return [finding for finding in result.findings if finding.severity in LOUD]


def blamed_places(finding: Finding) -> list[tuple[str, str]]:
    """File name and printed text of what a finding blames, best guess first."""
    return [(Path(e.document).name, e.printed) for e in finding.evidence if e.role in ("suspect", "rival")]


def test_consistent_documents_are_silent(consistent: dict[str, Ingested]) -> None:
    result = audit_ingested([*consistent.values()])
    assert {report.status for report in result.documents} == {"read"}
    assert result.findings == ()
    crossed = {
        verdict.instance.relation.id
        for verdict in result.verdicts
        if len({figure.document for figure in verdict.instance.figures}) > 1
    }
    assert crossed >= {
        "department-equals-units",
        "implied-prior-year-against-document",
        "same-fact-across-documents",
        "opening-equals-closing",
        "headcount-chain",
        "asset-chain",
    }


#: What is planted where, the rule that must find it, and what it must blame first.
PLANTED: dict[str, tuple[Planted, str, str, str]] = {
    "budget of an item misquoted by the department": (
        {
            name_of(DEPARTMENT, ACCOUNTS, 2024): [
                ("行政运行（项）：年初预算数为436.18", "行政运行（项）：年初预算数为463.18")
            ]
        },
        "same-fact-across-documents",
        name_of(DEPARTMENT, ACCOUNTS, 2024),
        "463.18",
    ),
    "budget of an item misquoted by a unit": (
        {
            name_of(STATION, ACCOUNTS, 2023): [
                ("事业运行（项）：年初预算数为143.72", "事业运行（项）：年初预算数为134.72")
            ]
        },
        "same-fact-across-documents",
        name_of(STATION, ACCOUNTS, 2023),
        "134.72",
    ),
    "change of the public expenses": (
        {name_of(DEPARTMENT, ACCOUNTS, 2024): [("比上年减少1.34", "比上年减少1.43")]},
        "implied-prior-year-against-document",
        name_of(DEPARTMENT, ACCOUNTS, 2024),
        "1.43",
    ),
    "change of an item": (
        {name_of(HEAD_OFFICE, ACCOUNTS, 2024): [("比上年决算增加23.81", "比上年决算增加28.31")]},
        "implied-prior-year-against-document",
        name_of(HEAD_OFFICE, ACCOUNTS, 2024),
        "28.31",
    ),
    "change of the budget of the public expenses": (
        {name_of(DEPARTMENT, BUDGET, 2024): [("比上年减少1.35万元", "比上年减少3.15万元")]},
        "implied-prior-year-against-document",
        name_of(DEPARTMENT, BUDGET, 2024),
        "3.15",
    ),
    "direction of a change": (
        {name_of(DEPARTMENT, ACCOUNTS, 2024): [("比上年减少1.34", "比上年增加1.34")]},
        "implied-prior-year-against-document",
        name_of(DEPARTMENT, ACCOUNTS, 2024),
        "1.34",
    ),
    "opening carry-over of a unit": (
        {
            name_of(CENTRE, ACCOUNTS, 2024): [
                ("年初结转和结余4.12", "年初结转和结余4.21"),
                ("本年收入合计139.39", "本年收入合计139.30"),
            ]
        },
        "opening-equals-closing",
        name_of(CENTRE, ACCOUNTS, 2024),
        "4.21",
    ),
    "closing carry-over of the department": (
        {name_of(DEPARTMENT, ACCOUNTS, 2023): [("年末结转和结余35.22", "年末结转和结余53.22")]},
        "opening-equals-closing",
        name_of(DEPARTMENT, ACCOUNTS, 2023),
        "53.22",
    ),
    "change of the staff of a unit": (
        {name_of(STATION, ACCOUNTS, 2024): [("在职人员18人，增加1人", "在职人员18人，增加3人")]},
        "headcount-chain",
        name_of(STATION, ACCOUNTS, 2024),
        "3",
    ),
    "staff of the department": (
        {name_of(DEPARTMENT, ACCOUNTS, 2024): [("在职人员62人，增加0人", "在职人员63人，增加0人")]},
        "department-equals-units",
        name_of(DEPARTMENT, ACCOUNTS, 2024),
        "63",
    ),
    "vehicles of the department": (
        {name_of(DEPARTMENT, ACCOUNTS, 2023): [("车辆7辆", "车辆8辆")]},
        "department-equals-units",
        name_of(DEPARTMENT, ACCOUNTS, 2023),
        "8",
    ),
    "hospitality of the department": (
        {name_of(DEPARTMENT, BUDGET, 2023): [("公务接待费预算4.40", "公务接待费预算4.04")]},
        "department-equals-units",
        name_of(DEPARTMENT, BUDGET, 2023),
        "4.04",
    ),
    "upkeep of vehicles of a unit": (
        {name_of(CENTRE, ACCOUNTS, 2024): [("公务用车运行维护费支出2.81", "公务用车运行维护费支出2.18")]},
        "department-equals-units",
        name_of(CENTRE, ACCOUNTS, 2024),
        "2.18",
    ),
    "a row of the department's table": (
        {
            name_of(DEPARTMENT, ACCOUNTS, 2023): [
                ("| 科技转化与推广服务 | 170.93 | 0.00 | 170.93 |", "| 科技转化与推广服务 | 170.93 | 0.00 | 107.93 |")
            ]
        },
        "department-equals-units",
        name_of(DEPARTMENT, ACCOUNTS, 2023),
        "107.93",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_error_is_found_and_blamed(consistent: dict[str, Ingested], tmp_path: Path, planted: str) -> None:
    changes, rule, document, printed = PLANTED[planted]
    found = [f for f in loud(with_planted(consistent, tmp_path, changes)) if rule in f.relations]
    assert (document, printed) in [place for finding in found for place in blamed_places(finding)]
    assert len({f.rule for f in found}) == len(found), "one root cause, one finding"


TRAPS: dict[str, Planted] = {
    "the full-year budget is no budget of the budget document": {
        name_of(DEPARTMENT, ACCOUNTS, 2024): [
            ("行政运行（项）：年初预算数为436.18", "行政运行（项）：全年预算数为449.00")
        ]
    },
    "a budget that does not say which": {
        name_of(DEPARTMENT, ACCOUNTS, 2024): [("行政运行（项）：年初预算数为436.18", "行政运行（项）：预算数为449.00")]
    },
    "yuan in one document, ten thousand yuan in the others": {
        name_of(STATION, ACCOUNTS, 2024): [("公务接待费支出0.57万元", "公务接待费支出5700.00元")]
    },
    "rounding of a change": {name_of(DEPARTMENT, ACCOUNTS, 2024): [("比上年减少1.34", "比上年减少1.35")]},
    "a change that a reform explains": {
        name_of(DEPARTMENT, ACCOUNTS, 2024): [("比上年减少1.34万元", "因机构改革口径调整，比上年减少9.34万元")]
    },
    "an estimate of last year's outturn in a budget": {
        name_of(DEPARTMENT, BUDGET, 2024): [("比上年减少1.35万元", "比上年执行数增加9.99万元")]
    },
    "an estimated carry-over in a budget": {
        name_of(DEPARTMENT, BUDGET, 2024): [
            ("\n九、关于", "\n二、收入预算情况说明\n\n甲县农业局2024年上年结转99.00万元。\n\n九、关于")
        ]
    },
}


@pytest.mark.parametrize("trap", TRAPS)
def test_legal_differences_are_silent(consistent: dict[str, Ingested], tmp_path: Path, trap: str) -> None:
    assert loud(with_planted(consistent, tmp_path, TRAPS[trap])) == []


def test_without_a_unit_the_department_is_not_accused(consistent: dict[str, Ingested]) -> None:
    result = audit_ingested([item for name, item in consistent.items() if CENTRE not in name])
    assert loud(result) == []
    found = of_rule(result.findings, "department-units-supplied")
    assert {finding.status for finding in found} == {Status.INCOMPLETE}
    assert len(found) == 4
    assert f"有1家没有提供文件：{CENTRE}" in found[0].message


def test_a_department_alone_says_what_was_not_checked(consistent: dict[str, Ingested]) -> None:
    alone = [name_of(DEPARTMENT, kind, year) for year in (2023, 2024) for kind in (BUDGET, ACCOUNTS)]
    result = audit_ingested([consistent[name] for name in alone])
    assert result.findings == ()
    assert ("department-equals-units", "没有提供所属单位2024年部门决算，部门数与单位数无从核对") in [
        (unchecked.rule, unchecked.reason) for unchecked in result.unchecked
    ]


def test_units_without_a_list_are_compared_once_they_account_for_the_whole(tmp_path: Path) -> None:
    changes = {
        name_of(DEPARTMENT, ACCOUNTS, year): [
            (
                f"纳入{DEPARTMENT}{year}年部门决算编制范围的单位共3个，包括：\n1.{HEAD_OFFICE}\n2.{STATION}\n3.{CENTRE}\n",
                "",
            )
        ]
        for year in (2023, 2024)
    }
    papers = family(tmp_path, changes, kinds=(ACCOUNTS,))
    roster = tmp_path / "units.csv"
    lines = [f"{name},{DEPARTMENT},否,,\n" for name in (STATION, CENTRE)]
    roster.write_text(f"entity,parent,exempt,approved_on,published_on\n{DEPARTMENT},,否,,\n{''.join(lines)}")
    told = audit(papers, options=Options(roster=load_roster(roster)))
    guessed = audit(papers)
    for result in (told, guessed):
        assert result.findings == ()
    rows = [sum(v.instance.relation.id == "department-equals-units" for v in r.verdicts) for r in (told, guessed)]
    assert rows[0] > 0
    # Without a roster a unit of another name is not known to belong to the department.
    assert rows[1] == 0


def test_documents_of_another_scope_are_not_compared_and_that_is_said(consistent: dict[str, Ingested]) -> None:
    names = [name_of(DEPARTMENT, BUDGET, 2024), name_of(HEAD_OFFICE, ACCOUNTS, 2024)]
    result = audit_ingested([consistent[name] for name in names])
    assert loud(result) == []
    [finding] = of_rule(result.findings, "document-scope")
    assert "口径不同的文件没有相互比较" in finding.message


def test_the_work_grows_with_the_documents_not_with_their_pairs(
    consistent: dict[str, Ingested], tmp_path: Path
) -> None:
    def crossed(result: Audit) -> int:
        return sum(len({figure.document for figure in v.instance.figures}) > 1 for v in result.verdicts)

    one = audit_ingested([*consistent.values()])
    others = []
    for number, county in enumerate("丙丁"):
        folder = tmp_path / str(number)
        folder.mkdir()
        for paper in family(folder):
            paper.write_text(paper.read_text(encoding="utf-8").replace("甲县", f"{county}县"), encoding="utf-8")
            others.append(paper)
    assert crossed(audit(others)) == 2 * crossed(one)


def test_money_that_moves_between_units_is_struck_out(tmp_path: Path) -> None:
    def accounts(name: str, spent: str, given: str) -> Path:
        path = tmp_path / f"{name}.txt"
        listed = "\n".join(f"{number}.{unit}" for number, unit in enumerate(UNITS, start=1))
        units = f"纳入{DEPARTMENT}2024年部门决算编制范围的单位共3个，包括：\n{listed}\n\n" if name == DEPARTMENT else ""
        path.write_text(
            f"{name}2024年度部门决算公开说明\n\n二、机构设置情况\n\n{units}三、支出决算情况说明\n\n"
            f"本年支出合计{spent}万元，其中：对附属单位补助支出{given}万元。\n",
            encoding="utf-8",
        )
        return path

    def broken(department: str) -> bool:
        papers = [accounts(HEAD_OFFICE, "500.00", "40.00"), accounts(STATION, "130.00", "0.00")]
        papers += [accounts(CENTRE, "70.00", "0.00"), accounts(DEPARTMENT, department, "0.00")]
        return bool(of_rule(audit(papers).findings, "department-equals-units"))

    assert [broken(spent) for spent in ("700.00", "660.00", "650.00", "710.00")] == [False, False, True, True]
