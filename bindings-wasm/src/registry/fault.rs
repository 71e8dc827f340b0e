use js_sys::{Array, Object};
use onefold::{Fault, RegistryError};
use wasm_bindgen::prelude::*;

use crate::errors::{ToJsError, made, set};

impl ToJsError for RegistryError {
    fn to_js_error(self) -> JsValue {
        let faults: Array = self.faults.iter().map(fault_to_js).collect();
        made(Self::CODE, "", &[("faults", faults.into())])
    }
}

/// `{kind, message, …}` with the members that the vectors name.
fn fault_to_js(fault: &Fault) -> JsValue {
    let (kind, event_type, from, more) = match fault {
        Fault::InvalidName { name, .. } => ("invalid_name", None, None, Some(("name", name.as_str()))),
        Fault::InvalidStep { event_type, from, .. } => {
            ("invalid_step", Some(event_type.as_str()), Some(*from), None)
        }
        Fault::InvalidVersion { event_type, .. } => {
            ("invalid_version", Some(event_type.as_str()), None, None)
        }
        Fault::DuplicateType { event_type } => ("duplicate_type", Some(event_type.as_str()), None, None),
        Fault::AliasClash { event_type, alias } => {
            ("alias_clash", Some(event_type.as_str()), None, Some(("alias", alias.as_str())))
        }
        Fault::AliasWithoutType { event_type, alias } => {
            ("alias_without_type", Some(event_type.as_str()), None, Some(("alias", alias.as_str())))
        }
        Fault::Gap { event_type, from } => ("gap", Some(event_type.as_str()), Some(*from), None),
        Fault::DuplicateStep { event_type, from } => {
            ("duplicate_step", Some(event_type.as_str()), Some(*from), None)
        }
        Fault::PastCurrent { event_type, from, .. } => {
            ("past_current", Some(event_type.as_str()), Some(*from), None)
        }
        Fault::UnknownType { event_type, from } => {
            ("unknown_type", Some(event_type.as_str()), Some(*from), None)
        }
        Fault::UnknownTarget { event_type, from, target } => {
            ("unknown_target", Some(event_type.as_str()), Some(*from), Some(("target", target.as_str())))
        }
        Fault::Cycle { event_type, from } => ("cycle", Some(event_type.as_str()), Some(*from), None),
        _ => ("other", None, None, None),
    };
    let object = Object::new().into();
    set(&object, "kind", &kind.into());
    set(&object, "message", &fault.to_string().into());
    if let Some(event_type) = event_type {
        set(&object, "type", &event_type.into());
    }
    if let Some(from) = from {
        set(&object, "from", &from.into());
    }
    if let Some((member, value)) = more {
        set(&object, member, &value.into());
    }
    object
}
