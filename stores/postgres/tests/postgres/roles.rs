//! A role that owns the tables, and one that appends.

use std::process;

use onefold::{ExpectedVersion, ReadAll};
use onefold_postgres::PostgresOptions;
use onefold_test_postgres::Scratch;

use crate::support::{append, check_whole, placed, raw, try_open};

#[tokio::test]
async fn with_an_owner_events_are_append_only_by_privileges_too() {
    let roles = Roles::new("NOINHERIT");
    let store = try_open(&roles.dsn(), roles.options()).await.unwrap();
    append(&store, "Order-1", placed(2), ExpectedVersion::Any).await.unwrap();
    let owners = raw(roles.scratch.dsn())
        .await
        .query("SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'onefold'", &[])
        .await
        .unwrap();
    let owners: Vec<String> = owners.iter().map(|row| row.get(0)).collect();
    assert_eq!(owners, [roles.owner.as_str()]);

    let client = raw(&roles.dsn()).await;
    for statement in [
        "UPDATE onefold.events SET type = 'x'",
        "DELETE FROM onefold.events",
        "TRUNCATE onefold.events",
        "DELETE FROM onefold.streams",
        "UPDATE onefold.meta SET value = ''",
        "ALTER TABLE onefold.events DISABLE TRIGGER ALL",
        "DROP TABLE onefold.events",
    ] {
        let error = client.batch_execute(statement).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "42501", "{statement}");
    }
    assert_eq!(check_whole(&store).await, 2);
    // Nor does opening it again want more rights.
    let again = try_open(&roles.dsn(), roles.options()).await.unwrap();
    assert_eq!(again.read_all(ReadAll::default()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_role_that_could_change_events_all_the_same_is_refused() {
    let roles = Roles::new("INHERIT");
    for dsn in [roles.dsn(), roles.scratch.dsn().to_owned()] {
        let error = try_open(&dsn, roles.options()).await.err().unwrap();
        assert_eq!(error.code(), "invalid_argument", "{error}");
        assert!(error.to_string().contains("may change events"), "{error}");
    }
}

#[tokio::test]
async fn an_owner_that_is_none_or_not_ours_is_refused() {
    let roles = Roles::new("NOINHERIT");
    for (owner, code) in [
        ("", "invalid_argument"),
        ("a\0b", "invalid_argument"),
        ("nobody \"of ours", "store"),
        ("postgres", "store"),
    ] {
        let options = PostgresOptions { owner: Some(owner.to_owned()), ..PostgresOptions::default() };
        let error = try_open(&roles.dsn(), options).await.err().unwrap();
        assert_eq!(error.code(), code, "{error}");
    }
    let error = roles.scratch.run("SELECT FROM onefold.events").unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

/// Two roles, of which the one that appends is a member of the other.
struct Roles {
    scratch: Scratch,
    owner: String,
    appender: String,
}

impl Roles {
    fn new(inherits: &str) -> Self {
        let scratch = Scratch::new().unwrap();
        let suffix = format!("{}_{}", process::id(), scratch.number());
        let (owner, appender) = (format!("onefold_owner_{suffix}"), format!("onefold_appender_{suffix}"));
        scratch
            .run(&format!("CREATE ROLE {owner}; CREATE ROLE {appender} LOGIN {inherits} PASSWORD 'appender'"))
            .unwrap();
        scratch
            .run(&format!("GRANT {owner} TO {appender}; CREATE SCHEMA onefold AUTHORIZATION {owner}"))
            .unwrap();
        Self { scratch, owner, appender }
    }

    fn dsn(&self) -> String {
        self.scratch.dsn_with("user", &self.appender)
    }

    fn options(&self) -> PostgresOptions {
        PostgresOptions { owner: Some(self.owner.clone()), ..PostgresOptions::default() }
    }
}

impl Drop for Roles {
    fn drop(&mut self) {
        let Self { owner, appender, .. } = self;
        // On a server of our own they would go anyway.
        let _ =
            self.scratch.run(&format!("DROP OWNED BY {owner}, {appender}; DROP ROLE {owner}, {appender}"));
    }
}
