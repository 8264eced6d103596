//! `migrate` as an operator runs it.

use crate::support::{BINARY, on_both};
use private_postgres::PrivatePostgres;
use std::process::Command;
use tempfile::TempDir;
use test_server::{Database, unique};

/// A database that nobody has migrated yet.
struct Fresh {
    home: TempDir,
    url: String,
}

/// How a command ended, and what it printed.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Fresh {
    fn new(database: &Database) -> Self {
        let home = tempfile::tempdir().unwrap();
        let url = if *database == Database::Postgres {
            PrivatePostgres::shared().create_database(&unique("migrate").replace('-', "_"))
        } else {
            format!("sqlite://{}", home.path().join("migrate.db").display())
        };
        Self { home, url }
    }

    fn migrate(&self, arguments: &[&str]) -> Ended {
        let output = Command::new(BINARY)
            .arg("migrate")
            .args(arguments)
            .env_clear()
            .env("SAAS_API_DATABASE_URL", &self.url)
            .current_dir(self.home.path())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    fn query(&self, sql: &str) -> String {
        PrivatePostgres::shared().query(&self.url, sql)
    }
}

fn looking_first_prints_every_migration_and_applies_none(database: &Database) {
    let fresh = Fresh::new(database);
    let all = "would apply m0001_organisation_api\nwould apply m0002_tenancy\nwould apply t0001_baseline\n\
               would apply t0002_resources_and_audit_detail\n";
    for _ in 0..2 {
        let looked = fresh.migrate(&["--dry-run"]);
        assert_eq!((looked.code, &*looked.stdout), (Some(0), all), "{looked:?}");
    }
    assert!(fresh.home.path().read_dir().unwrap().next().is_none());
    let migrated = fresh.migrate(&[]);
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    let looked = fresh.migrate(&["--dry-run"]);
    assert_eq!((looked.code, &*looked.stdout), (Some(0), "nothing to do\n"));
}

on_both!(looking_first_prints_every_migration_and_applies_none);

#[test]
fn a_silo_that_fails_is_named_and_makes_the_command_fail_until_it_succeeds() {
    let fresh = Fresh::new(&Database::Postgres);
    assert_eq!(fresh.migrate(&[]).code, Some(0));
    let tenants = [
        "019b0000-0000-7000-8000-00000000000a",
        "019b0000-0000-7000-8000-00000000000b",
    ];
    for tenant in tenants {
        fresh.query(&format!(
            "INSERT INTO platform.organisations (id, name, slug, version, created_at, updated_at, placement, status)
             VALUES ('{tenant}', 'Silo', '{tenant}', 1, now(), now(), 'silo', 'provisioning')"
        ));
        fresh.query(&format!("SELECT platform.provision_silo('{tenant}')"));
        fresh.query("UPDATE platform.organisations SET status = 'active'");
    }
    let current = fresh.migrate(&["--jobs", "2"]);
    assert_eq!(current.code, Some(0));
    assert!(
        current
            .stdout
            .contains("silos: 0 migrated, 2 already there, 0 failed"),
        "{current:?}"
    );

    // Its ledger forgot what its tables have.
    let ledger = format!("t_{}.tenant_migrations", tenants[1].replace('-', ""));
    let name = "t0002_resources_and_audit_detail";
    fresh.query(&format!("DELETE FROM {ledger} WHERE name = '{name}'"));
    let looked = fresh.migrate(&["--dry-run"]);
    let would = format!("would apply {name} to {}\n", tenants[1]);
    assert_eq!((looked.code, looked.stdout), (Some(0), would));
    let failed = fresh.migrate(&[]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(
        failed
            .stdout
            .contains("silos: 0 migrated, 1 already there, 1 failed"),
        "{failed:?}"
    );
    for told in [tenants[1], name, "already exists"] {
        assert!(failed.stderr.contains(told), "{told} in {failed:?}");
    }

    fresh.query(&format!("INSERT INTO {ledger} VALUES ('{name}', now())"));
    let mended = fresh.migrate(&[]);
    assert_eq!(mended.code, Some(0), "{mended:?}");
}

#[test]
fn the_number_of_jobs_is_bounded() {
    let fresh = Fresh::new(&Database::Sqlite);
    for jobs in ["0", "65", "many"] {
        let refused = fresh.migrate(&["--jobs", jobs]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains("--jobs"), "{refused:?}");
    }
}
