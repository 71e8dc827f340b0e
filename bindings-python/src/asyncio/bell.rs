#[cfg(target_os = "linux")]
use std::os::fd::{AsRawFd, OwnedFd};

use pyo3::exceptions::PyNotImplementedError;
use pyo3::prelude::*;

/// How other threads tell a loop that something has come in.
pub(super) enum Bell {
    /// A descriptor among those that the loop waits for anyway: to ring is one system call without the interpreter.
    #[cfg(target_os = "linux")]
    Descriptor(OwnedFd),
    /// The loop's own way.
    Callable(Py<PyAny>),
}

impl Bell {
    #[cfg(target_os = "linux")]
    pub(super) fn descriptor() -> PyResult<Self> {
        use rustix::event::{EventfdFlags, eventfd};
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        Ok(Self::Descriptor(eventfd(0, flags).map_err(std::io::Error::from)?))
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn descriptor() -> PyResult<Self> {
        Err(no_descriptor())
    }

    pub(super) fn fileno(&self) -> PyResult<i32> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Descriptor(descriptor) => Ok(descriptor.as_raw_fd()),
            Self::Callable(_) => Err(no_descriptor()),
        }
    }

    /// A loop that has ended waits for nothing: then nobody hears it.
    pub(super) fn ring(&self) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Descriptor(descriptor) => {
                let _ = rustix::io::write(descriptor, &1u64.to_ne_bytes());
            }
            Self::Callable(ring) => {
                let _ = Python::try_attach(|py| ring.call0(py).map(drop));
            }
        }
    }

    pub(super) fn silence(&self) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Descriptor(descriptor) => {
                let _ = rustix::io::read(descriptor, &mut [0; 8]);
            }
            Self::Callable(_) => {}
        }
    }
}

fn no_descriptor() -> PyErr {
    PyNotImplementedError::new_err("there is no descriptor to wait for")
}
