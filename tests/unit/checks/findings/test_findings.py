"""Findings: ids that stay, fingerprints that change, severity no louder than the reading, four places at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from checks.findings.making import findings, severity_of
from checks.judging.verdicts import judge
from checks.model import Finding, Instance, Outcome, Severity, Status, WordEvidence
from datasets.model import Binding, Figure, Place, Role, Scope
from tests.unit.building import blamed, figure, instance, relation, terms, verdict, with_severity

KEYS = {"甲.txt": "甲局/department/final_accounts/2024", "另存为.txt": "甲局/department/final_accounts/2024"}


def findings_of(*instances: Instance, figures: Sequence[Figure] = ()) -> tuple[Finding, ...]:
    return findings([judge(each) for each in instances], (), {}, KEYS, figures)


def finding_of(*instances: Instance, figures: Sequence[Figure] = ()) -> Finding:
    [found] = findings_of(*instances, figures=figures)
    return found


def sum_of(total: str, part: str, **scope: str) -> Instance:
    whole = figure(total, concept="expenditure", scope=Scope(**scope))
    return instance([whole], [figure(part, concept="basic_expenditure", scope=Scope(**scope)), "10.00"])


def test_the_id_stays_when_a_value_or_a_place_changes() -> None:
    first = finding_of(sum_of("35.00", "20.00"))
    moved = finding_of(sum_of("36.00", "21.50"))
    assert first.id == moved.id


def test_the_id_stays_when_another_version_of_the_document_is_audited() -> None:
    made = sum_of("35.00", "20.00")
    renamed = replace(
        made,
        left=tuple(replace(t, figure=replace(t.figure, document="另存为.txt")) for t in made.left),
        right=tuple(replace(t, figure=replace(t.figure, document="另存为.txt")) for t in made.right),
    )
    assert finding_of(made).id == finding_of(renamed).id


@pytest.mark.parametrize(
    "other",
    [
        sum_of("35.00", "20.00", function_code="2060101"),
        sum_of("35.00", "20.00", fund="general"),
        sum_of("35.00", "20.00", stage="outturn"),
        replace(sum_of("35.00", "20.00"), relation=relation("another")),
    ],
)
def test_other_facts_and_other_rules_have_other_ids(other: Instance) -> None:
    assert finding_of(other).id != finding_of(sum_of("35.00", "20.00")).id


def test_another_document_has_another_id() -> None:
    made = instance([figure("35.00", document="乙.txt")], [figure("10.00", document="乙.txt")])
    assert finding_of(made).id != finding_of(instance(["35.00"], ["10.00"])).id


def test_ids_are_unique_in_a_report_and_numbered_in_the_order_of_the_text() -> None:
    first = replace(instance(["35.00"], ["10.00"]), assumptions=("整栏空白",))
    second = instance(["47.00"], ["10.00"])
    found = findings_of(second, first)
    assert [finding.stated for finding in found] == ["47", "35"]
    ids = {finding.stated: finding.id for finding in found}
    assert ids["47"] == f"{ids['35']}-2"


def test_wording_is_told_apart_by_what_it_is_about() -> None:
    def about(where: str) -> Instance:
        word = WordEvidence("甲.txt", Place(1, 3, line=1), "工资", role="suspect")
        return Instance(relation(), "logic", (), (), where=where, holds=False, words=(word,))

    assert len({finding.id for finding in findings_of(about("人员经费"), about("公用经费"))}) == 2
    assert not any("-" in finding.id for finding in findings_of(about("人员经费"), about("公用经费")))


def test_the_fingerprint_changes_with_the_printed_values_only() -> None:
    first = finding_of(sum_of("35.00", "20.00"))
    assert finding_of(sum_of("35.00", "20.00")).fingerprint == first.fingerprint
    assert finding_of(sum_of("35.01", "20.00")).fingerprint != first.fingerprint


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ({}, Severity.ERROR),
        ({"binding": Binding.INFERRED}, Severity.WARNING),
        ({"binding": Binding.GUESSED}, Severity.INFO),
    ],
)
def test_a_finding_is_no_louder_than_the_reading_it_rests_on(given: dict[str, Binding], severity: Severity) -> None:
    assert severity_of(verdict([figure("35.00", **given)], ["10.00"])) is severity


def test_an_assumption_makes_a_warning_at_most() -> None:
    assert severity_of(verdict(["35.00"], ["10.00"], assumptions=("整栏空白",))) is Severity.WARNING


@pytest.mark.parametrize("severity", list(Severity))
def test_a_rule_is_never_louder_than_it_says(severity: Severity) -> None:
    rule = with_severity(severity)
    assert severity_of(verdict(["35.00"], ["10.00"], rule=rule)) is severity
    loudest = verdict(["35.00"], ["10.00"], rule=rule, severity=Severity.ERROR)
    assert severity_of(loudest) is severity
    assert severity_of(verdict(["35.00"], ["10.00"], severity=Severity.INFO)) is Severity.INFO


def test_whole_numbers_that_differ_by_rounding_to_whole_ones_are_at_most_an_info() -> None:
    def whole(printed: str) -> Figure:
        return replace(figure(printed), quantum=Decimal("0.01"), quantum_inferred=True)

    total, parts = whole("95"), [whole("60"), whole("34")]
    assert severity_of(verdict([total], parts)) is Severity.INFO
    assert severity_of(verdict([total], [whole("60"), "34.10"])) is Severity.WARNING
    assert severity_of(verdict([whole("99")], parts)) is Severity.ERROR


def test_an_inferred_quantum_alone_makes_no_error() -> None:
    # 46 in a table of two decimals: 46.00, unless someone printed it rounded.
    fine = Decimal("0.01")
    rounded = verdict([figure("46", quantum=fine, quantum_inferred=True)], ["45.50"])
    assert rounded.outcome is Outcome.BROKEN
    assert severity_of(rounded) is Severity.WARNING
    beyond = verdict([figure("50", quantum=fine, quantum_inferred=True)], ["45.50"])
    assert severity_of(beyond) is Severity.ERROR


def test_a_finding_is_as_loud_as_its_loudest_verdict_and_named_after_it() -> None:
    shared = figure("52.00")
    quiet = instance([shared], ["5.00", "15.00"], rule=with_severity(Severity.INFO, "quiet"))
    loud = instance(["30.00"], ["10.00", shared], rule="loud")
    found = finding_of(quiet, loud)
    assert (found.rule, found.severity) == ("loud", Severity.ERROR)
    assert set(found.relations) == {"quiet", "loud"}
    assert len(found.member_ids) == 2


def test_at_most_four_places_are_blamed_and_the_rest_is_evidence() -> None:
    found = finding_of(instance(["99.00"], [f"{number}.50" for number in range(1, 9)]))
    roles = [evidence.role for evidence in found.evidence]
    assert roles == ["suspect", *["rival"] * 3, *["evidence"] * 5]
    assert {repair.evidence for repair in found.repairs} <= {0, 1, 2, 3}


def test_repairs_point_at_their_evidence_and_name_the_rules_they_restore() -> None:
    shared = figure("52.00")
    found = finding_of(
        instance(["30.00"], ["10.00", shared], rule="one"), instance([shared], ["5.00", "15.00"], rule="two")
    )
    [repair] = found.repairs
    assert found.evidence[repair.evidence].printed == "52.00"
    assert (repair.value, repair.restores) == ("20", ("one", "two"))


def test_a_statement_without_arithmetic_blames_its_words_first_and_its_figures_as_rivals() -> None:
    score, target = figure("10", "分", role=Role.SCORE), figure("95", "%", role=Role.TARGET)
    word = WordEvidence("甲.txt", Place(1, 4, line=3), "已完成", role="suspect")
    worded = Instance(relation(), "logic", terms(score), terms(target), holds=False, words=(word,))
    assert blamed(finding_of(worded)) == ["已完成", "10", "95"]
    bare = Instance(relation(), "logic", terms(score), terms(target), holds=False)
    assert [(e.role, e.printed) for e in finding_of(bare).evidence] == [("suspect", "10"), ("rival", "95")]


def test_what_explains_the_gap_is_shown_as_evidence() -> None:
    item = figure("180.34", concept="own_funds")
    found = finding_of(instance(["210.00"], ["29.66"]), figures=[item])
    assert found.evidence[-1].figure_id == item.id
    assert found.evidence[-1].role == "evidence"


def test_each_place_is_shown_once() -> None:
    shared = figure("52.00")
    found = finding_of(
        instance(["30.00"], ["10.00", shared], rule="one"), instance([shared], ["5.00", "15.00"], rule="two")
    )
    ids = [evidence.figure_id for evidence in found.evidence]
    assert len(ids) == len(set(ids)) == 5


def test_values_are_plain_decimal_strings() -> None:
    found = finding_of(instance(["120.60"], ["33.00", "80.00", "7.50"]))
    assert (found.stated, found.expected, found.gap, found.rounding_slack) == ("120.6", "120.5", "0.1", "0.02")


def test_a_decrease_is_repaired_as_it_would_be_printed() -> None:
    rate = figure("-3.09", "%", role=Role.RATE)
    found = finding_of(instance([rate], [figure("-63.14", role=Role.CHANGE), "2961.68"], "growth_of_change", unit="%"))
    assert found.repairs[0].value == "2.09"


def test_silent_rules_and_what_holds_say_nothing() -> None:
    silent = relation("silent", silent=True)
    assert findings_of(instance(["35.00"], ["10.00"], rule=silent), instance(["3.00"], ["1.00", "2.00"])) == ()


def test_findings_come_loudest_first_then_in_the_order_of_the_text() -> None:
    first, second = instance(["35.00"], ["10.00"]), instance(["47.00"], ["11.00"])
    quiet = instance(["99.00"], ["10.00"], rule=with_severity(Severity.WARNING))
    assert [finding.stated for finding in findings_of(quiet, second, first)] == ["35", "47", "99"]


def test_an_open_chain_is_unresolved_and_blames_no_one() -> None:
    chain = replace(
        instance([figure("44", "人")], [figure("45", "人")]), note="需要2023年部门决算", note_en="2023 is needed"
    )
    [found] = findings([], [chain], {}, KEYS)
    assert (found.status, found.severity) == (Status.UNRESOLVED, Severity.INFO)
    assert {evidence.role for evidence in found.evidence} == {"evidence"}
    assert found.message == "需要2023年部门决算。依据：某某办法第一条。"
    assert found.message_en == "2023 is needed. Source: 某某办法第一条."


@pytest.mark.parametrize(("printed", "severity"), [("328661", Severity.INFO), ("328660", Severity.ERROR)])
def test_an_amount_cut_off_in_a_larger_unit_is_a_custom_of_the_house(printed: str, severity: Severity) -> None:
    coarse = replace(figure(printed, concept="expenditure"), unit="万元", quantum=Decimal(1))
    fine = replace(figure("3286618082.20", concept="expenditure"), unit="元", quantum=Decimal("0.01"))
    made = instance([coarse], [fine])
    made = replace(made, right=(replace(made.right[0], factor=Decimal("0.0001")),))
    assert severity_of(judge(made)) is severity
