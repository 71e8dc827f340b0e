//! Servers and databases that do not let us: typed errors that say what to do.

use std::time::{Duration, Instant};

use onefold::{ExpectedVersion, Store};
use onefold_postgres::{PostgresOptions, PostgresStore};
use onefold_test_postgres::Scratch;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::support::{RAW_APPEND, append, open, placed, raw, try_open};

#[tokio::test]
async fn addresses_that_lead_nowhere() {
    let scratch = Scratch::new().unwrap();
    for (dsn, code, advice) in [
        ("postgresql//shop".to_owned(), "invalid_argument", "postgresql://user@host/database"),
        (scratch.dsn_with("dbname", "nowhere"), "store", "make the database"),
        ("host=/nowhere user=postgres".to_owned(), "store_unavailable", "see that the server runs"),
        ("postgresql://shop@127.0.0.1:1/shop".to_owned(), "store_unavailable", "see that the server runs"),
        (scratch.dsn_with("user", "nobody_of_ours"), "store", "check the user"),
    ] {
        let error = try_open(&dsn, PostgresOptions::default()).await.err().unwrap();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(advice), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_takes_connections_and_says_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dsn = format!("postgresql://shop@127.0.0.1:{}/shop", silent.local_addr().unwrap().port());
    let patience = Duration::from_millis(300);
    let options = PostgresOptions { connect_timeout: patience, ..PostgresOptions::default() };
    let begun = Instant::now();
    let error = try_open(&dsn, options).await.err().unwrap();
    assert_eq!(error.code(), "store_unavailable", "{error}");
    assert!(error.to_string().contains("did not answer within 300ms"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_role_without_the_rights() {
    let scratch = Scratch::new().unwrap();
    let role = format!("onefold_reader_{}", std::process::id());
    scratch.run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'reader'")).unwrap();
    let dsn = scratch.dsn_with("user", &role);
    let error = try_open(&dsn, PostgresOptions::default()).await.err().unwrap();
    assert_eq!(error.code(), "store", "{error}");
    assert!(error.to_string().contains("grant the role"), "{error}");

    // What docs/postgres.md lists for a role that only reads.
    let owner = open(scratch.dsn()).await;
    append(&owner, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    let grants = "GRANT USAGE ON SCHEMA onefold TO {role};
        GRANT SELECT ON ALL TABLES IN SCHEMA onefold TO {role};
        GRANT SELECT ON SEQUENCE onefold.positions TO {role}";
    scratch.run(&grants.replace("{role}", &role)).unwrap();
    let store =
        try_open(&dsn, PostgresOptions { migrate: false, ..PostgresOptions::default() }).await.unwrap();
    assert_eq!(store.read_all(onefold::ReadAll::default()).await.unwrap().len(), 1);
    let error = append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap_err();
    assert_eq!(error.code(), "store", "{error}");
    assert!(error.to_string().contains("grant the role"), "{error}");

    // And for one that appends.
    let grants = "GRANT INSERT ON onefold.events TO {role};
        GRANT INSERT, UPDATE ON onefold.streams, onefold.snapshots TO {role};
        GRANT UPDATE ON SEQUENCE onefold.positions TO {role}";
    scratch.run(&grants.replace("{role}", &role)).unwrap();
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    store.close().await.unwrap();
    scratch.run(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}

/// One that says so, since an old one is nowhere to be had.
#[tokio::test]
async fn a_server_that_is_too_old() {
    let scratch = Scratch::new().unwrap();
    let pretend = "CREATE FUNCTION current_setting(name text) RETURNS text LANGUAGE sql AS $$
        SELECT CASE name WHEN 'server_version_num' THEN '130014' ELSE pg_catalog.current_setting(name) END $$";
    scratch.run(pretend).unwrap();
    scratch.set("search_path", "public, pg_catalog").unwrap();
    let error = try_open(scratch.dsn(), PostgresOptions::default()).await.err().unwrap();
    assert_eq!(error.code(), "store", "{error}");
    assert!(error.to_string().contains("PostgreSQL 13, onefold needs 14 or newer"), "{error}");
    let error = scratch.run("SELECT FROM onefold.meta").unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[tokio::test]
async fn a_database_in_another_encoding() {
    let scratch = Scratch::new().unwrap();
    let name = format!("onefold_latin1_{}", std::process::id());
    let sql =
        format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    scratch.run(&sql).unwrap();
    let dsn = scratch.dsn_with("dbname", &name);
    let error = try_open(&dsn, PostgresOptions::default()).await.err().unwrap();
    assert!(error.to_string().contains("UTF8"), "{error}");
    scratch.run(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}

#[tokio::test]
async fn a_stream_that_stays_locked() {
    let scratch = Scratch::new().unwrap();
    let timeout = Duration::from_millis(300);
    let options = PostgresOptions { statement_timeout: Some(timeout), ..PostgresOptions::default() };
    let store = try_open(scratch.dsn(), options).await.unwrap();
    stays_locked(&scratch, &store).await;
}

/// An append to a stream that another transaction has locked ends in time, and leaves nothing.
pub(crate) async fn stays_locked(scratch: &Scratch, store: &Store<PostgresStore>) {
    let mut client = raw(scratch.dsn()).await;
    let transaction = client.transaction().await.unwrap();
    transaction.query(RAW_APPEND, &[&"Order-1", &1]).await.unwrap();
    let append_in_vain = append(store, "Order-1", placed(1), ExpectedVersion::Any);
    let error = timeout(Duration::from_secs(10), append_in_vain).await.unwrap().unwrap_err();
    assert_eq!(error.code(), "store_unavailable", "{error}");
    assert!(error.to_string().contains("statement_timeout"), "{error}");
    transaction.rollback().await.unwrap();
    append(store, "Order-1", placed(1), ExpectedVersion::NoStream).await.unwrap();
}

#[tokio::test]
async fn connections_that_are_cut_are_made_again() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    for _ in 0..5 {
        append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'onefold' AND datname = current_database()";
        scratch.run(cut).unwrap();
        let begun = Instant::now();
        assert_eq!(store.stream_version("Order-1").await.unwrap().get(), store.head().await.unwrap().get());
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}
