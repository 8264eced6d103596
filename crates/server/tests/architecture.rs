//! Who may depend on whom. A new edge has to be argued for here.

#![expect(
    clippy::unwrap_used,
    reason = "what a test does not ask about has to work"
)]

use serde_json::Value;
use std::{collections::BTreeSet, process::Command};

/// Each crate with the crates of this workspace that it may use outside tests.
const EDGES: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("application", &["domain"]),
    ("adapter-http", &["application", "domain"]),
    ("adapter-cells", &["domain"]),
    ("adapter-local", &["domain"]),
    ("adapter-telemetry", &["domain"]),
    ("adapter-sql", &["domain"]),
    ("migration", &[]),
    ("adapter-sqlite", &["adapter-sql", "domain", "migration"]),
    ("adapter-postgres", &["adapter-sql", "domain", "migration"]),
    ("store-contract", &["domain"]),
    ("policy-oracle", &[]),
    ("private-postgres", &[]),
    ("test-server", &["private-postgres"]),
    (
        "server",
        &[
            "adapter-cells",
            "adapter-http",
            "adapter-local",
            "adapter-postgres",
            "adapter-sql",
            "adapter-sqlite",
            "adapter-telemetry",
            "application",
            "domain",
        ],
    ),
];

/// What must never come near the rules and the use cases.
const KEPT_OUT: [(&str, &[&str]); 2] = [
    (
        "domain",
        &[
            "serde",
            "serde_json",
            "tokio",
            "sea-orm",
            "actix-web",
            "tracing",
        ],
    ),
    (
        "application",
        &["tokio", "sea-orm", "actix-web", "config", "argon2"],
    ),
];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn normal_dependencies<'a>(metadata: &'a Value, package: &str) -> BTreeSet<&'a str> {
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|found| found["name"] == package)
        .unwrap();
    let dependencies = package["dependencies"].as_array().unwrap();
    let normal = dependencies
        .iter()
        .filter(|dependency| dependency["kind"].is_null());
    normal
        .map(|dependency| dependency["name"].as_str().unwrap())
        .collect()
}

#[test]
fn dependencies_point_inwards() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeSet<_> = packages
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        ours,
        EDGES.iter().map(|(name, _)| *name).collect(),
        "every crate has its line"
    );
    for (name, allowed) in EDGES {
        let used: BTreeSet<_> = normal_dependencies(&metadata, name)
            .intersection(&ours)
            .copied()
            .collect();
        assert_eq!(used, allowed.iter().copied().collect(), "{name}");
    }
}

#[test]
fn rules_and_use_cases_know_neither_the_wire_nor_the_database() {
    let metadata = metadata();
    for (name, forbidden) in KEPT_OUT {
        let used = normal_dependencies(&metadata, name);
        for dependency in forbidden {
            assert!(!used.contains(dependency), "{name} uses {dependency}");
        }
    }
}
