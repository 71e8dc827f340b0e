//! A disk that is full.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use onefold::{EventId, EventType, ExpectedVersion, Json, NewEvent, Store};
use onefold_postgres::PostgresStore;
use onefold_test_postgres::Server;
use uuid::Uuid;

use crate::support::{all, append, check_whole, open};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_half_written_and_a_retry_succeeds_once_there_is_room() {
    let server = Server::start().unwrap();
    let Some(disk) = SmallDisk::mount(server.folder()) else {
        return;
    };
    let statement = format!("CREATE TABLESPACE small LOCATION '{}'", disk.folder.display());
    server.run(&statement).unwrap();
    server.run("CREATE DATABASE small TEMPLATE template0 ENCODING 'UTF8' TABLESPACE small").unwrap();
    let store = open(&server.dsn("small")).await;
    append_large(&store, Uuid::new_v4()).await.unwrap();

    disk.fill();
    let mut written = 3;
    let refused = loop {
        // Several at once: they share a statement.
        let ids = [(); 4].map(|()| Uuid::new_v4());
        let appends = ids.map(|id| {
            let store = store.clone();
            tokio::spawn(async move { append_large(&store, id).await })
        });
        let mut refused = Vec::new();
        for (id, append) in ids.into_iter().zip(appends) {
            match append.await.unwrap() {
                Ok(()) => written += 3,
                Err(message) => {
                    assert!(message.contains("disk is full"), "{message}");
                    refused.push(id);
                }
            }
        }
        if !refused.is_empty() {
            break refused;
        }
    };
    assert_eq!(check_whole(&store).await, written);

    disk.make_room();
    for id in &refused {
        append_large(&store, *id).await.unwrap();
    }
    assert_eq!(check_whole(&store).await, written + 3 * refused.len());
    let ids: Vec<_> = all(&store).await.iter().map(|event| event.id.uuid()).collect();
    assert!(refused.iter().all(|id| ids.contains(id)));
    store.close().await.unwrap();
}

/// Appends three events, the first of this id, to a stream of their own.
async fn append_large(store: &Store<PostgresStore>, id: Uuid) -> Result<(), String> {
    let noise: String = (0..3000).map(|_| Uuid::new_v4().simple().to_string()).collect();
    let data = Json::parse(&format!("\"{noise}\"")).unwrap();
    let event = NewEvent::new(EventType::new("Imported").unwrap(), data);
    let events = vec![event.clone().with_id(EventId::new(id)), event.clone(), event];
    let appended = append(store, &format!("Import-{id}"), events, ExpectedVersion::NoStream).await;
    match appended {
        Ok(_) => Ok(()),
        Err(error) => {
            assert_eq!(error.code(), "store", "{error}");
            Err(error.to_string())
        }
    }
}

/// A file system of 24 MiB in memory.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// None, with the reason past the capture of the tests' output, where we may not mount.
    fn mount(beside: &Path) -> Option<Self> {
        let folder = beside.join("small");
        fs::create_dir(&folder).unwrap();
        let owner = fs::metadata(beside).unwrap();
        let options = format!("size=24m,mode=700,uid={},gid={}", owner.uid(), owner.gid());
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&folder).output();
        if mounted.as_ref().is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self { folder });
        }
        let why = mounted
            .map_or_else(|error| error.to_string(), |it| String::from_utf8_lossy(&it.stderr).into_owned());
        let _ = writeln!(
            std::io::stderr(),
            "NOT TESTED on a full disk, which takes root on Linux to make: {why}"
        );
        None
    }

    fn fill(&self) {
        let mut filler = File::create(self.folder.join("filler")).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.folder.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // It goes when the server has closed its files.
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}
