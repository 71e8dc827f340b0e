//! SQLite in Node: `node:sqlite` under the logic of `onefold-sqlite`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use js_sys::{Array, BigInt, JsString, Uint8Array};
use onefold_js::{JsError, JsPayload};
use onefold_sqlite::driver::{Driver, DriverError, Fault, Mode, Param, Row};
use wasm_bindgen::prelude::*;

thread_local! {
    /// Opens connections.
    static LIBRARY: RefCell<Option<Library>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    /// Node's SQLite as `ts/sqlite/driver.ts` drives it.
    #[derive(Clone)]
    pub type Library;
    /// `mode` is `create`, `write` or `read`.
    #[wasm_bindgen(method, catch)]
    fn open(this: &Library, path: &str, mode: &str, busy_timeout: f64) -> Result<Connection, JsValue>;

    type Connection;
    #[wasm_bindgen(method, catch, js_name = isReadOnly)]
    fn is_read_only(this: &Connection) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn execute(this: &Connection, sql: &str, params: &Array) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn query(this: &Connection, sql: &str, params: &Array) -> Result<Array, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Connection);

    /// What it throws.
    type Thrown;
    /// SQLite's result code, where it is SQLite's.
    #[wasm_bindgen(method, getter)]
    fn errcode(this: &Thrown) -> Option<u32>;
}

/// Names what drives SQLite. It is called once, when the first file is opened.
#[wasm_bindgen(js_name = setSqliteLibrary)]
pub fn set_sqlite_library(library: Library) {
    LIBRARY.set(Some(library));
}

/// A connection of `node:sqlite`.
pub(crate) struct NodeSqlite(Connection);

impl Driver for NodeSqlite {
    type Payload = JsPayload;
    type Row<'r> = NodeRow;

    fn open(path: &Path, mode: Mode, busy_timeout: Duration) -> Result<Self, DriverError> {
        let mode = match mode {
            Mode::Create => "create",
            Mode::Write => "write",
            Mode::Read => "read",
        };
        let Some(library) = LIBRARY.with_borrow(Clone::clone) else {
            return Err(DriverError::new(Fault::Other, "there is no SQLite here; use openSqlite"));
        };
        let path = path.to_string_lossy();
        library.open(&path, mode, busy_timeout.as_secs_f64() * 1000.0).map(Self).map_err(failed)
    }

    fn is_read_only(&self) -> Result<bool, DriverError> {
        self.0.is_read_only().map_err(failed)
    }

    fn execute(&self, sql: &str, params: &[Param<'_, JsPayload>]) -> Result<(), DriverError> {
        self.0.execute(sql, &bound(params)).map_err(failed)
    }

    fn query<F>(&self, sql: &str, params: &[Param<'_, JsPayload>], mut each: F) -> Result<(), DriverError>
    where
        F: FnMut(&NodeRow) -> Result<(), DriverError>,
    {
        for row in self.0.query(sql, &bound(params)).map_err(failed)?.iter() {
            each(&NodeRow(row.unchecked_into()))?;
        }
        Ok(())
    }

    /// Node cannot keep a log as it is. Nor does the store ask for it: here it does not see that a log was taken.
    fn give_up(&self) -> Result<(), DriverError> {
        Ok(())
    }
}

impl Drop for NodeSqlite {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A row as an array.
pub(crate) struct NodeRow(Array);

impl NodeRow {
    fn column(&self, column: usize) -> JsValue {
        u32::try_from(column).map_or(JsValue::UNDEFINED, |column| self.0.get(column))
    }
}

impl Row for NodeRow {
    type Payload = JsPayload;

    fn is_null(&self, column: usize) -> Result<bool, DriverError> {
        Ok(self.column(column).is_null())
    }

    fn integer(&self, column: usize) -> Result<i64, DriverError> {
        let number = self.column(column).as_f64().filter(|number| number.fract() == 0.0);
        #[expect(clippy::cast_possible_truncation, reason = "node:sqlite gives safe integers alone")]
        number.map(|number| number as i64).ok_or_else(|| DriverError::in_column(column, "integer"))
    }

    fn text(&self, column: usize) -> Result<Cow<'_, str>, DriverError> {
        self.column(column).as_string().map(Cow::Owned).ok_or_else(|| DriverError::in_column(column, "text"))
    }

    fn uuid(&self, column: usize) -> Result<[u8; 16], DriverError> {
        let misfit = || DriverError::in_column(column, "UUID");
        let blob: Uint8Array = self.column(column).dyn_into().map_err(|_| misfit())?;
        blob.to_vec().try_into().map_err(|_| misfit())
    }

    fn payload(&self, column: usize) -> Result<JsPayload, DriverError> {
        let text: JsString =
            self.column(column).dyn_into().map_err(|_| DriverError::in_column(column, "text"))?;
        let parsed = parse(&text).map_err(|_| DriverError::in_column(column, "JSON"))?;
        Ok(JsPayload::from_checked(parsed))
    }
}

#[wasm_bindgen]
extern "C" {
    /// `JSON.parse` of a text that stays in JavaScript.
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn parse(text: &JsString) -> Result<JsValue, JsValue>;
}

fn bound(params: &[Param<'_, JsPayload>]) -> Array {
    params
        .iter()
        .map(|param| match param {
            Param::Null => JsValue::NULL,
            // A number would be bound as a REAL.
            Param::Integer(integer) => BigInt::from(*integer).into(),
            Param::Text(text) => JsValue::from_str(text),
            Param::Blob(blob) => Uint8Array::from(*blob).into(),
            Param::Payload(payload) => payload.to_text().into(),
        })
        .collect()
}

fn failed(thrown: JsValue) -> DriverError {
    // The primary result code is in the low byte.
    let code = thrown.unchecked_ref::<Thrown>().errcode().map(|code| code & 0xFF);
    let fault = match code {
        Some(5 | 6 | 15) => Fault::Busy,
        Some(3 | 8) => Fault::ReadOnly,
        Some(11) => Fault::Corrupt,
        Some(13) => Fault::Full,
        Some(14) => Fault::CannotOpen,
        Some(19) => Fault::Constraint,
        Some(26) => Fault::NotADatabase,
        _ => Fault::Other,
    };
    let error = JsError::new(thrown);
    DriverError { fault, message: error.to_string(), source: Some(error.into()) }
}
