"""Schemas of the frames that cross a boundary: documents, figures, verdicts, findings, and the roster of units.

A frame that breaks its schema is data about our own reading, so it comes back as :class:`SchemaProblem` records with
the ids of the rows concerned, never as a traceback. This is the only module that imports pandera; import it lazily.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from numbers import Integral, Real
from typing import TYPE_CHECKING

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from checks.model import DocumentStatus, Outcome, Severity, Status
from checks.results.messages import messages
from datasets.model import RECOGNISED_ROLES, Binding, Kind, Level, Role
from datasets.roster import date_of, kind_of, yes_or_no
from datasets.vocabulary.units import units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")
PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
#: A code, or a code followed by names that no list knows (210~计划生育事务).
FUNCTION_CODE = re.compile(r"(\d{3}(\d{2}){0,2})?(~[^~]+)*")
ECONOMIC_CODE = re.compile(r"\d{3}(\d{2})?")
DOCUMENT_KEY = re.compile(r".+/[a-z_]+/(budget|final_accounts)/\d{4}")
SHA256 = re.compile(r"[0-9a-f]{64}")
FISCAL_YEAR = re.compile(r"20\d\d(年度?)?")
VERDICTS_OF_FIGURES = frozenset({"verified", "contradicted", "unverified"})
#: How many ids a message spells out; ``SchemaProblem.ids`` has them all.
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One check that some rows of a frame fail.

    ``ids`` are the ids of those rows in the frame's own id column, or "row N" (1-based) where a row has none; empty
    when the whole frame or column is missing. ``column`` is empty for a check across columns.
    """

    frame: str
    check: str
    column: str
    ids: tuple[str, ...]
    message: str
    message_en: str


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_decimal(value: object) -> bool:
    return isinstance(value, str) and DECIMAL.fullmatch(value) is not None


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and (not value or pattern.fullmatch(value) is not None)


def _at_least(least: int) -> Callable[[object], bool]:
    def is_whole(value: object) -> bool:
        # A column of integers with gaps is stored as floats; that is no float in a verdict.
        if isinstance(value, bool) or not isinstance(value, Real):
            return False
        number = float(value)
        return (isinstance(value, Integral) or number.is_integer()) and number >= least

    return is_whole


def _each(name: str, holds: Callable[[object], bool]) -> pa.Check:
    return pa.Check(holds, element_wise=True, name=name, error=name)


def _rows(name: str, holds: Callable[[pd.DataFrame], pd.Series[bool]]) -> pa.Check:
    return pa.Check(holds, name=name, error=name, ignore_na=False)


def _filled() -> pa.Check:
    return pa.Check(lambda column: column.notna() & (column != ""), name="filled", error="filled", ignore_na=False)


def _text(*checks: pa.Check, filled: bool = False) -> pa.Column:
    # The dtype is left open on purpose: text arrives as object or as pandas' own string type.
    needed = (_filled(),) if filled else ()
    return pa.Column(None, checks=[*needed, _each("text", _is_text), *checks], nullable=True)


def _choice(allowed: Iterable[str], *, optional: bool = False) -> pa.Column:
    values = frozenset(allowed) | ({""} if optional else frozenset())
    return _text(_each("allowed", lambda value: value in values), filled=not optional)


def _pattern(pattern: re.Pattern[str]) -> pa.Column:
    return _text(_each("pattern", _matches(pattern)))


def _whole(least: int, *, filled: bool = False) -> pa.Column:
    needed = (_filled(),) if filled else ()
    return pa.Column(None, checks=[*needed, _each("whole_number", _at_least(least))], nullable=True)


def _decimal(*checks: pa.Check) -> pa.Column:
    return pa.Column(None, checks=[_each("decimal", _is_decimal), *checks], nullable=True)


def _decimal_or_empty() -> pa.Column:
    return _text(_each("decimal", lambda value: value == "" or _is_decimal(value)))


def _identifier() -> pa.Column:
    unique = pa.Check(lambda ids: ~ids.duplicated(keep=False) | ids.isna(), name="unique", error="unique")
    return _text(unique, filled=True)


def _boolean() -> pa.Column:
    return pa.Column(None, checks=[_filled(), _each("boolean", lambda value: str(value) in {"True", "False"})])


def _has(column: pd.Series) -> pd.Series[bool]:
    return column.notna() & (column != "")


def _start_before_end(frame: pd.DataFrame) -> pd.Series[bool]:
    start, end = (pd.to_numeric(frame[name], errors="coerce") for name in ("start", "end"))
    return start.isna() | end.isna() | (start < end)


