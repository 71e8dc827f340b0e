//! The SQLite store of onefold.
