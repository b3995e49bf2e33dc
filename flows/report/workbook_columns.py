"""The columns of the working paper, and the words that a reviewer may fill in."""

from __future__ import annotations

from flows.ledger.lives import Decision

FINDINGS_SHEET = "发现"
#: Columns that a reviewer fills in.
VERDICT, REVIEWER, REASON = "复核结论", "复核人", "理由"
#: The number of the last decision that the working paper knew of.
AFTER = "结论序号"
#: What may stand in the column 复核结论.
VERDICT_WORDS = {
    "属实": Decision.CONFIRM,
    "误报": Decision.DISMISS,
    "说明": Decision.EXPLAIN,
    "重新打开": Decision.REOPEN,
}

SHEET_COLUMNS = (
    "severity",
    "entity",
    "fiscal_year",
    "document",
    "place",
    "title",
    "printed",
    "stated",
    "expected",
    "gap",
    "unit",
    "repair",
    "message",
    "review",
    VERDICT,
    REVIEWER,
    REASON,
    "rule",
    "id",
    "fingerprint",
    AFTER,
)
COVERAGE_COLUMNS = (
    "document",
    "entity",
    "level",
    "kind",
    "fiscal_year",
    "numerals",
    "bound",
    "recognised",
    "unread",
    "verified",
    "contradicted",
    "unverified",
    "status",
    "problem",
)
UNCHECKED_COLUMNS = ("rule", "reason", "documents")

#: Headings of the columns, by their name in the public contract; a name that is not here stays as it is.
HEADINGS = {
    "id": "编号",
    "fingerprint": "指纹",
    "severity": "级别",
    "status": "状态",
    "rule": "规则",
    "family": "类别",
    "title": "问题",
    "message": "说明",
    "stated": "印作",
    "expected": "应为",
    "gap": "差额",
    "rounding_slack": "四舍五入可解释",
    "document": "文件",
    "documents": "文件",
    "place": "位置",
    "printed": "原文",
    "unit": "计量单位",
    "quote": "上下文",
    "repair": "建议改为",
    "review": "复核状态",
    "reason": "原因",
    "figure_id": "数字编号",
    "fiscal_year": "年度",
    "kind": "类别",
    "numerals": "数字",
    "bound": "已定义",
    "recognised": "日期、编号等",
    "unread": "未识读",
    "verified": "已核实",
    "contradicted": "有矛盾",
    "unverified": "未核实",
    "problem": "问题",
    "page": "页",
    "line": "行",
    "start": "起",
    "end": "止",
    "part": "部分",
    "block": "段",
    "sheet": "工作表",
    "cell": "单元格",
    "table": "表",
    "row": "表内行",
    "column": "表内列",
    "value": "数值",
    "quantum": "精度",
    "role": "角色",
    "concept": "概念代码",
    "concept_label": "概念",
    "entity": "单位",
    "level": "层级",
    "fund": "资金范围",
    "stage": "阶段",
    "period": "期间",
    "function_code": "功能科目",
    "economic_code": "经济科目",
    "project": "项目",
    "binding": "识读把握",
    "verdict": "结论",
    "outcome": "结论",
    "relation": "规则",
    "slack": "四舍五入可解释",
}
#: Columns whose cells are numbers where they can be.
NUMBERS = frozenset(
    {
        "stated",
        "expected",
        "gap",
        "rounding_slack",
        "value",
        "quantum",
        "slack",
        "page",
        "line",
        "row",
        "column",
        "fiscal_year",
        "numerals",
        "bound",
        "recognised",
        "unread",
        "verified",
        "contradicted",
        "unverified",
    }
)
#: Widths in characters.
WIDTHS = {
    "severity": 8,
    "entity": 24,
    "fiscal_year": 8,
    "message": 60,
    "title": 36,
    "document": 32,
    "documents": 32,
    "quote": 40,
    "reason": 60,
    "place": 30,
    "problem": 40,
    REASON: 30,
    "review": 20,
}
WRAPPED = frozenset({"message", "quote", "reason", "title", "place", "entity", "document", "problem", REASON, "review"})
