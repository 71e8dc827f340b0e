use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use futures_channel::oneshot::channel;
use onefold::{Appended, Envelope, ExpectedVersion, Host, StoreError, StoreErrorKind, StreamId, WriteError};
use onefold_js::JsPayload;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::IdbTransaction;

use crate::append::doubt::InDoubt;
use crate::append::group::write;
use crate::append::heads::Heads;
use crate::append::queue::{Pending, next_group};
use crate::dom::{Database, Fault, committed};
use crate::ids::runs;
use crate::options::Durability;
use crate::schema::COMMITS;

/// Writes appends, one transaction at a time. Those that arrive meanwhile share the next one.
pub(crate) struct Writer {
    name: String,
    database: Rc<Database>,
    host: Arc<dyn Host>,
    durability: Durability,
    /// What is known of the store since the last transaction.
    heads: RefCell<Heads>,
    waiting: RefCell<VecDeque<Pending>>,
    is_writing: Cell<bool>,
}

impl Writer {
    pub(crate) fn new(
        name: &str,
        database: Rc<Database>,
        host: Arc<dyn Host>,
        durability: Durability,
    ) -> Rc<Self> {
        Rc::new(Self {
            name: name.to_owned(),
            database,
            host,
            durability,
            heads: RefCell::default(),
            waiting: RefCell::default(),
            is_writing: Cell::new(false),
        })
    }

    /// Appends. It happens even when nobody waits for the outcome any more.
    pub(crate) async fn append(
        self: &Rc<Self>,
        stream_id: &StreamId,
        events: Vec<Envelope<JsPayload>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        let (outcome, written) = channel();
        let runs = runs(&events);
        let pending = Pending { stream_id: stream_id.clone(), events, expected, runs, outcome };
        self.waiting.borrow_mut().push_back(pending);
        if !self.is_writing.replace(true) {
            spawn_local(self.clone().write_all());
        }
        written.await.unwrap_or_else(|_| {
            let reason = "the writer of the database ended; load the page anew";
            Err(StoreError::new(StoreErrorKind::Failed, reason).into())
        })
    }

    async fn write_all(self: Rc<Self>) {
        loop {
            let group = next_group(&mut self.waiting.borrow_mut());
            if group.is_empty() {
                break;
            }
            self.write_group(group).await;
        }
        self.is_writing.set(false);
    }

    async fn write_group(&self, group: Vec<Pending>) {
        match self.write(&group).await {
            Ok(outcomes) => {
                for (append, outcome) in group.into_iter().zip(outcomes) {
                    // Whoever no longer waits does not want to know.
                    let _ = append.outcome.send(outcome);
                }
            }
            // What fails one append, such as too little room, must not fail the others.
            Err(_) if group.len() > 1 => {
                for append in group {
                    Box::pin(self.write_group(vec![append])).await;
                }
            }
            Err(error) => {
                if let Some(append) = group.into_iter().next() {
                    let _ = append.outcome.send(Err(error.into()));
                }
            }
        }
    }

    /// Writes a group in a transaction; a second time when the browser drops its connection.
    async fn write(&self, group: &[Pending]) -> Result<Vec<Result<Appended, WriteError>>, StoreError> {
        let in_doubt = InDoubt::default();
        let written = match self.try_write(group, &in_doubt).await {
            Err(fault) if fault.may_be_lost_connection() => self.try_write(group, &in_doubt).await,
            written => written,
        };
        written.map_err(|fault| fault.in_store(&self.name))
    }

    async fn try_write(
        &self,
        group: &[Pending],
        in_doubt: &InDoubt,
    ) -> Result<Vec<Result<Appended, WriteError>>, Fault> {
        let durability = self.durability.as_str();
        let transaction: IdbTransaction = self.database.begin(COMMITS, durability).await?.unchecked_into();
        // They are taken: whatever follows a failure begins from nothing.
        let heads = self.heads.take();
        let written = async {
            let commits = transaction.object_store(COMMITS)?;
            let (outcomes, heads) = write(&commits, group, heads, self.host.as_ref()).await?;
            Ok::<_, Fault>((in_doubt.settled(&commits, group, outcomes).await?, heads))
        };
        match written.await {
            Ok((outcomes, heads)) => {
                committed(&transaction).await?;
                self.heads.replace(heads.kept());
                Ok(outcomes)
            }
            Err(fault) => {
                // What it wrote so far must not stay. It fails where the browser has aborted it already.
                let _ = transaction.abort();
                Err(fault)
            }
        }
    }
}
