//! Paths that name no file, or none that can be opened.

use std::env;
use std::path::Path;

use onefold::ExpectedVersion;

use crate::scratch::{Scratch, append, close, open, placed};

#[test]
fn a_path_that_names_no_file_is_refused() {
    for path in ["", ":memory:"] {
        let error = open(Path::new(path)).err().unwrap();
        assert_eq!(error.code(), "store");
        assert!(error.to_string().contains("memory store"), "{error}");
    }
}

#[test]
fn a_missing_directory_is_named() {
    let scratch = Scratch::new();
    let error = open(&scratch.directory().join("absent").join("shop.db")).err().unwrap();
    assert_eq!(error.code(), "store");
    let directory = scratch.directory().join("absent");
    assert!(error.to_string().contains(&format!("no directory `{}`", directory.display())), "{error}");
}

#[test]
fn a_directory_is_refused() {
    let error = open(Scratch::new().directory()).err().unwrap();
    assert_eq!(error.code(), "store");
    assert!(error.to_string().contains("is a directory"), "{error}");
}

#[test]
fn a_name_that_looks_like_a_uri_is_a_name() {
    let scratch = Scratch::new();
    let path = scratch.directory().join("file:shop.db?mode=memory");
    close(&open(&path).unwrap());
    assert!(path.exists());
}

#[test]
fn a_relative_path_stays_the_same_file() {
    let scratch = Scratch::new();
    let relative = pathdiff(&scratch.path());
    let store = open(&relative).unwrap();
    append(&store, "Order-1", placed(1), ExpectedVersion::NoStream).unwrap();
    close(&store);
    assert!(scratch.path().exists());
}

/// The path from the working directory, up to the root and down again.
fn pathdiff(path: &Path) -> std::path::PathBuf {
    let up = env::current_dir().unwrap().components().skip(1).map(|_| "..").collect::<std::path::PathBuf>();
    up.join(path.strip_prefix("/").unwrap())
}
