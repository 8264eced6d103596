use super::load;
use crate::config::{Settings, key_table::KEYS, reference::reference};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

const EXAMPLE: &str = include_str!("../../../../../example.env");

#[test]
fn the_reference_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        fs::write(&path, reference()).unwrap();
    }
    assert!(
        fs::read_to_string(path).unwrap() == reference(),
        "run this test with UPDATE_DOCUMENTS=1 to write docs/configuration.md"
    );
}

#[test]
fn every_line_of_the_example_is_accepted() {
    let lines: Vec<_> = EXAMPLE
        .lines()
        .filter_map(|line| line.trim_start_matches(['#', ' ']).split_once('='))
        .filter(|(name, _)| name.starts_with("SAAS_API_"))
        .collect();
    assert!(lines.len() > 10, "{lines:?}");
    for line in lines {
        if line.0 != "SAAS_API_DATABASE_OWNER_URL" {
            load(&[line]).unwrap();
        }
    }
    load(&[
        ("SAAS_API_DATABASE_URL", "postgres://a:a@localhost/a"),
        ("SAAS_API_DATABASE_OWNER_URL", "postgres://b:b@localhost/a"),
    ])
    .unwrap();
}

#[test]
fn the_table_lists_every_setting_and_no_other() {
    fn leaves(prefix: &str, value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => members
                .iter()
                .for_each(|(name, value)| leaves(&format!("{prefix}.{name}"), value, found)),
            _ => _ = found.insert(prefix.trim_start_matches('.').to_owned()),
        }
    }
    let mut settings = BTreeSet::new();
    leaves("", &Settings::default().values(), &mut settings);
    let table: BTreeSet<_> = KEYS.iter().map(|key| key.path.to_owned()).collect();
    assert_eq!(settings, table);
    assert_eq!(table.len(), KEYS.len());
}

#[test]
fn what_is_shown_loads_again_to_the_same_settings() {
    let settings = load(&[("SAAS_API_HTTP__BASE_PATH", "/api"), ("SAAS_API_PORT", "1")]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shown.toml");
    fs::write(&path, settings.show()).unwrap();
    let again = Settings::load(Some(&path), std::iter::empty()).unwrap();
    assert_eq!(again.show(), settings.show());
    assert_eq!(
        (again.http.port, again.http.base_path.as_str()),
        (1, "/api")
    );
}

#[test]
fn secrets_are_never_shown() {
    let settings = load(&[
        ("SAAS_API_JWT_SECRET", "canary-1"),
        ("SAAS_API_ROOT_SECRET", "canary-2"),
        ("SAAS_API_DATABASE_URL", "postgres://user:canary-3@h/db"),
        (
            "SAAS_API_DATABASE_OWNER_URL",
            "postgres://owner:canary-4@h/db",
        ),
    ])
    .unwrap();
    let secret = settings.tokens.secret.as_ref().unwrap();
    for text in [
        settings.show(),
        format!("{settings:?}"),
        format!("{:?} {} {:#?}", secret, secret, settings.database),
        serde_json::to_string(&settings).unwrap(),
    ] {
        assert!(!text.contains("canary"), "{text}");
    }
    let shown = settings.show();
    assert!(
        shown.contains("\nurl = \"postgres://user:***@h/db\"  # "),
        "{shown}"
    );
    assert!(shown.contains("[tokens]\n"), "{shown}");
    assert!(shown.contains("secret = \"[redacted]\""), "{shown}");
}
