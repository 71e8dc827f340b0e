use std::io;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;

/// Something with threads, which a forked process does not have and must start for itself.
pub(super) struct PerProcess<T: 'static>(Mutex<Option<(u32, &'static T)>>);

impl<T> PerProcess<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// That of this process. What was of the process that this one was forked from is left as it is: nobody knows in
    /// what state the fork caught it.
    ///
    /// The interpreter is held meanwhile, and a fork holds it too: so none ever finds this locked.
    pub(super) fn get_or_start(
        &self,
        _attached: Python<'_>,
        start: impl FnOnce() -> io::Result<&'static T>,
    ) -> PyResult<&'static T> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if let Some((started_in, running)) = *kept
            && started_in == process
        {
            return Ok(running);
        }
        let running = start()?;
        *kept = Some((process, running));
        Ok(running)
    }
}
