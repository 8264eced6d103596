//! What the findings come to.

use super::*;
use crate::{
    commands::doctor::isolation::report::{Line, Report, Verdict},
    config::{CheckItem, Outcome},
};

fn line(operation: &str, findings: &[Finding]) -> Line {
    let place = || "pool".to_owned();
    Line {
        operation: operation.to_owned(),
        findings: findings.iter().map(|one| (place(), one.clone())).collect(),
    }
}

fn report(outcome: Outcome, operations: Vec<Line>) -> Report {
    let catalogue = CheckItem {
        id: "database-catalogue",
        title: "the fence",
        key: "database.url",
        outcome,
    };
    Report {
        catalogues: vec![catalogue],
        places: vec!["pool".to_owned()],
        requests: 7,
        operations,
    }
}

fn leak() -> Finding {
    Finding::Leak("it shows".to_owned())
}

fn unproven() -> Finding {
    Finding::NotProbed("who knows".to_owned())
}

#[test]
fn only_a_run_with_nothing_found_and_nothing_left_out_is_clean() {
    let clean = |outcome, findings: &[Finding]| {
        report(outcome, vec![line("GET /", &[]), line("GET /x", findings)]).is_clean()
    };
    assert!(clean(Outcome::Pass, &[]));
    assert!(!clean(Outcome::Pass, &[leak()]));
    assert!(!clean(Outcome::Pass, &[unproven()]));
    assert!(!clean(Outcome::Fail("no fence".to_owned()), &[]));
    assert!(!report(Outcome::Pass, vec![]).is_clean());
}

#[test]
fn every_operation_has_a_line_and_a_leak_goes_first() {
    let both = line("GET /x", &[unproven(), leak()]);
    assert_eq!(both.verdict(), Verdict::Leak);
    let lines = vec![line("GET /", &[]), both, line("GET /y", &[unproven()])];
    let report = report(Outcome::Fail("no fence".to_owned()), lines);
    let text = report.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "FAIL  the fence: database.url: no fence",
            "ok          GET /",
            "leak        GET /x: pool: it shows (and 1 more)",
            "not probed  GET /y: pool: who knows",
            "1 ok, 1 leak, 1 not probed; 7 requests in pool",
        ]
    );
    let json = report.json();
    assert_eq!(json["ok"], false);
    assert_eq!(
        json["summary"],
        json!({ "ok": 1, "leak": 1, "not_probed": 1 })
    );
    assert_eq!(json["operations"][1]["outcome"], "leak");
    assert_eq!(json["operations"][1]["reasons"][0], "pool: it shows");
    assert_eq!(json["catalogues"][0]["reason"], "no fence");
}
