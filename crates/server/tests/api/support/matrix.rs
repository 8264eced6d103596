//! Who may do what: the reviewed table `matrix.txt`. `D` is 403 for who does not belong to the organisation, `P` is
//! 403 for who lacks the permission, `U` is 401.

use super::{BAD_CREDENTIAL, BAD_TOKEN, DENIED, INSUFFICIENT, NO_CREDENTIAL, Refusal};

/// What one caller gets from one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is carried out, with this status.
    Done(u16),
    /// It is refused.
    Refused(Refusal),
}

/// One operation, with a verdict for each caller.
#[derive(Clone, Debug)]
pub struct Row {
    /// As in the API document: `GET /orgs/{organisation_id}`.
    pub operation: String,
    cells: Vec<(&'static str, Verdict)>,
}

impl Row {
    /// All callers with their verdicts.
    pub fn cells(&self) -> &[(&'static str, Verdict)] {
        &self.cells
    }

    /// What this caller gets.
    pub fn verdict(&self, caller: &str) -> Verdict {
        let found = self.cells.iter().find(|(name, _)| *name == caller);
        found
            .unwrap_or_else(|| panic!("no caller {caller} in the table"))
            .1
    }

    /// Whether the operation changes something.
    pub fn is_mutation(&self) -> bool {
        let asks = ["/preview", "/access/check"];
        let asks = asks.iter().any(|end| self.operation.ends_with(end));
        !asks && !self.operation.starts_with("GET ")
    }
}

/// The whole table.
pub fn matrix() -> Vec<Row> {
    let mut lines = include_str!("matrix.txt").lines();
    let callers: Vec<_> = lines
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .collect();
    lines.map(|line| row(line, &callers)).collect()
}

fn row(line: &str, callers: &[&'static str]) -> Row {
    let mut words = line.split_whitespace();
    let operation = format!(
        "{} {}",
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default()
    );
    let takes_keys = ["/projects", "/resources"]
        .iter()
        .any(|path| operation.contains(path));
    let cells: Vec<_> = callers
        .iter()
        .zip(words)
        .map(|(caller, word)| (*caller, verdict(word, *caller == "anonymous", takes_keys)))
        .collect();
    assert_eq!(cells.len(), callers.len(), "an incomplete line: {line}");
    Row { operation, cells }
}

fn verdict(word: &str, anonymous: bool, takes_keys: bool) -> Verdict {
    match word {
        "D" => Verdict::Refused(DENIED),
        "P" => Verdict::Refused(INSUFFICIENT),
        "U" if anonymous => Verdict::Refused(NO_CREDENTIAL),
        "U" if takes_keys => Verdict::Refused(BAD_CREDENTIAL),
        "U" => Verdict::Refused(BAD_TOKEN),
        status => Verdict::Done(
            status
                .parse()
                .unwrap_or_else(|_| panic!("no verdict: {word}")),
        ),
    }
}
