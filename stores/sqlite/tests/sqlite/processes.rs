//! Processes on one file. Each is this test binary again, told by its environment what to do.

use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use onefold::{AppendError, ExpectedVersion};
use pollster::block_on;

use crate::scratch::{Scratch, append, check_whole, close, numbered, open, placed};

const PROCESSES: usize = 4;
const APPENDS: usize = 50;

#[test]
fn processes_that_open_a_new_file_at_once_write_each_event_once() {
    let scratch = Scratch::new();
    let children: Vec<_> = (0..PROCESSES).map(|_| Job::Contend.start(&scratch.path(), 0)).collect();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    assert_eq!(check_whole(&scratch), PROCESSES * APPENDS * 2);
}

/// What another process does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Job {
    /// Appends to two streams at the version read before, again and again on conflicts.
    Contend,
    /// Appends events numbered from a number on, and prints each number once it is written, until it is killed.
    Count,
    /// Tries to open the file, and prints the code and the message of the error.
    Open,
    /// Forks with the file open.
    #[cfg(unix)]
    Fork,
}

impl Job {
    pub(crate) fn start(self, path: &Path, from: u64) -> Child {
        self.command(&env::current_exe().unwrap(), path, from).spawn().unwrap()
    }

    pub(crate) fn command(self, test_binary: &Path, path: &Path, from: u64) -> Command {
        let mut command = Command::new(test_binary);
        command
            .args(["--exact", "processes::job", "--nocapture"])
            .env("ONEFOLD_TEST_JOB", format!("{self:?}"))
            .env("ONEFOLD_TEST_PATH", path)
            .env("ONEFOLD_TEST_FROM", from.to_string())
            .stdout(Stdio::piped());
        command
    }
}

/// The lines that a job printed, without what the test harness prints around them.
pub(crate) fn printed(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("> ").map(str::to_owned))
}

/// Not a test but the other process, when the environment says so.
#[test]
fn job() {
    let Ok(job) = env::var("ONEFOLD_TEST_JOB") else {
        return;
    };
    let path = env::var("ONEFOLD_TEST_PATH").unwrap();
    let path = Path::new(&path);
    // The harness leaves a line of its own unfinished.
    say("");
    match job.as_str() {
        "Contend" => contend(path),
        "Count" => count(path, env::var("ONEFOLD_TEST_FROM").unwrap().parse().unwrap()),
        "Open" => match open(path) {
            Ok(_) => say("> opened"),
            Err(error) => say(&format!("> {} {error}", error.code())),
        },
        #[cfg(unix)]
        "Fork" => crate::forks::fork(path),
        other => panic!("{other}"),
    }
}

fn contend(path: &Path) {
    let store = open(path).unwrap();
    for number in 0..APPENDS {
        let stream_id = format!("Order-{}", number % 2);
        loop {
            let version = block_on(store.stream_version(&stream_id)).unwrap();
            match append(&store, &stream_id, placed(2), version) {
                Ok(_) => break,
                Err(AppendError::Conflict(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
    close(&store);
}

fn count(path: &Path, from: u64) {
    let store = open(path).unwrap();
    for number in from.. {
        let stream_id = format!("Order-{}", number % 7);
        append(&store, &stream_id, vec![numbered(number)], ExpectedVersion::Any).unwrap();
        say(&format!("> {number}"));
    }
}

fn say(line: &str) {
    let mut out = stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
