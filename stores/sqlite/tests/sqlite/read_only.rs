//! Files and directories that may not be written. The file system lets the superuser write all the same: then
//! another process does the opening, as an ordinary user.
#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::{env, thread};

use crate::processes::{Job, printed};
use crate::scratch::Scratch;

/// The user and group `nobody`.
const NOBODY: u32 = 65_534;

#[test]
fn a_read_only_file_is_refused() {
    let scratch = Scratch::filled(100);
    allow(&scratch, 0o777, 0o444);
    let refused = opened_by_ordinary_user(&scratch);
    assert!(refused.starts_with("migration "), "{refused}");
    assert!(refused.contains("is read-only"), "{refused}");
}

#[test]
fn a_read_only_directory_is_refused() {
    let scratch = Scratch::filled(100);
    allow(&scratch, 0o555, 0o666);
    let refused = opened_by_ordinary_user(&scratch);
    assert!(refused.starts_with("migration "), "{refused}");
    assert!(refused.contains("its directory writable"), "{refused}");
}

#[test]
fn a_file_that_may_not_be_read_is_refused() {
    let scratch = Scratch::filled(100);
    allow(&scratch, 0o777, 0o000);
    let refused = opened_by_ordinary_user(&scratch);
    assert!(refused.starts_with("store "), "{refused}");
}

#[test]
fn what_is_writable_opens() {
    let scratch = Scratch::filled(100);
    allow(&scratch, 0o777, 0o666);
    assert_eq!(opened_by_ordinary_user(&scratch), "opened");
}

fn allow(scratch: &Scratch, directory: u32, file: u32) {
    fs::set_permissions(scratch.path(), Permissions::from_mode(file)).unwrap();
    fs::set_permissions(scratch.directory(), Permissions::from_mode(directory)).unwrap();
}

fn opened_by_ordinary_user(scratch: &Scratch) -> String {
    // A copy, since the ordinary user may have no way to where the test binary is.
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let binary = place.path().join("test");
    fs::copy(env::current_exe().unwrap(), &binary).unwrap();
    let mut command = Job::Open.command(&binary, &scratch.path(), 0);
    if is_superuser(place.path()) {
        command.uid(NOBODY).gid(NOBODY);
    }
    let mut child = spawn(command.current_dir("/"));
    let lines: Vec<_> = printed(&mut child).collect();
    child.wait().unwrap();
    // So that the directory can be cleared away.
    allow(scratch, 0o777, 0o666);
    lines.into_iter().next().unwrap()
}

/// A process that another test forks has the copied binary open for writing until it becomes what it shall be.
fn spawn(command: &mut Command) -> Child {
    loop {
        match command.spawn() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::yield_now(),
            spawned => return spawned.unwrap(),
        }
    }
}

fn is_superuser(directory: &std::path::Path) -> bool {
    let path = directory.join("locked");
    File::create(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    File::open(&path).is_ok()
}
