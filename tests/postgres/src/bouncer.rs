use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::Failure;
use crate::user::User;

const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the proxy until nobody is left to say that it shall end; then removes its folder.
const KEEPER: &str = r#"
    "$1" "$2/pgbouncer.ini" > "$2/log" 2>&1 &
    read -r _
    kill -TERM $!
    wait $!
    rm -rf "$2"
"#;

/// A `PgBouncer` that pools transactions, on a socket in a folder of its own.
pub struct Bouncer {
    folder: PathBuf,
    keeper: Child,
    user: String,
    database: String,
}

impl Bouncer {
    /// Starts one before the database of this address, if it is installed. More lines of its configuration may be
    /// given. Where it is not installed, this says so past the capture of the tests' output.
    ///
    /// # Errors
    /// [`Failure`] with what its log says where it does not start.
    pub fn start(dsn: &str, settings: &str) -> Result<Option<Self>, Failure> {
        let program = [
            "/usr/sbin/pgbouncer",
            "/usr/bin/pgbouncer",
            "/usr/local/bin/pgbouncer",
            "/opt/homebrew/bin/pgbouncer",
        ];
        let Some(program) = program.into_iter().map(Path::new).find(|program| program.exists()) else {
            let _ = writeln!(
                std::io::stderr(),
                "NOT TESTED with PgBouncer: it is not installed; on Debian: apt-get install pgbouncer"
            );
            return Ok(None);
        };
        let folder = tempfile::Builder::new().prefix("onefold-bouncer-").tempdir_in("/tmp");
        let folder = folder.map_err(|error| Failure::new("no folder for PgBouncer", error))?;
        let user = User::of(folder.path())?;
        let (configuration, database, role) = configuration(dsn, folder.path(), settings)?;
        fs::write(folder.path().join("pgbouncer.ini"), configuration)
            .map_err(|error| Failure::new("no configuration", error))?;
        let keeper = user
            .command(Path::new("sh"))
            .args(["-c", KEEPER, "sh"])
            .args([program, folder.path()])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Failure::new("PgBouncer does not start", error))?;
        let bouncer = Self { folder: folder.keep(), keeper, user: role, database };
        bouncer.wait()?;
        Ok(Some(bouncer))
    }

    /// The address of the database behind it.
    pub fn dsn(&self) -> String {
        format!("host={} port=6432 user={} dbname={}", self.folder.display(), self.user, self.database)
    }

    fn wait(&self) -> Result<(), Failure> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if crate::scratch::run(&self.dsn(), "SELECT 1").is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(Failure::new("PgBouncer does not start", log))
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // What could be done if it failed? The folder is in /tmp.
        let _ = self.keeper.wait();
    }
}

/// Its configuration, and the database and the role of the address.
fn configuration(dsn: &str, folder: &Path, settings: &str) -> Result<(String, String, String), Failure> {
    let config: Config = dsn.parse().map_err(|error| Failure::new("no address", error))?;
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let (database, role) = (config.get_dbname().unwrap_or_default(), config.get_user().unwrap_or_default());
    let password = match config.get_password() {
        Some(password) => format!("password='{}'", String::from_utf8_lossy(password)),
        None => String::new(),
    };
    let folder = folder.display();
    let configuration = format!(
        "[databases]\n\
         {database} = host={host} port={port} user={role} {password}\n\
         [pgbouncer]\n\
         pool_mode = transaction\n\
         default_pool_size = 4\n\
         auth_type = any\n\
         listen_port = 6432\n\
         unix_socket_dir = {folder}\n\
         {settings}\n"
    );
    Ok((configuration, database.to_owned(), role.to_owned()))
}
