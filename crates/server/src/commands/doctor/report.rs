use crate::config::{CheckItem, Outcome, Settings};
use serde_json::{Value, json};

/// A line an item, then the sum.
pub(super) fn text(settings: &Settings, items: &[CheckItem]) {
    println!("environment: {}", settings.environment);
    for item in items {
        println!("{}", line(item));
    }
    let count = |wanted: &str| {
        items
            .iter()
            .filter(|item| name(&item.outcome) == wanted)
            .count()
    };
    println!(
        "{} passed, {} warned, {} failed",
        count("pass"),
        count("warn"),
        count("fail")
    );
}

/// One JSON document.
pub(super) fn json(settings: &Settings, items: &[CheckItem]) {
    let checks: Vec<_> = items.iter().map(value).collect();
    println!(
        "{:#}",
        json!({ "environment": settings.environment, "checks": checks })
    );
}

/// An item for people.
pub(super) fn line(item: &CheckItem) -> String {
    match &item.outcome {
        Outcome::Pass => format!("pass  {}", item.title),
        Outcome::Warn(reason) => format!("warn  {}: {}: {reason}", item.title, item.key),
        Outcome::Fail(reason) => format!("FAIL  {}: {}: {reason}", item.title, item.key),
    }
}

/// An item for programs.
pub(super) fn value(item: &CheckItem) -> Value {
    let reason = match &item.outcome {
        Outcome::Pass => None,
        Outcome::Warn(reason) | Outcome::Fail(reason) => Some(reason),
    };
    json!({
        "id": item.id,
        "title": item.title,
        "key": item.key,
        "outcome": name(&item.outcome),
        "reason": reason,
    })
}

const fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Warn(_) => "warn",
        Outcome::Fail(_) => "fail",
    }
}
