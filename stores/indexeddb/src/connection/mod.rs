//! A connection to a database that mends itself where it can.

mod link;
mod open;

use std::cell::RefCell;
use std::rc::Rc;

use onefold::{EventId, Host, StoreError, StoreErrorKind};
use web_sys::{IdbObjectStore, IdbTransaction};

use crate::connection::link::{Link, Status};
use crate::connection::open::{made, opened};
use crate::dom::{Fault, begin, commit};
use crate::options::{Durability, IndexedDbOptions};

/// An open database. The browser may drop its connection at any time; it is then opened again, once.
pub(crate) struct Connection {
    name: String,
    options: IndexedDbOptions,
    epoch: EventId,
    link: RefCell<Rc<Link>>,
}

/// What a transaction may do.
#[derive(Clone, Copy)]
pub(crate) enum Access {
    Read,
    Write(Durability),
}

impl Connection {
    /// Opens the database, and makes or migrates it.
    pub(crate) async fn open(
        name: &str,
        host: &dyn Host,
        options: IndexedDbOptions,
    ) -> Result<Self, StoreError> {
        let (link, epoch) = made(name, host, options).await?;
        Ok(Self { name: name.to_owned(), options, epoch, link: RefCell::new(Rc::new(link)) })
    }

    /// The UUID that was made with the store.
    pub(crate) const fn epoch(&self) -> EventId {
        self.epoch
    }

    /// Lets the database go; transactions that run go on to their end.
    pub(crate) fn close(&self) {
        self.link().end(Status::Closed);
    }

    /// Runs `work` on an object store in a transaction of its own, which is kept once it is done.
    ///
    /// When the browser drops the connection meanwhile, it runs a second time on a new one: whether the first run
    /// was kept is then in doubt. It may await nothing but IndexedDB.
    pub(crate) async fn transaction<T>(
        &self,
        store: &str,
        access: Access,
        work: impl AsyncFn(&IdbObjectStore) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        match self.attempt(store, access, &work).await? {
            Err(fault) if fault.may_be_lost_connection() => self.attempt(store, access, &work).await?,
            done => done,
        }
        .map_err(|fault| self.failed(fault))
    }

    async fn attempt<T>(
        &self,
        store: &str,
        access: Access,
        work: &impl AsyncFn(&IdbObjectStore) -> Result<T, Fault>,
    ) -> Result<Result<T, Fault>, StoreError> {
        let transaction = if let Some(transaction) = self.begin(store, access)? {
            transaction
        } else {
            self.reopen().await?;
            self.begin(store, access)?.ok_or_else(|| self.ended(Status::Dropped))?
        };
        Ok(run(&transaction, store, access, work).await)
    }

    /// A new transaction; none where the browser has dropped the connection.
    fn begin(&self, store: &str, access: Access) -> Result<Option<IdbTransaction>, StoreError> {
        let link = self.link();
        match link.status() {
            Status::Open => {}
            Status::Dropped => return Ok(None),
            ended => return Err(self.ended(ended)),
        }
        let durability = match access {
            Access::Read => None,
            Access::Write(durability) => Some(durability),
        };
        match begin(&link.database, store, durability) {
            Ok(transaction) => Ok(Some(transaction)),
            Err(fault) if fault.name == "InvalidStateError" => {
                link.end(Status::Dropped);
                Ok(None)
            }
            Err(fault) => Err(self.failed(fault)),
        }
    }

    async fn reopen(&self) -> Result<(), StoreError> {
        let link = match opened(&self.name, self.epoch, self.options).await? {
            Ok(link) => link,
            Err(ended) => {
                self.link().end(ended);
                return Err(self.ended(ended));
            }
        };
        // Another task may have been quicker, or the store may have been closed.
        if self.link().status() == Status::Dropped {
            self.link.replace(Rc::new(link));
        } else {
            link.end(Status::Closed);
        }
        Ok(())
    }

    fn link(&self) -> Rc<Link> {
        self.link.borrow().clone()
    }

    fn failed(&self, fault: Fault) -> StoreError {
        match self.link().status() {
            Status::Open | Status::Dropped => fault.in_store(&self.name),
            ended => self.ended(ended),
        }
    }

