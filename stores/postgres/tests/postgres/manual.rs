//! The SQL in the manual runs.

use std::sync::Arc;

use onefold_postgres::{PostgresOptions, PostgresStore, TokioHost};
use onefold_test_postgres::Server;

use crate::support::{append, open, placed, try_open};

const MANUAL: &str = include_str!("../../../../docs/postgres.md");

#[tokio::test]
async fn every_statement_of_the_manual_runs_in_its_order() {
    // On a server of its own, for the roles.
    let server = Server::start().unwrap();
    let dsn = server.dsn("postgres");
    let statements: Vec<_> =
        MANUAL.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(statements.len() >= 7, "{}", statements.len());
    let (roles, others) = statements.split_first().unwrap();
    server.run(roles).unwrap();
    let owned = PostgresOptions { owner: Some("shop_owner".to_owned()), ..PostgresOptions::default() };
    PostgresStore::migrate(&dsn, Arc::new(TokioHost), owned.clone()).await.unwrap();
    let epoch = open(&dsn).await.epoch();
    for statement in others {
        server.run(statement).unwrap();
    }

    // What they grant is enough, and the last of them has made the cursors of before void.
    let by_hand = PostgresOptions { migrate: false, ..owned };
    let store = try_open(&format!("{dsn} user=shop"), by_hand).await.unwrap();
    append(&store, "Order-1", placed(1), 0).await.unwrap();
    assert_ne!(store.epoch(), epoch);
}
