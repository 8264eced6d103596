//! What was found, for people and for programs.

use super::probe::Finding;
use crate::{
    commands::doctor::report,
    config::{CheckItem, Outcome},
};
use serde_json::{Value, json};

/// The outcome of a run.
pub(super) struct Report {
    /// What the catalogues of the databases say.
    pub(super) catalogues: Vec<CheckItem>,
    /// Where organisations were probed.
    pub(super) places: Vec<String>,
    /// How many requests were sent.
    pub(super) requests: usize,
    /// Every operation, in the order in which they were probed.
    pub(super) operations: Vec<Line>,
}

/// One operation.
pub(super) struct Line {
    pub(super) operation: String,
    /// With the places where they were made.
    pub(super) findings: Vec<(String, Finding)>,
}

/// What an operation's findings come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    Leak,
    NotProbed,
}

impl Verdict {
    const ALL: [Self; 3] = [Self::Ok, Self::Leak, Self::NotProbed];

    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Leak => "leak",
            Self::NotProbed => "not probed",
        }
    }
}

impl Line {
    pub(super) fn new(operation: &str) -> Self {
        Self {
            operation: operation.to_owned(),
            findings: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, place: &str, findings: impl IntoIterator<Item = Finding>) {
        let findings = findings.into_iter();
        self.findings
            .extend(findings.map(|finding| (place.to_owned(), finding)));
    }

    pub(super) fn verdict(&self) -> Verdict {
        let leaks = |(_, finding): &(String, Finding)| matches!(finding, Finding::Leak(_));
        if self.findings.is_empty() {
            Verdict::Ok
        } else if self.findings.iter().any(leaks) {
            Verdict::Leak
        } else {
            Verdict::NotProbed
        }
    }

    /// Leaks before what could not be seen.
    fn reasons(&self) -> Vec<String> {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort_by_key(|(_, finding)| matches!(finding, Finding::NotProbed(_)));
        let reason = |(place, finding): &(String, Finding)| {
            let (Finding::Leak(what) | Finding::NotProbed(what)) = finding;
            format!("{place}: {what}")
        };
        findings.into_iter().map(reason).collect()
    }
}

impl Report {
    /// Whether everything was probed and nothing found.
    pub(super) fn is_clean(&self) -> bool {
        let fails = |item: &CheckItem| matches!(item.outcome, Outcome::Fail(_));
        let is_ok = |line: &Line| line.verdict() == Verdict::Ok;
        !self.operations.is_empty()
            && self.operations.iter().all(is_ok)
            && !self.catalogues.iter().any(fails)
    }

    fn count(&self, verdict: Verdict) -> usize {
        let lines = self.operations.iter();
        lines.filter(|line| line.verdict() == verdict).count()
    }

    /// A line an operation, then the sum.
    pub(super) fn text(&self) -> String {
        let mut lines: Vec<_> = self.catalogues.iter().map(report::line).collect();
        lines.extend(self.operations.iter().map(|line| {
            let reasons = line.reasons();
            let reason = match &reasons[..] {
                [] => String::new(),
                [only] => format!(": {only}"),
                [first, more @ ..] => format!(": {first} (and {} more)", more.len()),
            };
            format!("{:<10}  {}{reason}", line.verdict().name(), line.operation)
        }));
        let sum = Verdict::ALL.map(|verdict| format!("{} {}", self.count(verdict), verdict.name()));
        let (requests, places) = (self.requests, self.places.join(", "));
        lines.push(format!(
            "{}; {requests} requests in {places}",
            sum.join(", ")
        ));
        lines.join("\n")
    }

    /// One document.
    pub(super) fn json(&self) -> Value {
        let operations = self.operations.iter().map(|line| {
            json!({
                "operation": line.operation,
                "outcome": line.verdict().name(),
                "reasons": line.reasons(),
            })
        });
        json!({
            "ok": self.is_clean(),
            "catalogues": self.catalogues.iter().map(report::value).collect::<Vec<_>>(),
            "places": self.places,
            "requests": self.requests,
            "operations": operations.collect::<Vec<_>>(),
            "summary": {
                "ok": self.count(Verdict::Ok),
                "leak": self.count(Verdict::Leak),
                "not_probed": self.count(Verdict::NotProbed),
            },
        })
    }
}
