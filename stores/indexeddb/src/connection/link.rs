use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{IdbDatabase, IdbVersionChangeEvent};

/// What became of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    /// The browser closed it: it may be opened again.
    Dropped,
    /// The database was deleted, or another one is in its place.
    Deleted,
    /// The database was brought to a newer version.
    Migrated,
    /// It was closed by us.
    Closed,
}

/// One connection, and the listeners that keep its status true.
pub(crate) struct Link {
    pub(crate) database: IdbDatabase,
    status: Rc<Cell<Status>>,
    _on_close: Closure<dyn Fn()>,
    _on_version_change: Closure<dyn Fn(IdbVersionChangeEvent)>,
}

impl Link {
    pub(crate) fn new(database: IdbDatabase) -> Self {
        let status = Rc::new(Cell::new(Status::Open));
        let on_close = Closure::new({
            let status = status.clone();
            move || end(&status, Status::Dropped)
        });
        let on_version_change = Closure::new({
            let (status, database) = (status.clone(), database.clone());
            move |event: IdbVersionChangeEvent| {
                let is_deletion = event.new_version().is_none();
                end(&status, if is_deletion { Status::Deleted } else { Status::Migrated });
                // Whoever deletes or migrates it waits for this.
                database.close();
            }
        });
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        Self { database, status, _on_close: on_close, _on_version_change: on_version_change }
    }

    pub(crate) fn status(&self) -> Status {
        self.status.get()
    }

    /// Gives the connection up.
    pub(crate) fn end(&self, status: Status) {
        end(&self.status, status);
        self.database.close();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

/// What ended it first is what is told; only a dropped connection can come to something worse.
fn end(status: &Cell<Status>, to: Status) {
    if matches!(status.get(), Status::Open | Status::Dropped) {
        status.set(to);
    }
}
