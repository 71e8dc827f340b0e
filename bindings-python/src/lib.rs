//! The Python module of onefold.