def _accounted_for(frame: pd.DataFrame) -> pd.Series[bool]:
    names = ("numerals", "bound", "recognised", "unread")
    numerals, bound, recognised, unread = (pd.to_numeric(frame[name], errors="coerce") for name in names)
    return numerals == bound + recognised + unread


@cache
def schemas() -> dict[str, pa.DataFrameSchema]:
    """The schema of each frame by its key in ``Audit.frames()``; columns that are not named are let through."""
    not_negative = _each("not_negative", lambda value: not _is_decimal(value) or Decimal(str(value)) >= 0)
    # A price or a yield is printed per unit: 万元/家.
    unit = _text(_each("unit", lambda value: value == "" or all(part in units() for part in str(value).split("/"))))
    recognised = frozenset(RECOGNISED_ROLES)
    return {
        "documents": pa.DataFrameSchema(
            {
                "id": _identifier(),
                "path": _text(filled=True),
                "sha256": _pattern(SHA256),
                "entity": _text(),
                "level": _choice(Level, optional=True),
                "kind": _choice(Kind, optional=True),
                "fiscal_year": _whole(1990),
                **{name: _whole(0, filled=True) for name in ("numerals", "bound", "recognised", "unread")},
                "status": _choice(DocumentStatus),
                "problem": _text(),
            },
            checks=[_rows("numerals_accounted_for", _accounted_for)],
        ),
        "figures": pa.DataFrameSchema(
            {
                "figure_id": _identifier(),
                "document": _text(filled=True),
                **{name: _whole(1) for name in ("page", "line", "block", "row", "column")},
                **{name: _whole(0) for name in ("start", "end")},
                **{name: _text() for name in ("part", "sheet", "cell", "table", "concept", "concept_label")},
                "printed": _text(filled=True),
                "value": _decimal(),
                "unit": unit,
                "quantum": _decimal(not_negative),
                "role": _choice(Role),
                **{name: _text() for name in ("entity", "fund", "stage", "project")},
                "level": _choice(Level, optional=True),
                "period": _pattern(PERIOD),
                "function_code": _pattern(FUNCTION_CODE),
                "economic_code": _pattern(ECONOMIC_CODE),
                "binding": _choice(Binding),
                "verdict": _choice(VERDICTS_OF_FIGURES),
                "document_key": _pattern(DOCUMENT_KEY),
            },
            checks=[
                _rows("start_before_end", _start_before_end),
                _rows("place_known", lambda f: (f["start"].notna() & f["end"].notna()) | _has(f["cell"])),
                _rows(
                    "concept_has_value",
                    lambda f: ~_has(f["concept"]) | f["role"].isin(recognised) | f["value"].notna(),
                ),
                _rows("value_has_quantum", lambda f: f["value"].isna() | f["quantum"].notna()),
            ],
        ),
        "verdicts": pa.DataFrameSchema(
            {
                "verdict_id": _identifier(),
                "relation": _text(filled=True),
                "family": _text(filled=True),
                "outcome": _choice(Outcome),
                **{name: _decimal() for name in ("stated", "expected", "gap", "slack")},
                "unit": unit,
                "severity": _choice(Severity, optional=True),
                "documents": _text(filled=True),
                "figure_ids": _text(),
                "crosses_documents": _boolean(),
                "reason": _text(),
            },
            checks=[
                _rows("undecided_has_reason", lambda f: (f["outcome"] != Outcome.UNDECIDED) | _has(f["reason"])),
            ],
        ),
        "findings": pa.DataFrameSchema(
            {
                "id": _identifier(),
                "fingerprint": _text(filled=True),
                "rule": _text(filled=True),
                "family": _text(filled=True),
                "severity": _choice(Severity),
                "status": _choice(Status),
                **{name: _text(filled=True) for name in ("title", "title_en", "message", "message_en")},
                **{name: _decimal_or_empty() for name in ("stated", "expected", "gap", "rounding_slack")},
                "documents": _text(),
            },
        ),
    }


@cache
def roster_schema() -> pa.DataFrameSchema:
    """The schema of the rows of a roster as typed; ``line`` (第 3 行) names a row, a column left out is blank."""

    def blank_or(understood: Callable[[str], object]) -> Callable[[object], bool]:
        return lambda value: isinstance(value, str) and (not value or understood(value) is not None)

    return pa.DataFrameSchema(
        {
            "line": _identifier(),
            "entity": _text(filled=True),
            "parent": _text(),
            "exempt": _text(_each("yes_or_no", blank_or(yes_or_no))),
            "approved_on": _text(_each("calendar_date", blank_or(date_of))),
            "published_on": _text(_each("calendar_date", blank_or(date_of))),
            "kind": _text(_each("document_kind", blank_or(kind_of))),
            "fiscal_year": _pattern(FISCAL_YEAR),
        }
    )


