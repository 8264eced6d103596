use std::{net::TcpStream, path::PathBuf};

use crate::{
    Durability, PrivatePostgres, StartError,
    installation::{Installation, Version, newest_supported, parse_version},
    is_database_name, with_database,
};

fn at(directory: &str, version: Version) -> Installation {
    Installation {
        directory: PathBuf::from(directory),
        version,
    }
}

fn accepts(server: &PrivatePostgres) -> bool {
    let address = server.url();
    let address = address.split(['@', '/']).nth(3).unwrap();
    TcpStream::connect(address).is_ok()
}

#[test]
fn a_version_is_read_with_or_without_a_minor_number() {
    let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
    assert_eq!(parse_version(debian), Some((15, 18)));
    assert_eq!(
        parse_version("postgres (PostgreSQL) 18beta1"),
        Some((18, 0))
    );
    assert_eq!(parse_version("something else"), None);
}

#[test]
fn the_newest_supported_version_is_chosen_by_number() {
    let found = [at("/a", (9, 6)), at("/b", (16, 10)), at("/c", (16, 9))];
    let chosen = newest_supported(found.into_iter());
    assert_eq!(chosen, Some(at("/b", (16, 10))));
}

#[test]
fn an_unsupported_version_is_not_used() {
    assert_eq!(newest_supported([at("/a", (14, 12))].into_iter()), None);
}

#[test]
fn a_missing_installation_says_what_to_install() {
    let error = StartError::NotInstalled { programs: "psql" }.to_string();
    assert!(error.contains("apt-get install postgresql"), "{error}");
    assert!(error.contains("TEST_POSTGRES_URL"), "{error}");
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn a_database_is_replaced_in_every_form_of_url() {
    let url = "postgres://u:p@h:5/postgres?sslmode=require";
    let expected = "postgres://u:p@h:5/mine?sslmode=require";
    assert_eq!(with_database(url, "mine"), expected);
    assert_eq!(
        with_database("postgres://u@h", "mine"),
        "postgres://u@h/mine"
    );
}

#[test]
fn only_plain_database_names_are_taken() {
    assert!(is_database_name("suite_1"));
    for name in ["", "1st", "a-b", "A", "x; DROP", &"a".repeat(64)] {
        assert!(!is_database_name(name), "{name}");
    }
}

#[test]
fn servers_of_one_process_are_separate_and_end_when_dropped() {
    let first = PrivatePostgres::start_own(Durability::Volatile).unwrap();
    let second = PrivatePostgres::start_own(Durability::Volatile).unwrap();
    first.create_database("only_in_the_first");
    let databases = "SELECT count(*) FROM pg_database WHERE datname = 'only_in_the_first'";
    assert_eq!(first.psql.query(&first.url, databases).unwrap(), "1");
    assert_eq!(second.psql.query(&second.url, databases).unwrap(), "0");

    let home = first.server.as_ref().unwrap().home().to_path_buf();
    let port = first.server.as_ref().unwrap().port();
    assert!(accepts(&first) && home.exists());
    drop(first);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    assert!(!home.exists());
    assert!(accepts(&second));
}

#[test]
fn a_created_database_replaces_one_of_that_name() {
    let server = PrivatePostgres::start_own(Durability::Volatile).unwrap();
    let url = server.create_database("again");
    server.psql.query(&url, "CREATE TABLE old ()").unwrap();
    let url = server.create_database("again");
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'old'";
    assert_eq!(server.psql.query(&url, tables).unwrap(), "0");
    let encoding = server.psql.query(&url, "SHOW server_encoding").unwrap();
    assert_eq!(encoding, "UTF8");
}

#[test]
fn only_a_durable_server_writes_through() {
    for (durability, expected) in [(Durability::Volatile, "off"), (Durability::Durable, "on")] {
        let server = PrivatePostgres::start_own(durability).unwrap();
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let shown = server.psql.query(&server.url, &format!("SHOW {setting}"));
            assert_eq!(shown.unwrap(), expected, "{setting}");
        }
    }
}

#[test]
fn a_given_server_is_used_and_left_running() {
    let running = PrivatePostgres::start_own(Durability::Volatile).unwrap();
    let borrowed = PrivatePostgres::connect_to(running.url()).unwrap();
    assert_eq!(borrowed.url(), running.url());
    let url = borrowed.create_database("borrowed");
    drop(borrowed);
    let name = running.psql.query(&url, "SELECT current_database()");
    assert_eq!(name.unwrap(), "borrowed");
}

#[test]
fn a_given_server_that_does_not_answer_is_an_error() {
    let running = PrivatePostgres::start_own(Durability::Volatile).unwrap();
    let url = running.url();
    drop(running);
    let error = PrivatePostgres::connect_to(url).unwrap_err();
    assert!(matches!(error, StartError::Failed { .. }), "{error}");
}

#[test]
fn a_connection_outlives_the_thread_that_started_the_server() {
    let started = std::thread::spawn(|| PrivatePostgres::start_own(Durability::Volatile).unwrap());
    let server = started.join().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(server.psql.query(&server.url, "SELECT 1").unwrap(), "1");
}

#[test]
fn a_crashed_server_comes_back_with_its_data_and_its_port() {
    let mut server = PrivatePostgres::start_own(Durability::Durable).unwrap();
    let url = server.create_database("kept");
    server.query(&url, "CREATE TABLE kept ()");
    server.crash();
    assert!(!accepts(&server));
    server.start_again().unwrap();
    assert_eq!(server.query(&url, "SELECT count(*) FROM kept"), "0");
}

#[test]
fn what_a_session_holds_is_let_go_of_with_it() {
    let server = PrivatePostgres::start_own(Durability::Volatile).unwrap();
    let url = server.create_database("held");
    server.query(&url, "CREATE TABLE held ()");
    let locks = "SELECT count(*) FROM pg_locks WHERE relation = 'held'::regclass";
    let session = server.session(&url, "BEGIN; LOCK TABLE held IN SHARE MODE");
    assert_eq!(server.query(&url, locks), "1");
    drop(session);
    assert_eq!(server.query(&url, locks), "0");
}
