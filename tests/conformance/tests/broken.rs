//! Every broken store is rejected, and by the cases that are there for its fault.

use onefold_conformance::broken::{
    BrokenHarness, Fault, Sound, append, concurrency, ids, read, restart, snapshots,
};
use onefold_conformance::run_cases;

/// The case named must reject the store with this fault.
fn is_rejected<F: Fault + Default>(case: &str) {
    let verdicts = run_cases(&BrokenHarness::new::<F>(), |name| name == case);
    assert_eq!(verdicts.len(), 1, "there is no case `{case}`");
    for verdict in verdicts {
        println!("{case}: {:?}", verdict.outcome);
        assert!(verdict.outcome.is_err(), "`{case}` accepts the store");
    }
}

/// All cases that reject the store with this fault.
fn rejecting<F: Fault + Default>() -> Vec<&'static str> {
    let verdicts = run_cases(&BrokenHarness::new::<F>(), |_| true);
    verdicts.iter().filter(|verdict| verdict.outcome.is_err()).map(|verdict| verdict.case).collect()
}

#[test]
fn a_store_without_a_fault_is_accepted() {
    assert_eq!(rejecting::<Sound>(), Vec::<&str>::new());
}

macro_rules! rejected {
    ($($name:ident: $fault:ty => $case:ident,)*) => {
        $(
            #[test]
            fn $name() {
                is_rejected::<$fault>(stringify!($case));
            }
        )*

        #[test]
        #[ignore = "takes minutes: the whole suite over every broken store, to see what else rejects each"]
        fn what_rejects_each() {
            $(println!("{}: {}", stringify!($name), rejecting::<$fault>().join(", "));)*
        }
    };
}

rejected! {
    no_conflict_check: append::NoConflictCheck => vectors_expected_version,
    stream_exists_ignored: append::StreamExistsIgnored => vectors_expected_version,
    no_stream_ignored: append::NoStreamIgnored => vectors_expected_version,
    non_atomic_batch: append::NonAtomicBatch => vectors_append,
    off_by_one_version: append::OffByOneVersion => vectors_append,
    position_of_first: append::PositionOfFirst => vectors_append,
    empty_append_unchecked: append::EmptyAppendUnchecked => vectors_append,
    empty_append_at_head: append::EmptyAppendAtHead => vectors_append,
    lost_metadata: append::LostMetadata => vectors_append,
    lost_nul: append::LostNul => vectors_json_values,
    case_folded: append::CaseFolded => vectors_append,
    no_duplicate_check: ids::NoDuplicateCheck => vectors_idempotency,
    duplicate_at_current_version: ids::DuplicateAtCurrentVersion => vectors_idempotency,
    duplicate_unsaid: ids::DuplicateUnsaid => vectors_idempotency,
    content_not_compared: ids::ContentNotCompared => vectors_idempotency,
    metadata_compared: ids::MetadataCompared => vectors_idempotency,
    text_compared: ids::TextCompared => vectors_idempotency,
    version_checked_first: ids::VersionCheckedFirst => vectors_idempotency,
    ids_per_stream: ids::IdsPerStream => vectors_idempotency,
    any_order_of_ids: ids::AnyOrderOfIds => vectors_idempotency,
    known_skipped: ids::KnownSkipped => vectors_idempotency,
    retry_at_any_version: ids::RetryAtAnyVersion => vectors_idempotency,
    reordered_read: read::ReorderedRead => vectors_read_all,
    filter_after_limit: read::FilterAfterLimit => vectors_read_all,
    stream_limit_ignored: read::StreamLimitIgnored => vectors_read_stream,
    limit_ignored: read::LimitIgnored => vectors_read_all,
    stream_cut_off: read::StreamCutOff => vectors_read_stream,
    stream_backwards_ignored: read::StreamBackwardsIgnored => vectors_read_stream,
    backwards_ignored: read::BackwardsIgnored => vectors_read_all,
    from_version_exclusive: read::FromVersionExclusive => vectors_read_stream,
    nothing_from_past_head: read::NothingFromPastHead => vectors_read_stream,
    after_position_inclusive: read::AfterPositionInclusive => vectors_read_all,
    below_position_inclusive: read::BelowPositionInclusive => vectors_read_all,
    category_as_prefix: read::CategoryAsPrefix => vectors_read_all,
    no_types_is_any: read::NoTypesIsAny => vectors_read_all,
    first_type_only: read::FirstTypeOnly => vectors_read_all,
    tenant_ignored: read::TenantIgnored => vectors_read_all,
    correlation_ignored: read::CorrelationIgnored => vectors_read_all,
    recorded_to_inclusive: read::RecordedToInclusive => vectors_read_all,
    head_too_far: read::HeadTooFar => vectors_cursors,
    head_falls_back: read::HeadFallsBack => own_positions_are_cursors,
    positions_repeat: read::PositionsRepeat => vectors_read_all,
    any_conflicts: concurrency::AnyConflicts => parallel_appends_at_any_version,
    checked_before: concurrency::CheckedBefore => parallel_appends_at_one_version,
    ids_looked_up_before: concurrency::IdsLookedUpBefore => identical_appends_at_once,
    seen_in_part: concurrency::SeenInPart => appends_are_seen_whole,
    skipping_reader: concurrency::SkippingReader => readers_miss_nothing,
    epoch_forgotten: restart::EpochForgotten => vectors_cursors,
    ids_forgotten: restart::IdsForgotten => vectors_idempotency,
    last_snapshot_wins: snapshots::LastSnapshotWins => older_snapshots_overwrite_nothing,
    name_ignored: snapshots::NameIgnored => older_snapshots_overwrite_nothing,
    snapshot_too_far: snapshots::SnapshotTooFar => vectors_execute_snapshots,
}
