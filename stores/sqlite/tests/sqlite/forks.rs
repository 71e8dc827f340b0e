//! A process that is forked while it has the store open.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io, thread};

use onefold::{ExpectedVersion, Store};
use onefold_sqlite::SqliteStore;

use crate::processes::Job;
use crate::scratch::{Scratch, append, check_whole, close, open, placed};

#[test]
fn a_forked_process_opens_the_file_only_once_it_has_closed_what_it_inherited() {
    let scratch = Scratch::new();
    // In a process of its own, where no other test is within SQLite at the fork.
    let parent = Job::Fork.start(&scratch.path(), 0);
    assert!(parent.wait_with_output().unwrap().status.success());
    assert_eq!(check_whole(&scratch), 3);
}

/// What the parent does.
pub(crate) fn fork(path: &Path) {
    let directory = path.parent().unwrap();
    let store = Arc::new(open(path).unwrap());
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
    let child = {
        let (store, directory) = (store.clone(), directory.to_owned());
        thread::spawn(move || forked(move || use_in_child(&store, &directory)))
    };
    // While the child writes, the parent closes the file: what the child writes then must not be lost.
    let written = directory.join("written");
    while !written.exists() && !child.is_finished() {
        thread::sleep(Duration::from_millis(1));
    }
    close(&store);
    fs::write(directory.join("closed"), "").unwrap();
    child.join().unwrap().unwrap();
}

fn use_in_child(inherited: &Store<SqliteStore>, directory: &Path) -> io::Result<()> {
    let path = directory.join("shop.db");
    let error = append(inherited, "Order-1", placed(1), ExpectedVersion::Any).unwrap_err();
    expect(error.to_string().contains("was forked"), &error)?;
    let error = open(&path).err().unwrap();
    expect(error.to_string().contains("was forked"), &error)?;

    close(inherited);
    let store = open(&path).map_err(io::Error::other)?;
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).map_err(io::Error::other)?;
    fs::write(directory.join("written"), "")?;
    while !directory.join("closed").exists() {
        thread::sleep(Duration::from_millis(1));
    }
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).map_err(io::Error::other)?;
    close(&store);
    Ok(())
}

fn expect(holds: bool, found: &impl ToString) -> io::Result<()> {
    if holds { Ok(()) } else { Err(io::Error::other(found.to_string())) }
}

/// Runs `work` in a forked process.
#[expect(unsafe_code, reason = "std runs nothing of ours in a forked process otherwise")]
fn forked(work: impl FnMut() -> io::Result<()> + Send + Sync + 'static) -> io::Result<()> {
    let mut command = Command::new("true");
    // SAFETY: of what another thread may have held locked at the fork, the child needs the allocator only, which
    // the C library makes usable again.
    unsafe { command.pre_exec(work) };
    command.status().map(|_| ())
}