IDENTIFIERS: Mapping[str, str] = {
    "documents": "id",
    "figures": "figure_id",
    "verdicts": "verdict_id",
    "findings": "id",
    "roster": "line",
}


def _problem(frame: str, check: str, column: str = "", ids: tuple[str, ...] = ()) -> SchemaProblem:
    texts = messages().get(check) or messages()["other"]
    examples = "、".join(ids[:EXAMPLES])
    words = {"frame": frame, "column": column, "count": len(ids), "examples": examples, "check": check}
    return SchemaProblem(frame, check, column, ids, texts.zh.format(**words), texts.en.format(**words))


def _row_id(frame: pd.DataFrame, identifier: str, position: int) -> str:
    value = frame[identifier].iloc[position] if identifier in frame.columns else None
    return value if isinstance(value, str) and value else f"row {position + 1}"


def _failures(name: str, frame: pd.DataFrame, cases: pd.DataFrame) -> list[SchemaProblem]:
    """Group pandera's failure cases, one per row and column, into one problem per check and column."""
    rows: dict[tuple[str, str], dict[int, None]] = {}
    for case in cases.to_dict("records"):
        check, column = str(case["check"]), str(case["column"] or "")
        if check == "column_in_dataframe":
            check, column = "column_missing", str(case["failure_case"])
        if case["schema_context"] == "DataFrameSchema":
            column = column if check == "column_missing" else ""
        found = rows.setdefault((check, column), {})
        if case["index"] is not None and not pd.isna(case["index"]):
            found[int(case["index"])] = None
    identifier = IDENTIFIERS[name]
    return [
        _problem(name, check, column, tuple(_row_id(frame, identifier, position) for position in sorted(positions)))
        for (check, column), positions in rows.items()
    ]


def _dangling(frames: Mapping[str, pd.DataFrame]) -> list[SchemaProblem]:
    """Verdicts that rest on figures, and figures of documents, that the other frames do not have."""
    problems = []
    documents, figures, verdicts = (frames.get(name) for name in ("documents", "figures", "verdicts"))
    if figures is not None and verdicts is not None and {"figure_ids", "verdict_id"} <= set(verdicts.columns):
        known = set(figures["figure_id"]) if "figure_id" in figures.columns else set()
        lost = tuple(
            str(row.verdict_id)
            for row in verdicts[["verdict_id", "figure_ids"]].itertuples(index=False)
            if isinstance(row.figure_ids, str) and not set(row.figure_ids.split()) <= known
        )
        problems += [_problem("verdicts", "reference", "figure_ids", lost)] if lost else []
    if figures is not None and documents is not None and {"document", "figure_id"} <= set(figures.columns):
        paths = set(documents["path"]) if "path" in documents.columns else set()
        lost = tuple(str(i) for i in figures.loc[~figures["document"].isin(paths), "figure_id"])
        problems += [_problem("figures", "reference", "document", lost)] if lost else []
    return problems


def validate_roster(frame: pd.DataFrame) -> tuple[SchemaProblem, ...]:
    """Check the rows of a roster; the ids of a problem are the lines of the rows that fail."""
    try:
        roster_schema().validate(frame, lazy=True)
    except SchemaErrors as errors:
        return tuple(_failures("roster", frame, errors.failure_cases))
    return ()


def validate_frames(frames: Mapping[str, pd.DataFrame]) -> tuple[SchemaProblem, ...]:
    """Check the four frames of an audit against their schemas.

    Args:
        frames: ``Audit.frames()``; keys documents, figures, verdicts, findings.

    Returns:
        One record per frame, check and column that some rows fail, in the order of the schemas; empty when all hold.
    """
    problems: list[SchemaProblem] = []
    for name, schema in schemas().items():
        if name not in frames:
            problems.append(_problem(name, "frame_missing"))
            continue
        frame = frames[name].reset_index(drop=True)
        missing = [column for column in schema.columns if column not in frame.columns]
        if missing:
            # A check across columns cannot run without them, so the missing columns are the whole story.
            problems.extend(_problem(name, "column_missing", column) for column in missing)
            continue
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            problems.extend(_failures(name, frame, errors.failure_cases))
    return (*problems, *_dangling(frames))
