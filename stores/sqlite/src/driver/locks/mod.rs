//! Locks that belong to an open file, not to the process.
//!
//! POSIX drops all locks that a process has on a file when it closes that file once, and shows it none of its own.
//! So another copy of SQLite in this process (Python's `sqlite3`, for one) that opens and closes the file finds it
//! unused and leaves it unlocked: it empties the index of the log, removes the log, and lets other processes write
//! at the same time as this one, which loses events or ruins the file.
//!
//! Linux has locks without these two faults ("open file description locks", `fcntl_locking(2)`), and SQLite lets its
//! calls of `fcntl` be replaced. With them the other copy is like one in another process.

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod elsewhere;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod linux;

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(super) use elsewhere::{forget, lock_by_file};
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) use linux::{forget, lock_by_file};
