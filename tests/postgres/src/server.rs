use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::user::User;
use crate::{Failure, binaries, reach};

const PATIENCE: Duration = Duration::from_secs(30);

/// Starts and kills the server as it is told, line by line, and says when that is done. When nobody is left to tell it
/// anything, because the test has ended in whatever way, it stops the server and removes its folder.
const KEEPER: &str = r#"
    bin=$1 folder=$2 server=
    while read -r word; do
        case $word in
        start)
            # While processes of the one before are still ending, it gives up; a shell that runs a command notices.
            sleep 0.05
            if ! kill -0 "$server"; then
                "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=200 \
                    -c fsync=off >> "$folder/log" 2>&1 &
                server=$!
            fi
            ;;
        kill)
            # Stopped first, so that it starts no new processes. Those that it has, where the system tells, would
            # end their work without it.
            kill -STOP "$server"
            kill -9 $(cat "/proc/$server/task/$server/children") "$server"
            wait "$server"
            ;;
        esac
        echo "$word"
    done
    kill -QUIT "$server"
    wait "$server"
    rm -rf "$folder"
"#;

/// A throw-away server on a socket in a folder of its own.
pub struct Server {
    folder: std::path::PathBuf,
    keeper: Mutex<Keeper>,
}

impl Server {
    /// Makes a new server and starts it.
    ///
    /// # Errors
    /// [`Failure`] where no PostgreSQL is found, or it does not start.
    pub fn start() -> Result<Self, Failure> {
        Self::start_from(binaries::directory()?)
    }

    /// Makes a server of the binaries in this folder.
    pub(crate) fn start_from(bin: PathBuf) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("onefold-pg-").tempdir_in("/tmp");
        let folder = folder.map_err(|error| Failure::new("no folder for the server", error))?;
        let user = User::of(folder.path())?;
        let bin = reach::within_reach(bin, user, folder.path())?;
        make_data(&bin, user, folder.path())?;
        let mut keeper = user
            .command(Path::new("sh"))
            // The user may not be allowed where we are.
            .current_dir(folder.path())
            .args(["-c", KEEPER, "sh"])
            .args([&bin, folder.path()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C in the terminal is for the test; the keeper notices its end.
            .process_group(0)
            .spawn()
            .map_err(|error| Failure::new("the server's keeper does not start", error))?;
        let (words, answers) = (keeper.stdin.take(), keeper.stdout.take().map(BufReader::new));
        let keeper = Keeper { process: keeper, words, answers };
        let server = Self { folder: folder.keep(), keeper: Mutex::new(keeper) };
        server.restart()?;
        Ok(server)
    }

    /// The address of a database on this server.
    pub fn dsn(&self, database: &str) -> String {
        format!("host={} user=postgres dbname={database}", self.folder.display())
    }

    /// The folder with its data and its socket; it goes with the server.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs a statement in its database `postgres`.
    ///
    /// # Errors
    /// [`Failure`] with what the server says.
    pub fn run(&self, sql: &str) -> Result<(), Failure> {
        crate::scratch::run(&self.dsn("postgres"), sql)
    }

    /// Ends the server at once, as a crash would (`kill -9`).
    ///
    /// # Errors
    /// [`Failure`].
    pub fn kill(&self) -> Result<(), Failure> {
        self.tell("kill")
    }

    /// Starts it again after [`kill`](Self::kill), and waits until it takes connections.
    ///
    /// # Errors
    /// [`Failure`] with what the server's log says.
    pub fn restart(&self) -> Result<(), Failure> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            self.tell("start")?;
            let attempt = Instant::now() + Duration::from_millis(500);
            while Instant::now() < attempt {
                if crate::scratch::run(&self.dsn("postgres"), "SELECT 1").is_ok() {
                    return Ok(());
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(Failure::new("the server does not start", log))
    }

    fn tell(&self, word: &str) -> Result<(), Failure> {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.tell(word).map_err(|error| Failure::new("the server's keeper has gone", error))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        drop(keeper.words.take());
        // What could be done if it failed? The folder is in /tmp.
        let _ = keeper.process.wait();
    }
}

/// The process that has the server.
struct Keeper {
    process: Child,
    words: Option<ChildStdin>,
    answers: Option<BufReader<ChildStdout>>,
}

impl Keeper {
    /// Tells it a word and waits until that is done.
    fn tell(&mut self, word: &str) -> io::Result<()> {
        let (Some(words), Some(answers)) = (&mut self.words, &mut self.answers) else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        writeln!(words, "{word}")?;
        match answers.read_line(&mut String::new())? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

fn make_data(bin: &Path, user: User, folder: &Path) -> Result<(), Failure> {
    let made = user
        .command(&bin.join("initdb"))
        .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
        .arg(folder.join("data"))
        .current_dir(folder)
        .output()
        .map_err(|error| Failure::new("initdb does not run", error))?;
    if made.status.success() {
        return Ok(());
    }
    Err(Failure::new("initdb fails", String::from_utf8_lossy(&made.stderr)))
}
