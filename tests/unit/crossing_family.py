"""A department with its head office and two units, budgets and final accounts of two years, all figures consistent.

Every figure is computed out of the plan below, so a test plants an error by changing one printed passage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

DEPARTMENT, STATION, CENTRE = "甲县农业局", "甲县农技站", "甲县种子中心"
HEAD_OFFICE = f"{DEPARTMENT}（本级）"
UNITS = (HEAD_OFFICE, STATION, CENTRE)
ITEMS = {
    "2080505": "机关事业单位基本养老保险缴费支出",
    "2130101": "行政运行",
    "2130104": "事业运行",
    "2130106": "科技转化与推广服务",
}
#: Fiscal outlay in 万元 by unit, year and item: basic and project, of the budget; the accounts spend EXTRA more.
PLAN: Mapping[tuple[str, int], Mapping[str, tuple[str, str]]] = {
    (HEAD_OFFICE, 2023): {"2080505": ("31.20", "0"), "2130101": ("412.37", "0"), "2130106": ("0", "88.40")},
    (STATION, 2023): {"2080505": ("12.61", "0"), "2130104": ("143.72", "0"), "2130106": ("0", "52.15")},
    (CENTRE, 2023): {"2080505": ("8.43", "0"), "2130104": ("97.06", "0"), "2130106": ("0", "17.90")},
    (HEAD_OFFICE, 2024): {"2080505": ("33.75", "0"), "2130101": ("436.18", "0"), "2130106": ("0", "73.64")},
    (STATION, 2024): {"2080505": ("13.28", "0"), "2130104": ("151.09", "0"), "2130106": ("0", "61.47")},
    (CENTRE, 2024): {"2080505": ("9.02", "0"), "2130104": ("102.55", "0"), "2130106": ("0", "25.31")},
}
EXTRA = {HEAD_OFFICE: Decimal("7.83"), STATION: Decimal("3.19"), CENTRE: Decimal("1.46")}
#: Non-fiscal outlay of the accounts, on top of the fiscal one, in 科技转化与推广服务.
OWN = {HEAD_OFFICE: Decimal("5.27"), STATION: Decimal("14.58"), CENTRE: Decimal(0)}
#: 三公 by unit and year, budget and outturn: upkeep of vehicles and hospitality.
PUBLIC = {
    (HEAD_OFFICE, 2023): (("12.40", "3.15"), ("11.92", "2.87")),
    (STATION, 2023): (("6.30", "0.85"), ("6.11", "0.62")),
    (CENTRE, 2023): (("3.10", "0.40"), ("2.94", "0.31")),
    (HEAD_OFFICE, 2024): (("11.80", "2.95"), ("11.46", "2.43")),
    (STATION, 2024): (("6.05", "0.75"), ("5.88", "0.57")),
    (CENTRE, 2024): (("2.95", "0.35"), ("2.81", "0.28")),
}
VEHICLES = {HEAD_OFFICE: 4, STATION: 2, CENTRE: 1}
STAFF = {HEAD_OFFICE: (36, 35), STATION: (17, 18), CENTRE: (9, 9)}
_CLOSING = {HEAD_OFFICE: Decimal("21.36"), STATION: Decimal("9.74"), CENTRE: Decimal("4.12")}
_ROW = re.compile(r"^\|(?P<cells>.*)\|$", re.MULTILINE)

Planted = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Money:
    """What one document prints, computed out of the plan; ``members`` are the units that it covers."""

    members: tuple[str, ...]
    year: int

    def budget(self, item: str, part: int) -> Decimal:
        """Basic (0) or project (1) budget of an item."""
        return sum((Decimal(PLAN[unit, self.year].get(item, ("0", "0"))[part]) for unit in self.members), Decimal(0))

    def outturn(self, item: str, part: int) -> Decimal:
        """Likewise the fiscal outturn: each unit spends more on its projects than was budgeted."""
        extra = sum((EXTRA[unit] for unit in self.members), Decimal(0)) if (item, part) == ("2130106", 1) else 0
        return self.budget(item, part) + extra

    def own(self, item: str) -> Decimal:
        """Non-fiscal outlay."""
        return sum((OWN[unit] for unit in self.members), Decimal(0)) if item == "2130106" else Decimal(0)

    def public(self, which: int, year: int = 0) -> tuple[Decimal, Decimal]:
        """Upkeep and hospitality of budget (0) or outturn (1)."""
        upkeep, hospitality = zip(*(PUBLIC[unit, year or self.year][which] for unit in self.members), strict=True)
        return sum(map(Decimal, upkeep), Decimal(0)), sum(map(Decimal, hospitality), Decimal(0))

    def closing(self, year: int) -> Decimal:
        """Carry-over at the end of a year."""
        return sum((_CLOSING[unit] + (year - 2023) * Decimal("1.05") for unit in self.members), Decimal(0))


def name_of(member: str, kind: str, year: int) -> str:
    """The file name of a document."""
    return f"{member}-{kind}-{year}.txt"


def family(
    folder: Path,
    planted: Planted | None = None,
    *,
    members: Sequence[str] = (DEPARTMENT, *UNITS),
    years: Sequence[int] = (2023, 2024),
    kinds: Sequence[str] = ("budget", "final_accounts"),
) -> list[Path]:
    """Write the documents; ``planted`` replaces passages by file name, and each must stand there exactly once."""
    changes = dict(planted or {})
    paths = []
    for member in members:
        for year in years:
            for kind in kinds:
                name = name_of(member, kind, year)
                text = _text(member, kind, year)
                for old, new in changes.pop(name, ()):
                    assert text.count(old) == 1, (name, old, text.count(old))
                    text = text.replace(old, new)
                path = folder / name
                path.write_text(
                    _ROW.sub(lambda row: "".join(f"\t{c.strip()}\n" for c in row["cells"].split("|")), text),
                    encoding="utf-8",
                    newline="\n",
                )
                paths.append(path)
    assert not changes, f"no such documents: {list(changes)}"
    return paths


def _text(member: str, kind: str, year: int) -> str:
    whole = member == DEPARTMENT
    money = Money(UNITS if whole else (member,), year)
    words = {"name": member, "year": year, "before": year - 1, "level": "部门" if whole else "单位"}
    units = ""
    if whole:
        listed = "\n".join(f"{number}.{unit}" for number, unit in enumerate(UNITS, start=1))
        paper = "部门预算" if kind == "budget" else "部门决算"
        units = f"纳入{DEPARTMENT}{year}年{paper}编制范围的单位共3个，包括：\n{listed}\n"
    text = (_budget if kind == "budget" else _accounts)(money, words)
    return text.replace("{units}", units)


def _table(title: str, money: Money, columns: Sequence[str], *, outturn: bool, own: bool) -> str:
    rows = []
    for item, label in ITEMS.items():
        basic, project = ((money.outturn if outturn else money.budget)(item, part) for part in (0, 1))
        project += money.own(item) if own else 0
        if basic or project:
            rows.append((item, label, basic + project, basic, project))
    total = [sum((row[n] for row in rows), Decimal(0)) for n in (2, 3, 4)]
    lines = [f"| {' | '.join(columns)} |", f"| 合计 |  | {' | '.join(f'{n:.2f}' for n in total)} |"]
    lines += [f"| {row[0]} | {row[1]} | {row[2]:.2f} | {row[3]:.2f} | {row[4]:.2f} |" for row in rows]
    body = "\n".join(lines)
    return f"{title}\n\n单位：万元\n{body}\n"


_COLUMNS = ("科目编码", "科目名称", "合计", "基本支出", "项目支出")


def _changed(now: Decimal, before: Decimal) -> str:
    return f"{'增加' if now >= before else '减少'}{abs(now - before):.2f}万元"


def _public_text(money: Money, which: int, noun: str) -> str:
    upkeep, hospitality = money.public(which)
    head = f"财政拨款“三公”经费{noun}{upkeep + hospitality:.2f}万元"
    if money.year > 2023:
        past = sum(money.public(which, money.year - 1), Decimal(0))
        head += f"，比上年{_changed(upkeep + hospitality, past)}"
    return (
        f"{head}。其中：因公出国（境）费{noun}0.00万元；公务用车购置费{noun}0.00万元；"
        f"公务用车运行维护费{noun}{upkeep:.2f}万元；公务接待费{noun}{hospitality:.2f}万元。"
    )


def _budget(money: Money, words: Mapping[str, object]) -> str:
    return "\n".join(
        (
            "{name}{year}年{level}预算公开".format(**words),
            "\n第一部分 部门概况\n\n二、机构设置情况\n",
            "{units}",
            "\n第二部分 {year}年预算情况说明\n".format(**words),
            "九、关于{name}{year}年财政拨款“三公”经费预算情况的说明\n".format(**words),
            f"{words['name']}{words['year']}年{_public_text(money, 0, '预算')}",
            "\n第三部分 {year}年{level}预算公开表\n".format(**words),
            _table("支出总体情况表", money, _COLUMNS, outturn=False, own=False),
            _table("一般公共预算支出情况表", money, _COLUMNS, outturn=False, own=False),
        )
    )


def _accounts(money: Money, words: Mapping[str, object]) -> str:
    year = money.year
    spent = sum((money.outturn(i, part) + (money.own(i) if part else 0) for i in ITEMS for part in (0, 1)), Decimal(0))
    opening, closing = money.closing(year - 1), money.closing(year)
    items = []
    for number, (item, label) in enumerate(ITEMS.items(), start=1):
        planned = sum((money.budget(item, part) for part in (0, 1)), Decimal(0))
        told = sum((money.outturn(item, part) for part in (0, 1)), Decimal(0))
        if not planned:
            continue
        path = f"社会保障和就业支出（类）行政事业单位养老支出（款）{label}（项）"
        if item.startswith("213"):
            path = f"农林水支出（类）农业农村（款）{label}（项）"
        text = f"{number}.{path}：年初预算数为{planned:.2f}万元，支出决算数为{told:.2f}万元"
        if year > 2023:
            past = Money(money.members, year - 1)
            text += f"，比上年决算{_changed(told, sum((past.outturn(item, p) for p in (0, 1)), Decimal(0)))}"
        items.append(f"{text}。")
    staff = sum(STAFF[unit][year - 2023] for unit in money.members)
    more = staff - sum(STAFF[unit][0] for unit in money.members) if year > 2023 else 0
    change = f"{'增加' if more >= 0 else '减少'}{abs(more)}人"
    cars = sum(VEHICLES[unit] for unit in money.members)
    return "\n".join(
        (
            "{name}{year}年度{level}决算公开说明".format(**words),
            "\n第一部分 部门概况\n\n二、机构设置及人员情况\n",
            "{units}",
            f"{words['name']}{year}年度，实有人数{staff}人，其中：在职人员{staff}人，{change}；离休人员0人；退休人员0人。",
            f"\n第二部分 {year}年度决算情况说明\n\n一、收入支出决算总体情况说明\n",
            (
                f"{year}年度收入总计{spent + closing:.2f}万元，其中：本年收入合计{spent + closing - opening:.2f}万元，"
                f"使用非财政拨款结余0.00万元，年初结转和结余{opening:.2f}万元。"
                f"支出总计{spent + closing:.2f}万元，其中：本年支出合计{spent:.2f}万元，结余分配0.00万元，"
                f"年末结转和结余{closing:.2f}万元。"
            ),
            "\n五、一般公共预算财政拨款支出决算情况说明\n",
            *items,
            "\n九、财政拨款“三公”经费支出决算情况说明\n",
            f"{year}年度{_public_text(money, 1, '支出')}",
            "\n十、其他重要事项的情况说明\n\n（三）国有资产占用情况说明\n",
            f"截至{year}年12月31日，车辆{cars}辆。",
            f"\n第三部分 {year}年度决算公开表\n",
            _table("支出决算表", money, _COLUMNS, outturn=True, own=True),
            _table("一般公共预算财政拨款支出决算表", money, _COLUMNS, outturn=True, own=False),
        )
    )
