//! The store contract of onefold as a test suite.
