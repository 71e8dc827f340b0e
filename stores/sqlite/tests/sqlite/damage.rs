//! Files that were damaged: errors that say so, and no panic.

use std::fs;

use onefold::{ExpectedVersion, ReadAll, ReadStream};
use pollster::block_on;

use crate::scratch::{Scratch, append, id, open, placed};

const PAGE: usize = 4096;

#[test]
fn a_truncated_file_says_that_it_is_damaged() {
    let scratch = Scratch::filled(2_000);
    let whole = fs::read(scratch.path()).unwrap();
    let mut damaged = 0;
    for parts in 1..10 {
        fs::write(scratch.path(), &whole[..whole.len() * parts / 10]).unwrap();
        damaged += usize::from(is_noticed(&scratch));
    }
    assert!(damaged >= 8, "noticed {damaged} of 9");
}

#[test]
fn garbled_pages_never_panic() {
    let scratch = Scratch::filled(2_000);
    let whole = fs::read(scratch.path()).unwrap();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut damaged = 0;
    for page in 0..whole.len() / PAGE {
        let mut garbled = whole.clone();
        for byte in &mut garbled[page * PAGE..(page + 1) * PAGE] {
            // xorshift64, by Marsaglia.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            *byte = random.to_le_bytes()[0];
        }
        fs::write(scratch.path(), garbled).unwrap();
        damaged += usize::from(is_noticed(&scratch));
    }
    assert!(damaged > whole.len() / PAGE / 2, "noticed {damaged} of {}", whole.len() / PAGE);
}

#[test]
fn values_that_the_store_did_not_write_are_damage() {
    let scratch = Scratch::filled(100);
    scratch
        .raw()
        .execute_batch(
            "DROP TRIGGER events_are_not_updated;
             UPDATE events SET id = x'00' WHERE position = 1;
             UPDATE events SET schema_version = -1 WHERE position = 2;
             UPDATE events SET type = CAST(x'FFFE' AS TEXT) WHERE position = 3",
        )
        .unwrap();
    let store = scratch.open();
    for after in 0..3_u64 {
        let one = ReadAll { after: Some(after.into()), limit: Some(1), ..ReadAll::default() };
        let error = block_on(store.read_all(one)).unwrap_err();
        assert_eq!(error.code(), "store");
        assert!(error.to_string().contains("is damaged"), "{error}");
    }
    assert_eq!(block_on(store.read_all(3_u64.into_range())).unwrap().len(), 97);
}

/// Uses a damaged file in every way. Whatever fails must fail with a store's error; whether anything did.
fn is_noticed(scratch: &Scratch) -> bool {
    let store = match open(&scratch.path()) {
        Ok(store) => store,
        Err(error) => {
            assert!(["store", "migration"].contains(&error.code()), "{error}");
            return true;
        }
    };
    let mut codes = Vec::new();
    codes.extend(block_on(store.read_all(0_u64.into_range())).err().map(|error| error.code()));
    codes.extend(
        block_on(store.read_stream("Order-3", ReadStream::default())).err().map(|error| error.code()),
    );
    codes.extend(block_on(store.find_event(id(1))).err().map(|error| error.code()));
    codes.extend(append(&store, "Order-3", placed(10), ExpectedVersion::Any).err().map(|error| error.code()));
    codes.extend(block_on(store.close()).err().map(|error| error.code()));
    assert!(codes.iter().all(|code| *code == "store"), "{codes:?}");
    !codes.is_empty()
}

trait IntoRange {
    fn into_range(self) -> ReadAll;
}

impl IntoRange for u64 {
    /// Everything after this position.
    fn into_range(self) -> ReadAll {
        ReadAll { after: Some(self.into()), limit: None, ..ReadAll::default() }
    }
}
