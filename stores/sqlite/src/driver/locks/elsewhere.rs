use std::path::Path;

/// Windows locks by open file anyway. macOS passes variable arguments in another way than fixed ones.
pub(in crate::driver) const fn lock_by_file() {}

pub(in crate::driver) const fn forget(_: &Path) {}
