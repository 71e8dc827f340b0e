//! Values that vectors do not write out: `$repeat`, `$nest`, `$json`, `$times`, `$versions`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Failure;

/// The JSON text of a value in a vector.
pub(super) fn text(value: &Value) -> Result<String, Failure> {
    let mut text = String::new();
    write(value, &mut text)?;
    Ok(text)
}

/// The string that a value in a vector stands for.
pub(super) fn string(value: &Value) -> Result<String, Failure> {
    Ok(serde_json::from_str(&text(value)?)?)
}

/// The value itself, with everything written out.
pub(super) fn written_out(value: &Value) -> Result<Value, Failure> {
    parsed(&text(value)?)
}

/// A JSON text of any depth as a tree.
pub(super) fn parsed(text: &str) -> Result<Value, Failure> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    Ok(Value::deserialize(&mut deserializer)?)
}

/// A list with its `$times` and `$versions` put in.
pub(super) fn spliced(list: &[Value]) -> Result<Vec<Value>, Failure> {
    let mut whole = Vec::with_capacity(list.len());
    for element in list {
        match form(element) {
            Some(("$times", argument)) => {
                let (count, value): (usize, Value) = serde_json::from_value(argument.clone())?;
                whole.extend(std::iter::repeat_n(value, count));
            }
            Some(("$versions", argument)) => {
                let (first, last): (u64, u64) = serde_json::from_value(argument.clone())?;
                let versions: Vec<_> = (first.min(last)..=first.max(last))
                    .map(|version| json!({ "version": version }))
                    .collect();
                if first <= last {
                    whole.extend(versions);
                } else {
                    whole.extend(versions.into_iter().rev());
                }
            }
            _ => whole.push(element.clone()),
        }
    }
    Ok(whole)
}

/// The name and argument of a value in one of the forms.
pub(super) fn form(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members
        .iter()
        .next()
        .filter(|(key, _)| key.starts_with('$'))
        .map(|(key, argument)| (key.as_str(), argument))
}

fn write(value: &Value, text: &mut String) -> Result<(), Failure> {
    match form(value) {
        Some(("$json", argument)) => text.push_str(&serde_json::from_value::<String>(argument.clone())?),
        Some(("$repeat", argument)) => {
            let (part, count): (String, usize) = serde_json::from_value(argument.clone())?;
            text.push_str(&serde_json::to_string(&part.repeat(count))?);
        }
        Some(("$nest", argument)) => text.push_str(&nest(argument)?),
        Some((other, _)) => return Err(Failure::new(format!("there is no form `{other}`"))),
        None => match value {
            Value::Array(list) => write_array(&spliced(list)?, text)?,
            Value::Object(members) => write_object(members, text)?,
            scalar => text.push_str(&scalar.to_string()),
        },
    }
    Ok(())
}

fn write_array(list: &[Value], text: &mut String) -> Result<(), Failure> {
    text.push('[');
    for (index, element) in list.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(element, text)?;
    }
    text.push(']');
    Ok(())
}

fn write_object(members: &Map<String, Value>, text: &mut String) -> Result<(), Failure> {
    text.push('{');
    for (index, (key, value)) in members.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(key)?);
        text.push(':');
        write(value, text)?;
    }
    text.push('}');
    Ok(())
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Nest {
    Arrays(usize),
    Objects { levels: usize, key: String },
}

fn nest(argument: &Value) -> Result<String, Failure> {
    Ok(match serde_json::from_value(argument.clone())? {
        Nest::Arrays(levels) => "[".repeat(levels) + &"]".repeat(levels),
        Nest::Objects { levels, key } => {
            let open = format!("{{{}:", serde_json::to_string(&key)?);
            open.repeat(levels.saturating_sub(1)) + "{}" + &"}".repeat(levels.saturating_sub(1))
        }
    })
}
