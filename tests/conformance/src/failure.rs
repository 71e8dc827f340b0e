use std::fmt;

/// How a store broke the contract, in words.
pub struct Failure(String);

impl Failure {
    /// A failure with this description.
    pub fn new(description: impl Into<String>) -> Self {
        Self(description.into())
    }

    /// The same failure, and where it happened.
    #[must_use]
    pub fn within(self, place: impl fmt::Display) -> Self {
        Self(format!("{place}: {}", self.0))
    }
}

/// Fails with a description unless the condition holds.
///
/// # Errors
/// The [`Failure`].
pub fn check(holds: bool, description: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure(description())) }
}

/// Fails unless both are equal.
///
/// # Errors
/// The [`Failure`] shows both.
#[expect(clippy::needless_pass_by_value, reason = "what is compared is mostly made on the spot")]
pub fn equal<T: PartialEq + fmt::Debug>(what: &str, actual: T, expected: T) -> Result<(), Failure> {
    check(actual == expected, || format!("{what}: expected {expected:?}, got {actual:?}"))
}

// Any error may go up by `?`; so `Failure` itself is no `Error`.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(format!("unexpected error: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// What the test harness prints.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
