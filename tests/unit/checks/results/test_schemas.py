"""What the schemas let through, and what they say of what they do not."""

from __future__ import annotations

import pandas as pd
import pytest

from checks.audit import audit
from checks.results.schemas import SchemaProblem, schemas, validate_frames
from datasets.identity.catalog import shipped_documents
from tests.changji_frames import changji_frames, figure_changed


def only(problems: tuple[SchemaProblem, ...]) -> SchemaProblem:
    assert len(problems) == 1, problems
    return problems[0]


def test_frames_of_a_real_audit_have_no_problem() -> None:
    assert validate_frames(changji_frames()) == ()


def test_frames_of_the_shipped_documents_have_no_problem() -> None:
    # Rules of wording judge no figure; their verdicts must name a document all the same.
    frames = audit(shipped_documents()).frames()
    assert (frames["verdicts"]["figure_ids"] == "").any()
    assert validate_frames(frames) == ()


def test_frames_without_rows_have_no_problem() -> None:
    empty = {name: pd.DataFrame(columns=list(schema.columns)) for name, schema in schemas().items()}
    assert validate_frames(empty) == ()


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("value", "4.78万", "decimal"),
        ("value", "1e3", "decimal"),
        ("quantum", "-0.01", "not_negative"),
        ("unit", "美元", "unit"),
        ("role", "total", "allowed"),
        ("binding", "sure", "allowed"),
        ("verdict", "holds", "allowed"),
        ("level", "bureau", "allowed"),
        ("period", "2023年", "pattern"),
        ("function_code", "20", "pattern"),
        ("document_key", "652300/department/budget", "pattern"),
        ("printed", "", "filled"),
        ("document", None, "filled"),
        ("line", 0, "whole_number"),
        ("page", "3", "whole_number"),
    ],
)
def test_a_bad_cell_is_one_problem_that_names_its_figure(column: str, value: str | int | None, check: str) -> None:
    problems = validate_frames(figure_changed(changji_frames(), "b06", **{column: value}))
    found = [problem for problem in problems if problem.check == check]
    assert [(problem.frame, problem.column, problem.ids) for problem in found] == [("figures", column, ("b06",))]
    assert "b06" in found[0].message
    assert "b06" in found[0].message_en


def test_a_float_is_no_decimal_string() -> None:
    frames = changji_frames()
    figures = frames["figures"]
    figures["value"] = [None if text is None else float(text) for text in figures["value"]]
    problem = only(validate_frames(frames))
    assert (problem.check, problem.column) == ("decimal", "value")
    assert "不得以浮点数传递" in problem.message


def test_integers_with_gaps_may_be_stored_as_floats() -> None:
    frames = changji_frames()
    frames["figures"]["row"] = frames["figures"]["row"].astype(float)
    assert validate_frames(frames) == ()


def test_a_repeated_id_names_both_rows_once() -> None:
    problems = validate_frames(figure_changed(changji_frames(), "b07", figure_id="b06"))
    problem = next(problem for problem in problems if problem.check == "unique")
    assert problem.ids == ("b06", "b06")
    assert "唯一" in problem.message


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"end": 300}, "start_before_end"),
        ({"start": None, "end": None}, "place_known"),
        ({"value": None}, "concept_has_value"),
        ({"quantum": None}, "value_has_quantum"),
    ],
)
def test_a_check_across_columns_is_reported_once_per_row(changes: dict[str, int | None], check: str) -> None:
    problem = only(validate_frames(figure_changed(changji_frames(), "b06", **changes)))
    assert (problem.check, problem.column, problem.ids) == (check, "", ("b06",))


def test_a_spreadsheet_figure_needs_no_text_position() -> None:
    frames = figure_changed(changji_frames(), "b06", start=None, end=None, cell="B4")
    assert validate_frames(frames) == ()


def test_a_date_may_have_a_concept_without_a_value() -> None:
    frames = figure_changed(changji_frames(), "b28", concept="total_revenue")
    assert validate_frames(frames) == ()


def test_a_missing_column_is_named_and_nothing_else_is_said_of_the_frame() -> None:
    frames = changji_frames()
    frames["figures"] = frames["figures"].drop(columns="quantum")
    problem = only(validate_frames(frames))
    assert (problem.frame, problem.check, problem.column) == ("figures", "column_missing", "quantum")


def test_a_missing_frame_is_named() -> None:
    frames = changji_frames()
    del frames["findings"]
    problem = only(validate_frames(frames))
    assert (problem.frame, problem.check) == ("findings", "frame_missing")
    assert "findings" in problem.message


def test_a_verdict_on_a_figure_that_does_not_exist_is_a_dangling_reference() -> None:
    frames = changji_frames()
    frames["verdicts"]["figure_ids"] = "b25 lost"
    problem = only(validate_frames(frames))
    assert (problem.frame, problem.check, problem.ids) == ("verdicts", "reference", ("v1",))


def test_a_figure_of_an_unknown_document_is_a_dangling_reference() -> None:
    problem = only(validate_frames(figure_changed(changji_frames(), "b06", document="elsewhere.txt")))
    assert (problem.frame, problem.column, problem.ids) == ("figures", "document", ("b06",))


def test_an_undecided_verdict_must_say_why() -> None:
    frames = changji_frames()
    frames["verdicts"]["outcome"] = "undecided"
    assert only(validate_frames(frames)).check == "undecided_has_reason"
    frames["verdicts"]["reason"] = "缺 2023 年度决算"
    assert validate_frames(frames) == ()


def test_numerals_of_a_document_must_add_up() -> None:
    frames = changji_frames()
    frames["documents"]["unread"] = 1
    problem = only(validate_frames(frames))
    assert problem.check == "numerals_accounted_for"
    assert len(problem.ids) == 2


def test_many_failures_of_one_check_are_one_problem() -> None:
    frames = changji_frames()
    frames["figures"]["unit"] = "美元"
    problem = only(validate_frames(frames))
    assert len(problem.ids) == len(frames["figures"])
    assert f"{len(frames['figures'])} 行" in problem.message
