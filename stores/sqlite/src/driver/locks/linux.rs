use std::fs::{self, File, OpenOptions};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::{io, mem, process, ptr};

use nix::errno::Errno;
use nix::libc::{self, c_int, c_short, flock, off_t};
use nix::sys::stat::fstat;
use rusqlite::ffi;

/// The bytes of an index that SQLite locks; those of a database are far behind.
const FIRST_OF_INDEX: off_t = 120;
const LAST_OF_INDEX: off_t = 128;

#[expect(clippy::cast_possible_truncation, reason = "a small constant")]
const UNLOCK: c_short = libc::F_UNLCK as c_short;

/// The databases that are locked.
static LOCKED: Mutex<Vec<Locked>> = Mutex::new(Vec::new());

/// The process that locks indexes. A forked one shares the locks of its parent, and must not end them with the
/// connections that it inherited.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// A database with locks.
struct Locked {
    id: (libc::dev_t, libc::ino_t),
    /// As [`PROCESS`], for this file.
    process: u32,
    /// The file once more, for all connections to it: POSIX has one set of locks for all of a process, and SQLite
    /// counts on that.
    file: File,
}

/// Makes SQLite's locks in this process locks by open file, from its first connection on.
#[expect(unsafe_code, reason = "SQLite's C interface is the only way to its system calls")]
pub(in crate::driver) fn lock_by_file() {
    static INSTALL: Once = Once::new();
    PROCESS.store(process::id(), Ordering::Relaxed);
    INSTALL.call_once(|| {
        // SAFETY: the default file system of SQLite is never freed. What it calls `fcntl` by takes a third argument
        // that is declared as variable; the architectures that this is built for pass one integer or pointer
        // there as they pass a fixed one.
        unsafe {
            let Some(system) = ffi::sqlite3_vfs_find(ptr::null()).as_mut() else {
                return;
            };
            let replacement = mem::transmute::<
                unsafe extern "C" fn(c_int, c_int, *mut flock) -> c_int,
                unsafe extern "C" fn(),
            >(fcntl);
            if let Some(replace) = system.xSetSystemCall {
                replace(system, c"fcntl".as_ptr(), Some(replacement));
            }
        }
    });
}

/// Forgets a database that no connection has open any more: SQLite gives up no locks that it failed to get whole.
pub(in crate::driver) fn forget(database: &Path) {
    let Ok(metadata) = fs::metadata(database) else {
        return;
    };
    let id = (metadata.dev(), metadata.ino());
    databases().retain(|locked| locked.id != id || locked.process != process::id());
}

/// What SQLite calls instead of the system's `fcntl`.
#[expect(unsafe_code, reason = "SQLite calls it")]
unsafe extern "C" fn fcntl(file: c_int, command: c_int, argument: *mut flock) -> c_int {
    if command != libc::F_SETLK && command != libc::F_GETLK {
        // SAFETY: the call is passed on as it is.
        return unsafe { libc::fcntl(file, command, argument) };
    }
    // SAFETY: with these commands the argument is a lock.
    let lock = unsafe { &mut *argument };
    if (FIRST_OF_INDEX..=LAST_OF_INDEX).contains(&lock.l_start) {
        return on_index(file, command, lock);
    }
    on_database(file, command, lock).unwrap_or_else(|_| system_fcntl(file, command, lock))
}

/// SQLite has an index open once for all of its connections.
fn on_index(file: c_int, command: c_int, lock: &mut flock) -> c_int {
    let is_unlock = command == libc::F_SETLK && lock.l_type == UNLOCK;
    if is_unlock && process::id() != PROCESS.load(Ordering::Relaxed) {
        return 0;
    }
    by_file(file, command, lock).unwrap_or_else(|_| system_fcntl(file, command, lock))
}

/// An error where it cannot be done this way.
fn on_database(file: c_int, command: c_int, lock: &mut flock) -> io::Result<c_int> {
    let id = identity(file)?;
    let mut all = databases();
    let known = all.iter().position(|locked| locked.id == id);
    let locked = match known {
        Some(index) => all.swap_remove(index),
        None => Locked { id, process: process::id(), file: open_again(file)? },
    };
    let is_unlock = command == libc::F_SETLK && lock.l_type == UNLOCK;
    let done = if locked.process == process::id() {
        by_file(locked.file.as_raw_fd(), command, lock)?
    } else if is_unlock {
        0
    } else {
        Errno::EAGAIN.set();
        -1
    };
    let errno = Errno::last();
    // SQLite gives up all of its locks at once, in the end. A length of 0 is all of the file.
    if !(is_unlock && lock.l_len == 0) {
        all.push(locked);
    }
    errno.set();
    Ok(done)
}

fn by_file(file: c_int, command: c_int, lock: &mut flock) -> io::Result<c_int> {
    let command = if command == libc::F_GETLK { libc::F_OFD_GETLK } else { libc::F_OFD_SETLK };
    // The system demands it.
    lock.l_pid = 0;
    let done = system_fcntl(file, command, lock);
    if done == -1 && Errno::last() == Errno::EINVAL {
        return Err(Errno::EINVAL.into());
    }
    Ok(done)
}

#[expect(unsafe_code, reason = "the system's own `fcntl` is what SQLite expects the errors of")]
fn system_fcntl(file: c_int, command: c_int, lock: &mut flock) -> c_int {
    // SAFETY: the commands are those that take a lock.
    unsafe { libc::fcntl(file, command, lock) }
}

#[expect(unsafe_code, reason = "SQLite gives the number of a file")]
fn identity(file: c_int) -> io::Result<(libc::dev_t, libc::ino_t)> {
    // SAFETY: SQLite has the file open during the call.
    let file = unsafe { BorrowedFd::borrow_raw(file) };
    let status = fstat(file)?;
    Ok((status.st_dev, status.st_ino))
}

fn open_again(file: c_int) -> io::Result<File> {
    let path = format!("/proc/self/fd/{file}");
    OpenOptions::new().read(true).write(true).open(&path).or_else(|_| File::open(&path))
}

fn databases() -> MutexGuard<'static, Vec<Locked>> {
    LOCKED.lock().unwrap_or_else(PoisonError::into_inner)
}
