use js_sys::Array;
use onefold::EventId;
use wasm_bindgen::JsValue;
use web_sys::{IdbDatabase, IdbIndexParameters, IdbObjectStoreParameters, IdbTransaction};

/// One record a commit, by the position of its last event: see `js/commits.js`.
pub(crate) const COMMITS: &str = "commits";

/// Commits by stream and version of the last event: the key alone says where a stream ends, and the commits from a
/// version on are those that end there or later.
const STREAMS: &str = "streams";

/// Commits by the first id of each run of ids that count up by one.
const RUNS: &str = "runs";

/// Commits by tenant and by correlation id, where they have any. Categories and types are few and have many
/// events: a scan by position serves them, and an entry for each would cost every append.
const TAGS: &str = "tags";

/// Snapshots by stream and decider.
const SNAPSHOTS: &str = "snapshots";

/// What there is one of, by its name.
const META: &str = "meta";

/// The key of the epoch among these.
const EPOCH: &str = "epoch";

/// Makes the object stores, and the epoch of the store.
pub(super) fn create(
    database: &IdbDatabase,
    transaction: &IdbTransaction,
    epoch: EventId,
) -> Result<(), JsValue> {
    let parameters = IdbObjectStoreParameters::new();
    parameters.set_key_path(&"position".into());
    let commits = database.create_object_store_with_optional_parameters(COMMITS, &parameters)?;

    let unique = IdbIndexParameters::new();
    unique.set_unique(true);
    let by_stream = Array::of2(&"streamId".into(), &"version".into());
    commits.create_index_with_str_sequence_and_optional_parameters(STREAMS, &by_stream, &unique)?;

    let each = IdbIndexParameters::new();
    each.set_multi_entry(true);
    commits.create_index_with_str_and_optional_parameters(TAGS, "tags", &each)?;
    each.set_unique(true);
    commits.create_index_with_str_and_optional_parameters(RUNS, "runs", &each)?;

    database.create_object_store(SNAPSHOTS)?;
    database.create_object_store(META)?;
    let meta = transaction.object_store(META)?;
    meta.add_with_key(&epoch.to_string().into(), &EPOCH.into())?;
    Ok(())
}
