use std::path::{Path, PathBuf};
use std::{fs, io};

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
    pub(crate) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().and_then(|metadata| Self::new(&metadata))
    }

    #[cfg_attr(
        not(feature = "native"),
        expect(dead_code, reason = "only a driver of our own has files open")
    )]
    pub(crate) fn of(file: &fs::File) -> io::Result<Option<Self>> {
        Ok(Self::new(&file.metadata()?))
    }

    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "other systems have no numbers")]
    fn new(metadata: &fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self { device: metadata.dev(), number: metadata.ino() })
    }

    #[cfg(not(unix))]
    const fn new(_: &fs::Metadata) -> Option<Self> {
        None
    }
}