    fn ended(&self, status: Status) -> StoreError {
        let (kind, reason) = match status {
            Status::Open | Status::Dropped => {
                (StoreErrorKind::Unavailable, "does not stay open; try again, or load the page anew")
            }
            Status::Deleted => (
                StoreErrorKind::Unavailable,
                "was deleted; open it again: it is then a new store with a new epoch",
            ),
            Status::Migrated => (
                StoreErrorKind::Unavailable,
                "was brought to a newer version by another tab; load the page anew",
            ),
            Status::Closed => (StoreErrorKind::Closed, "is closed; open it again"),
        };
        StoreError::new(kind, format!("the database `{}` {reason}", self.name))
    }
}

async fn run<T>(
    transaction: &IdbTransaction,
    store: &str,
    access: Access,
    work: &impl AsyncFn(&IdbObjectStore) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let done = match transaction.object_store(store) {
        Ok(store) => work(&store).await,
        Err(error) => Err(error.into()),
    };
    let Access::Write(_) = access else {
        return done;
    };
    if done.is_err() {
        // What it wrote so far must not stay. It fails where the browser has aborted the transaction itself.
        let _ = transaction.abort();
        return done;
    }
    commit(transaction).await?;
    done
}

#[cfg(test)]
mod tests {
    use onefold::StoreErrorKind;
    use onefold_js::JsHost;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::dom::settled;
    use crate::schema::{COMMITS, META};

    #[wasm_bindgen_test]
    async fn a_dropped_connection_is_opened_again() {
        let connection = connection("dropped").await;
        for dropped_twice in [false, true] {
            // What is left of a connection that the browser drops: transactions cannot begin any more.
            connection.link().database.close();
            if dropped_twice {
                let event = web_sys::Event::new("close").unwrap();
                connection
                    .link()
                    .database
                    .unchecked_ref::<web_sys::EventTarget>()
                    .dispatch_event(&event)
                    .unwrap();
            }
            assert_eq!(count(&connection).await.unwrap(), Some(0.0));
        }
    }

    #[wasm_bindgen_test]
    async fn work_that_loses_its_connection_is_done_again_once() {
        let connection = connection("lost").await;
        let runs = std::cell::Cell::new(0);
        let lost = async |_: &IdbObjectStore| {
            runs.set(runs.get() + 1);
            if runs.get() == 1 { Err(Fault::new("AbortError", "dropped")) } else { Ok(runs.get()) }
        };
        assert_eq!(connection.transaction(COMMITS, Access::Read, lost).await.unwrap(), 2);
        let always = async |_: &IdbObjectStore| Err::<(), _>(Fault::new("UnknownError", "broken"));
        let failed = connection.transaction(COMMITS, Access::Read, always).await.unwrap_err();
        assert_eq!(failed.kind, StoreErrorKind::Failed);
    }

    #[wasm_bindgen_test]
    async fn work_that_fails_leaves_nothing_behind() {
        let connection = connection("failed").await;
        let work = async |meta: &IdbObjectStore| {
            settled(meta.put_with_key(&1.into(), &"half".into())).await?;
            Err::<(), _>(Fault::new("DataError", "the other half is bad"))
        };
        connection.transaction(META, Access::Write(Durability::Relaxed), work).await.unwrap_err();
        let half = async |meta: &IdbObjectStore| settled(meta.get(&"half".into())).await;
        assert!(connection.transaction(META, Access::Read, half).await.unwrap().is_undefined());
    }

    #[wasm_bindgen_test]
    async fn room_that_is_not_granted_is_told() {
        let told = Fault::new("QuotaExceededError", "").in_store("shop");
        assert_eq!(told.code(), "store");
        assert!(told.to_string().contains("no more room"), "{told}");
    }

    async fn connection(name: &str) -> Connection {
        let name = format!("connection {name} {}", js_sys::Date::now());
        Connection::open(&name, &JsHost::new(), IndexedDbOptions::default()).await.unwrap()
    }

    async fn count(connection: &Connection) -> Result<Option<f64>, StoreError> {
        let count = async |commits: &IdbObjectStore| settled(commits.count()).await;
        Ok(connection.transaction(COMMITS, Access::Read, count).await?.as_f64())
    }
}
