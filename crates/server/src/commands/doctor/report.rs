use crate::config::{CheckItem, Outcome, Settings};
use serde_json::json;

/// A line an item, then the sum.
pub(super) fn text(settings: &Settings, items: &[CheckItem]) {
    println!("environment: {}", settings.environment);
    for item in items {
        match &item.outcome {
            Outcome::Pass => println!("pass  {}", item.title),
            Outcome::Warn(reason) => println!("warn  {}: {}: {reason}", item.title, item.key),
            Outcome::Fail(reason) => println!("FAIL  {}: {}: {reason}", item.title, item.key),
        }
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
    let checks: Vec<_> = items
        .iter()
        .map(|item| {
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
        })
        .collect();
    println!(
        "{:#}",
        json!({ "environment": settings.environment, "checks": checks })
    );
}

const fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Warn(_) => "warn",
        Outcome::Fail(_) => "fail",
    }
}
