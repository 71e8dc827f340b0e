//! The vectors that need no store.

use onefold_conformance::{Failure, vectors};

#[test]
fn registries_have_the_faults_expected() -> Result<(), Failure> {
    vectors::registry::faults()
}

#[test]
fn errors_have_the_codes_expected() -> Result<(), Failure> {
    vectors::errors::codes()
}
