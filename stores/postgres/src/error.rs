use std::io;
use std::iter::successors;

use onefold::{StoreError, StoreErrorKind};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// What an error of PostgreSQL means to the store's user, and what to do.
pub(crate) fn failed(error: Error) -> StoreError {
    let (kind, advice) = meaning(&error);
    let message = match error.as_db_error() {
        Some(database) => {
            format!("the database says: {} ({}); {advice}", database.message(), database.code().code())
        }
        None => format!("the database cannot be used: {}; {advice}", with_causes(&error)),
    };
    StoreError::new(kind, message).caused_by(error)
}

/// Whether the connection or the server went away, so that another connection may do.
pub(crate) fn is_disconnected(error: &Error) -> bool {
    let Some(code) = error.code() else {
        return error.is_closed() || (is_of_io(error) && !is_of_tls(error));
    };
    code.code().starts_with("08")
        || [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::TOO_MANY_CONNECTIONS,
        ]
        .contains(code)
}

/// Whether the transaction was the victim of another one and may simply be run again.
pub(crate) fn is_victim(error: &Error) -> bool {
    [Some(&SqlState::T_R_DEADLOCK_DETECTED), Some(&SqlState::T_R_SERIALIZATION_FAILURE)]
        .contains(&error.code())
}

/// Whether a row was there already: for events, one of this id.
pub(crate) fn is_known(error: &Error) -> bool {
    error.code() == Some(&SqlState::UNIQUE_VIOLATION)
}

fn meaning(error: &Error) -> (StoreErrorKind, &'static str) {
    use StoreErrorKind::{Failed, Migration, Unavailable};
    if is_disconnected(error) {
        return (Unavailable, "see that the server runs and takes connections, and try again");
    }
    let Some(code) = error.code() else {
        if is_of_tls(error) {
            return (
                Failed,
                "check sslmode and sslrootcert of the address: does it trust who issued the certificate?",
            );
        }
        return (Failed, "check the address and the options");
    };
    match code.code() {
        "28P01" | "28000" => (Failed, "check the user and the password of the address, and pg_hba.conf"),
        "3D000" => (Failed, "make the database, or name another one in the address"),
        "42501" => (Failed, "grant the role what docs/postgres.md lists, or connect as another"),
        "42P01" | "42883" | "3F000" => (Migration, "the tables are missing: call migrate"),
        "42P07" | "42723" | "42710" => {
            (Migration, "the schema holds tables of something else: give the name of another schema")
        }
        "57014" => (Unavailable, "it took longer than statement_timeout: try again, or raise it"),
        "55P03" | "40P01" | "40001" => (Unavailable, "others hold the locks: try again"),
        "25006" => (Unavailable, "it is a replica or was just demoted: connect to the primary"),
        "53100" => (Failed, "the server's disk is full: make room and try again with the same event ids"),
        "53200" | "53300" | "53400" => (Unavailable, "the server is short of resources: try again later"),
        _ => (Failed, "see the server's log"),
    }
}

/// Whether it is a certificate or the like that failed, which comes wrapped as an error of the connection.
fn is_of_tls(error: &Error) -> bool {
    let mut wrapped = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()?.get_ref());
    wrapped.any(|wrapped| wrapped.downcast_ref::<rustls::Error>().is_some())
}

fn is_of_io(error: &Error) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<io::Error>().is_some())
}

fn with_causes(error: &Error) -> String {
    causes(error).fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn causes(error: &Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    successors(std::error::Error::source(error), |cause| cause.source())
}
