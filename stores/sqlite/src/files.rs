use std::fs;
use std::path::{Path, PathBuf};

/// The paths of a store's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paths {
    pub(crate) database: PathBuf,
    pub(crate) log: PathBuf,
}

impl Paths {
    /// Of the file that is at a path by now. Like SQLite, past all symbolic links.
    pub(crate) fn of(path: &Path) -> Self {
        let database = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut log = database.clone().into_os_string();
        log.push("-wal");
        Self { database, log: log.into() }
    }

    /// Which files the paths lead to now.
    pub(crate) fn files(&self) -> Files {
        Files { database: FileId::at(&self.database), log: FileId::at(&self.log) }
    }
}

/// Which files some paths lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Files {
    pub(crate) database: Option<FileId>,
    pub(crate) log: Option<FileId>,
}

/// What makes a file the same file, whatever its path: the system gives the number of one to no other file for as
/// long as it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    number: u64,
}

impl FileId {
    /// None where there is no file, or where files have no numbers: there locks belong to the open file, and no
    /// file that is open can be taken away.
    ///
    /// Asks for nothing but the number. Linux writes the time of the next change to the disk where somebody asked
    /// for that of the last one ("multigrain timestamps"), so that every commit would wait for the disk twice.
    #[cfg(all(feature = "native", target_os = "linux"))]
    pub(crate) fn at(path: &Path) -> Option<Self> {
        use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
        let status = statx(CWD, path, AtFlags::empty(), StatxFlags::INO).ok()?;
        let device = u64::from(status.stx_dev_major) << 32 | u64::from(status.stx_dev_minor);
        Some(Self { device, number: status.stx_ino })
    }

    #[cfg(all(feature = "native", unix, not(target_os = "linux")))]
    pub(crate) fn at(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = fs::metadata(path).ok()?;
        Some(Self { device: metadata.dev(), number: metadata.ino() })
    }

    #[cfg(not(all(feature = "native", unix)))]
    pub(crate) const fn at(_: &Path) -> Option<Self> {
        None
    }
}
