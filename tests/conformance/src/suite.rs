use crate::{Failure, Harness};

/// What a case found.
pub struct Verdict {
    /// The case, as the test is called.
    pub case: &'static str,
    /// What it found.
    pub outcome: Result<(), Failure>,
}

/// Hands the list of all cases to a macro: `name => async fn`.
#[doc(hidden)]
#[macro_export]
macro_rules! with_cases {
    ([$($callback:tt)*] { $($argument:tt)* }) => {
        $($callback)*! {
            { $($argument)* }
            vectors_append => $crate::vectors::store::append,
            vectors_expected_version => $crate::vectors::store::expected_version,
            vectors_idempotency => $crate::vectors::store::idempotency,
            vectors_limits => $crate::vectors::store::limits,
            vectors_json_values => $crate::vectors::store::json_values,
            vectors_read_stream => $crate::vectors::store::read_stream,
            vectors_read_all => $crate::vectors::store::read_all,
            vectors_cursors => $crate::vectors::store::cursors,
            vectors_isolation => $crate::vectors::store::isolation,
            vectors_upcast_declared_steps => $crate::vectors::upcast::declared_steps,
            vectors_upcast_splits => $crate::vectors::upcast::splits,
            vectors_upcast_unknown_and_newer => $crate::vectors::upcast::unknown_and_newer,
            vectors_execute_counter => $crate::vectors::execute::counter,
            vectors_execute_snapshots => $crate::vectors::execute::snapshots,
            vectors_json_accepted => $crate::vectors::json::accepted,
            vectors_json_refused => $crate::vectors::json::refused,
            vectors_envelope => $crate::vectors::envelope::accepted,
            parallel_appends_at_any_version => $crate::cases::append::at_any_version,
            parallel_appends_at_one_version => $crate::cases::append::at_one_version,
            parallel_appends_to_many_streams => $crate::cases::append::to_many_streams,
            identical_appends_at_once => $crate::cases::append::identical,
            overlapping_ids_at_once => $crate::cases::append::overlapping_ids,
            readers_miss_nothing => $crate::cases::readers::miss_nothing,
            own_positions_are_cursors => $crate::cases::readers::own_positions,
            streams_read_densely_under_writers => $crate::cases::readers::streams_are_dense,
            appends_are_seen_whole => $crate::cases::readers::see_appends_whole,
            pages_hold_nothing_open => $crate::cases::paging::hold_nothing_open,
            pages_are_never_empty => $crate::cases::paging::are_never_empty,
            commands_at_once => $crate::cases::execute::commands_at_once,
            older_snapshots_overwrite_nothing => $crate::cases::execute::older_snapshots,
            closed_stores_refuse => $crate::cases::closed::refuses,
            restarts_keep_everything => $crate::cases::restart::keeps_everything,
            random_operations_match_a_model => $crate::cases::model::matches,
        }
    };
}

/// Stamps all cases over a store: `suite!(name, harness)` makes a module with one test a case.
///
/// The harness is any expression of a type that is a [`Harness`]; it is evaluated anew for each test.
#[macro_export]
macro_rules! suite {
    ($module:ident, $harness:expr) => {
        mod $module {
            #[allow(unused_imports, reason = "a harness may be named by its full path")]
            use super::*;

            $crate::with_cases!([$crate::stamp] { $harness });
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! stamp {
    ({ $harness:expr } $($name:ident => $case:path,)*) => {
        $(
            #[test]
            fn $name() -> ::core::result::Result<(), $crate::Failure> {
                let harness = $harness;
                $crate::Harness::block_on(&harness, $case(&harness))
            }
        )*
    };
}

macro_rules! run {
    ({ $harness:expr, $wanted:expr } $($name:ident => $case:path,)*) => {{
        let mut verdicts = Vec::new();
        $(
            if $wanted(stringify!($name)) {
                verdicts.push(Verdict { case: stringify!($name), outcome: $harness.block_on($case($harness)) });
            }
        )*
        verdicts
    }};
}

/// Runs the cases that are wanted over a store, one after the other.
///
/// ```
/// use onefold_conformance::{MemoryHarness, run_cases};
///
/// let verdicts = run_cases(&MemoryHarness, |case| case.starts_with("parallel_appends"));
/// assert_eq!(verdicts.len(), 3);
/// assert!(verdicts.iter().all(|verdict| verdict.outcome.is_ok()));
/// ```
pub fn run_cases<H: Harness>(harness: &H, wanted: impl Fn(&str) -> bool) -> Vec<Verdict> {
    with_cases!([run] { harness, wanted })
}
