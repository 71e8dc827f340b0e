use serde_json::{Map, Value};

use crate::upcast::{Edit, FieldPath};

/// Applies a declared step: keep, rename, add, remove, in this order.
pub(super) fn edited(value: Value, edit: &Edit) -> Result<Value, String> {
    let Value::Object(mut object) = value else {
        return Err("a declared step needs an object as data; use a custom step for anything else".into());
    };
    if let Some(kept) = &edit.keep {
        object = keep(object, kept)?;
    }
    // All are taken before any is put back, so that two fields can change places.
    let moved: Vec<_> =
        edit.rename.iter().map(|(from, to)| take(&mut object, from).map(|value| (to, value))).collect();
    for (to, value) in moved.into_iter().flatten() {
        put(&mut object, to, value)?;
    }
    for (path, default) in &edit.add {
        if find(&object, path).is_none() {
            put(&mut object, path, default.clone())?;
        }
    }
    for path in &edit.remove {
        take(&mut object, path);
    }
    Ok(Value::Object(object))
}

fn keep(mut object: Map<String, Value>, paths: &[FieldPath]) -> Result<Map<String, Value>, String> {
    let mut kept = Map::new();
    for path in paths {
        if let Some(value) = take(&mut object, path) {
            put(&mut kept, path, value)?;
        }
    }
    Ok(kept)
}

fn find<'a>(object: &'a Map<String, Value>, path: &FieldPath) -> Option<&'a Value> {
    path.parents().try_fold(object, |object, key| object.get(key)?.as_object())?.get(path.last())
}

fn take(object: &mut Map<String, Value>, path: &FieldPath) -> Option<Value> {
    // `shift_remove` keeps the order of the other members.
    path.parents()
        .try_fold(object, |object, key| object.get_mut(key)?.as_object_mut())?
        .shift_remove(path.last())
}

fn put(object: &mut Map<String, Value>, path: &FieldPath, value: Value) -> Result<(), String> {
    let mut parent = object;
    for key in path.parents() {
        parent = parent
            .entry(key)
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut()
            .ok_or_else(|| format!("`{key}` on the way to `{path}` is no object"))?;
    }
    parent.insert(path.last().to_owned(), value);
    Ok(())
}
