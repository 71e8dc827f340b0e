use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::Failure;

/// The user `nobody`.
const NOBODY: u32 = 65_534;

/// Who runs the server: we ourselves, or `nobody` when we are root, as which it refuses to run.
#[derive(Clone, Copy)]
pub(crate) struct User {
    is_nobody: bool,
}

impl User {
    /// The user for a server in this folder, which we have made; the folder is theirs afterwards.
    pub(crate) fn of(folder: &Path) -> Result<Self, Failure> {
        let is_nobody = fs::metadata(folder).is_ok_and(|metadata| metadata.uid() == 0);
        if is_nobody {
            chown(folder, Some(NOBODY), Some(NOBODY))
                .map_err(|error| Failure::new("the server's folder cannot be given away", error))?;
        }
        Ok(Self { is_nobody })
    }

    /// Their user and group, as `chown` takes them.
    pub(crate) fn id(self) -> String {
        if self.is_nobody { format!("{NOBODY}:{NOBODY}") } else { ":".to_owned() }
    }

    /// A command that they run.
    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if self.is_nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}
