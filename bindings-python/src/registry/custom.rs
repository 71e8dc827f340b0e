use std::error::Error;

use onefold::{EventType, Json, Limits, Product, Upcast};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::json::{self, EncodeError};

/// An upcasting step that is a Python function of the data.
pub(super) struct PyUpcast(pub(super) Py<PyAny>);

impl Upcast<Json> for PyUpcast {
    fn upcast(&self, data: Json) -> Result<Product<Json>, Box<dyn Error + Send + Sync>> {
        Python::attach(|py| self.call(py, &data)).map_err(Into::into)
    }
}

impl PyUpcast {
    fn call(&self, py: Python<'_>, data: &Json) -> PyResult<Product<Json>> {
        let made = self.0.bind(py).call1((json::decode(py, data)?,))?;
        if let Ok(parts) = made.cast::<PyList>() {
            return Ok(Product::Split(parts.iter().map(|part| split_part(&part)).collect::<PyResult<_>>()?));
        }
        if made.is_none() {
            return Err(PyTypeError::new_err("it returned None; return the data, or [] to drop the event"));
        }
        Ok(Product::Data(encode(&made)?))
    }
}

fn split_part(part: &Bound<'_, PyAny>) -> PyResult<(EventType, Json, Option<u32>)> {
    let shape =
        || PyTypeError::new_err("a list is a split: each element is (type, data) or (type, data, version)");
    let part = part.cast::<PyTuple>().map_err(|_| shape())?;
    let (event_type, data, version) = match part.len() {
        2 => (part.get_item(0)?, part.get_item(1)?, None),
        3 => (part.get_item(0)?, part.get_item(1)?, Some(part.get_item(2)?)),
        _ => return Err(shape()),
    };
    let event_type: String = event_type.extract().map_err(|_| shape())?;
    let event_type = EventType::new(event_type).map_err(|error| PyValueError::new_err(error.to_string()))?;
    let version = version.map(|version| version.extract().map_err(|_| shape())).transpose()?;
    Ok((event_type, encode(&data)?, version))
}

fn encode(data: &Bound<'_, PyAny>) -> PyResult<Json> {
    json::encode(data, Limits::MAX_NESTING).map_err(|error| match error {
        EncodeError::NotJson { path, reason } => PyTypeError::new_err(format!("data{path}: {reason}")),
        EncodeError::TooDeep => PyValueError::new_err("the data is nested too deep"),
    })
}
