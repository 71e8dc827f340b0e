use std::fs::File;
use std::io;

/// Windows locks by open file anyway. The locks of macOS are too little known.
pub(in crate::driver) const fn lock_indexes_by_file() {}

pub(in crate::driver) fn lock(_: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(in crate::driver) fn unlock(_: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
