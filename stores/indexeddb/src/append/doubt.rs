use std::cell::RefCell;

use onefold::{Appended, WriteError};
use web_sys::IdbObjectStore;

use crate::append::queue::Pending;
use crate::dom::{Fault, find_records};
use crate::event::event_of;

/// What the appends of a group came to in a transaction whose connection may be lost before it is known to be kept.
///
/// It runs a second time then, and where it was kept after all it finds its own events: no duplicates.
#[derive(Default)]
pub(super) struct InDoubt(RefCell<Vec<Option<Appended>>>);

impl InDoubt {
    /// The outcomes of this run, in the light of the one before.
    pub(super) async fn settled(
        &self,
        commits: &IdbObjectStore,
        group: &[Pending],
        mut outcomes: Vec<Result<Appended, WriteError>>,
    ) -> Result<Vec<Result<Appended, WriteError>>, Fault> {
        let written = outcomes.iter().map(|outcome| outcome.as_ref().ok().cloned()).collect();
        let before = self.0.replace(written);
        for ((append, outcome), before) in group.iter().zip(&mut outcomes).zip(before) {
            if let (Ok(now), Some(before)) = (&outcome, before)
                && now.duplicate
                && is_own(commits, append, &before).await?
            {
                *outcome = Ok(before);
            }
        }
        Ok(outcomes)
    }
}

/// Whether what is stored is what the run before wrote: somebody else may have appended the same events since.
async fn is_own(commits: &IdbObjectStore, append: &Pending, before: &Appended) -> Result<bool, Fault> {
    let (Some(recorded), Some(first)) = (&before.recorded, append.events.first()) else {
        return Ok(false);
    };
    let stored = find_records(commits, std::iter::once(first.id)).await?.get(0);
    Ok(event_of(&stored).is_some_and(|stored| {
        stored.recorded_at == recorded.recorded_at && recorded.positions.first() == Some(&stored.position)
    }))
}

#[cfg(test)]
mod tests {
    use futures_channel::oneshot::channel;
    use onefold::{Envelope, EventId, EventType, ExpectedVersion, Host, Metadata, StreamId, new_epoch};
    use onefold_js::{JsHost, JsPayload};
    use wasm_bindgen::JsCast;
    use wasm_bindgen_test::wasm_bindgen_test;
    use web_sys::IdbTransaction;

    use super::*;
    use crate::append::group::write;
    use crate::append::heads::Heads;
    use crate::dom::{Database, committed};
    use crate::ids::runs;
    use crate::schema::{COMMITS, SchemaVersion, migration};

    #[wasm_bindgen_test]
    async fn what_an_append_in_doubt_did_store_is_no_duplicate() {
        let host = JsHost::new();
        let database = database(&host).await;
        let group = [pending(new_epoch(&host))];
        let in_doubt = InDoubt::default();
        let first = try_once(&database, &group, &in_doubt, &host).await.unwrap();
        assert!(!first.duplicate);
        // The connection is lost before it is known that the first try was kept: it is made again.
        let second = try_once(&database, &group, &in_doubt, &host).await.unwrap();
        assert_eq!(second, first);
        // A retry of the user's is something else.
        let retry = try_once(&database, &group, &InDoubt::default(), &host).await.unwrap();
        assert!(retry.duplicate);
    }

    #[wasm_bindgen_test]
    async fn what_somebody_else_stored_meanwhile_is_a_duplicate() {
        let host = JsHost::new();
        let group = [pending(new_epoch(&host))];
        let in_doubt = InDoubt::default();
        // A first try that was not kept …
        let lost = database(&host).await;
        let first = try_once(&lost, &group, &in_doubt, &host).await.unwrap();
        // … and the same events appended by somebody else, a little later and at the same place.
        let moment = host.now();
        while host.now() == moment {}
        let kept = database(&host).await;
        try_once(&kept, &group, &InDoubt::default(), &host).await.unwrap();
        let second = try_once(&kept, &group, &in_doubt, &host).await.unwrap();
        assert_eq!(second.position, first.position);
        assert!(second.duplicate);
    }

    async fn try_once(
        database: &Database,
        group: &[Pending],
        in_doubt: &InDoubt,
        host: &JsHost,
    ) -> Result<Appended, Fault> {
        let transaction: IdbTransaction = database.begin(COMMITS, "relaxed").await?.unchecked_into();
        let commits = transaction.object_store(COMMITS)?;
        let (outcomes, _) = write(&commits, group, Heads::default(), host).await?;
        let mut outcomes = in_doubt.settled(&commits, group, outcomes).await?;
        committed(&transaction).await?;
        Ok(outcomes.remove(0).unwrap())
    }

    async fn database(host: &JsHost) -> Database {
        let name = format!("in doubt {}", new_epoch(host));
        let migrate = migration(new_epoch(host));
        let opened = Database::open(&name, SchemaVersion::CURRENT as u32, 1_000, migrate.as_ref()).await;
        opened.unwrap().unchecked_into()
    }

    fn pending(id: EventId) -> Pending {
        let events = vec![Envelope {
            id,
            event_type: EventType::new("Placed").unwrap(),
            schema_version: 1,
            data: JsPayload::take(&1.into()).unwrap(),
            metadata: Metadata::none(),
        }];
        let (outcome, _) = channel();
        let stream_id = StreamId::new("Order-1").unwrap();
        Pending { stream_id, runs: runs(&events), events, expected: ExpectedVersion::Any, outcome }
    }
}
