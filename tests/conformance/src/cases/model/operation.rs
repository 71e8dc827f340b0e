use onefold::ExpectedVersion;
use proptest::prelude::*;

/// Something done to a store.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Append {
        stream: usize,
        first_id: usize,
        count: usize,
        expected: Expected,
    },
    ReadStream {
        stream: usize,
        from_version: Option<u64>,
        limit: Option<usize>,
        backwards: bool,
    },
    ReadAll {
        after: Option<prop::sample::Index>,
        limit: Option<usize>,
        backwards: bool,
        stream: Option<usize>,
    },
}

/// What an append expects, seen from the stream's version.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expected {
    Any,
    NoStream,
    StreamExists,
    Current,
    Off,
}

/// Any operation.
pub(super) fn operation() -> impl Strategy<Value = Operation> {
    let expected = prop::sample::select(vec![
        Expected::Any,
        Expected::NoStream,
        Expected::StreamExists,
        Expected::Current,
        Expected::Off,
    ]);
    let limit = || prop::option::of(0..8_usize);
    // Few streams and ids, so that they meet often.
    let append =
        (0..3_usize, 0..30_usize, 0..4_usize, expected).prop_map(|(stream, first_id, count, expected)| {
            Operation::Append { stream, first_id, count, expected }
        });
    let read_stream = (0..3_usize, prop::option::of(0..12_u64), limit(), any::<bool>()).prop_map(
        |(stream, from_version, limit, backwards)| Operation::ReadStream {
            stream,
            from_version,
            limit,
            backwards,
        },
    );
    let read_all = (
        prop::option::of(any::<prop::sample::Index>()),
        limit(),
        any::<bool>(),
        prop::option::of(0..3_usize),
    )
        .prop_map(|(after, limit, backwards, stream)| Operation::ReadAll {
            after,
            limit,
            backwards,
            stream,
        });
    prop_oneof![3 => append, 1 => read_stream, 1 => read_all]
}

impl Expected {
    pub(super) fn at(self, version: u64) -> ExpectedVersion {
        match self {
            Self::Any => ExpectedVersion::Any,
            Self::NoStream => ExpectedVersion::NoStream,
            Self::StreamExists => ExpectedVersion::StreamExists,
            Self::Current => ExpectedVersion::from(version),
            Self::Off => ExpectedVersion::from(version + 1),
        }
    }
}
