use std::fs::File;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{io, mem, process, ptr};

use nix::fcntl::FcntlArg;
use nix::libc::{self, c_int, c_short, flock, off_t};
use rusqlite::ffi;

/// The bytes of an index that SQLite locks; those that it locks in a database are far behind.
const FIRST: off_t = 120;
const LAST: off_t = 128;

#[expect(clippy::cast_possible_truncation, reason = "small constants")]
const READ: c_short = libc::F_RDLCK as c_short;
#[expect(clippy::cast_possible_truncation, reason = "small constants")]
const UNLOCK: c_short = libc::F_UNLCK as c_short;
#[expect(clippy::cast_possible_truncation, reason = "small constants")]
const FROM_START: c_short = libc::SEEK_SET as c_short;

/// The process that locks. Locks by open file are shared with a forked process, which must not end those of its
/// parent with the connections that it inherited.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// Makes SQLite's locks on indexes locks by open file, from the first connection of this process on.
#[expect(unsafe_code, reason = "SQLite's C interface is the only way to its system calls")]
pub(in crate::driver) fn lock_indexes_by_file() {
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

/// Locks a database file for reading.
pub(in crate::driver) fn lock(file: &File) -> io::Result<()> {
    set(file, READ)
}

pub(in crate::driver) fn unlock(file: &File) -> io::Result<()> {
    set(file, UNLOCK)
}

fn set(file: &File, l_type: c_short) -> io::Result<()> {
    // The bytes that SQLite locks to read, by its file format: SHARED_FIRST and SHARED_SIZE.
    let lock = flock { l_type, l_whence: FROM_START, l_start: 0x4000_0002, l_len: 510, l_pid: 0 };
    nix::fcntl::fcntl(file, FcntlArg::F_OFD_SETLK(&lock))?;
    Ok(())
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
    if !(FIRST..=LAST).contains(&lock.l_start) {
        // SAFETY: as above.
        return unsafe { libc::fcntl(file, command, lock) };
    }
    let is_unlock = command == libc::F_SETLK && lock.l_type == UNLOCK;
    if is_unlock && process::id() != PROCESS.load(Ordering::Relaxed) {
        return 0;
    }
    lock_by_file(file, command, lock)
}

#[expect(unsafe_code, reason = "the system is asked")]
fn lock_by_file(file: c_int, command: c_int, lock: &mut flock) -> c_int {
    // The system demands it.
    lock.l_pid = 0;
    let by_file = if command == libc::F_GETLK { libc::F_OFD_GETLK } else { libc::F_OFD_SETLK };
    // SAFETY: SQLite's own file and a lock.
    let done = unsafe { libc::fcntl(file, by_file, &mut *lock) };
    let is_unknown = done == -1 && io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL);
    // Locks of connections that were open before this module was in use end in the old way.
    if is_unknown || (done == 0 && command == libc::F_SETLK && lock.l_type == UNLOCK) {
        // SAFETY: as above.
        return unsafe { libc::fcntl(file, command, lock) };
    }
    done
}
