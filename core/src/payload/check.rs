use std::fmt::Write;

use serde_json::value::RawValue;

/// The largest integer that a double holds with all its neighbours: 2^53 - 1.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Why a text is not JSON that every language here holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (at `${path}`)")]
pub struct JsonError {
    /// Where, from the value itself: `.items[3].price`; empty for the value itself.
    pub path: String,
    /// What is wrong there, and what to do.
    pub reason: String,
}

impl JsonError {
    /// A fault at a path such as `.items[3].price`.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }
}

/// How many arrays and objects lie within each other in this JSON text at its deepest.
///
/// ```
/// assert_eq!(onefold::nesting_of(r#"{"a": [1, "[[["]}"#), 2);
/// ```
pub fn nesting_of(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The text without the white space around it, if every language here can hold it.
pub(super) fn check(text: &str) -> Result<&str, JsonError> {
    // serde_json knows the grammar; the walk after it knows that the text is JSON and looks at values only.
    let raw: &RawValue =
        serde_json::from_str(text).map_err(|error| JsonError::new("", format!("it is not JSON: {error}")))?;
    Walk { rest: raw.get(), place: Vec::new(), key_next: false }.run()?;
    Ok(raw.get())
}

enum Step<'a> {
    Member(&'a str),
    Element(usize),
}

struct Walk<'a> {
    rest: &'a str,
    place: Vec<Step<'a>>,
    key_next: bool,
}

impl<'a> Walk<'a> {
    fn run(mut self) -> Result<(), JsonError> {
        while let Some(first) = self.rest.bytes().next() {
            match first {
                b'"' => self.string()?,
                b'-' | b'0'..=b'9' => self.number()?,
                mark => {
                    self.mark(mark);
                    self.take(1);
                }
            }
        }
        Ok(())
    }

    fn mark(&mut self, mark: u8) {
        match mark {
            b'{' => {
                self.place.push(Step::Member(""));
                self.key_next = true;
            }
            b'[' => self.place.push(Step::Element(0)),
            b'}' | b']' => {
                self.place.pop();
                self.key_next = false;
            }
            b':' => self.key_next = false,
            b',' => match self.place.last_mut() {
                Some(Step::Element(index)) => *index += 1,
                _ => self.key_next = true,
            },
            // White space and the letters of true, false and null.
            _ => {}
        }
    }

    fn string(&mut self) -> Result<(), JsonError> {
        let mut escaped = false;
        let inner_len = self.rest.bytes().skip(1).take_while(|&byte| {
            let open = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            open
        });
        let len = inner_len.count() + 2;
        let inner = unquoted(self.take(len));
        if self.key_next
            && let Some(step) = self.place.last_mut()
        {
            *step = Step::Member(inner);
        }
        if has_lone_surrogate(inner) {
            return Err(self.fault("half a surrogate pair is no text; give whole characters"));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), JsonError> {
        let len = self
            .rest
            .bytes()
            .take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
            .count();
        let literal = self.take(len);
        let is_integer = !literal.contains(['.', 'e', 'E']);
        let digits = literal.trim_start_matches('-');
        if is_integer && !digits.parse::<u64>().is_ok_and(|number| number <= MAX_SAFE_INTEGER) {
            return Err(self.fault(format!("the integer {literal} is past 2^53 - 1; send it as a string")));
        }
        if !literal.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(
                self.fault(format!("the number {literal} is past what a double holds; send it as a string"))
            );
        }
        Ok(())
    }

    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn fault(&self, reason: impl Into<String>) -> JsonError {
        let mut path = String::new();
        for step in &self.place {
            match step {
                Step::Member(key) => push_member(&mut path, key),
                Step::Element(index) => push_element(&mut path, *index),
            }
        }
        JsonError::new(path, reason)
    }
}

/// Adds a member to a path: `.price`, or `["unit price"]` where the key is no plain word.
pub fn push_member(path: &mut String, key: &str) {
    let plain = !key.is_empty() && key.chars().all(|c| c == '_' || c == '$' || c.is_alphanumeric());
    // Writing to a String cannot fail.
    let _ = if plain { write!(path, ".{key}") } else { write!(path, "[\"{key}\"]") };
}

/// Adds an array element to a path: `[3]`.
pub fn push_element(path: &mut String, index: usize) {
    let _ = write!(path, "[{index}]");
}

fn has_lone_surrogate(inner: &str) -> bool {
    let mut high_open = false;
    let mut after_backslash = false;
    for piece in inner.split('\\').skip(1) {
        // An empty piece is an escaped backslash: the piece after it is plain text.
        if after_backslash {
            after_backslash = false;
            if high_open {
                return true;
            }
            continue;
        }
        after_backslash = piece.is_empty();
        let unit = piece.strip_prefix('u').and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok());
        let is_low = unit.is_some_and(|unit| (0xDC00..0xE000).contains(&unit));
        if high_open != is_low {
            return true;
        }
        // A pair must be two escapes with nothing between: the high half's piece ends after its digits.
        high_open = unit.is_some_and(|unit| (0xD800..0xDC00).contains(&unit));
        if high_open && piece.len() != 5 {
            return true;
        }
    }
    high_open
}

fn unquoted(literal: &str) -> &str {
    literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(literal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(text: &str) -> (String, String) {
        let error = check(text).expect_err(text);
        (error.path, error.reason)
    }

    #[test]
    fn paths_lead_to_the_fault() {
        assert_eq!(refused(r#"{"items":[1,2,{"price":9007199254740993}]}"#).0, ".items[2].price");
        assert_eq!(refused(r#"{"a":{"b":[]},"unit price":[[],[1e400]]}"#).0, r#"["unit price"][1][0]"#);
        assert_eq!(refused(r#"["\ud800"]"#).0, "[0]");
        assert_eq!(refused("-9007199254740992").0, "");
    }

    #[test]
    fn surrogates_come_in_pairs() {
        for fine in
            [r#""\ud83d\ude00""#, r#""\\ud800""#, r#""\\\\u""#, r#""a\u0000b""#, r#""\\\ud83d\ude00x""#]
        {
            assert_eq!(check(fine), Ok(fine));
        }
        for lone in [
            r#""\ud800""#,
            r#""\udc00""#,
            r#""\ud800x\udc00""#,
            r#""\ud800\\\udc00""#,
            r#""\udc00\ud800""#,
            r#"{"\ud800":1}"#,
        ] {
            check(lone).expect_err(lone);
        }
    }

    #[test]
    fn numbers_are_doubles() {
        for fine in
            ["9007199254740991", "-9007199254740991", "9007199254740993.0", "1e308", "-0", "-0.0", "5e-324"]
        {
            assert_eq!(check(fine), Ok(fine));
        }
        for refused in ["9007199254740992", "1e309", "123456789012345678901234567890", "NaN", "01"] {
            check(refused).expect_err(refused);
        }
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i32>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_serde_writes_is_accepted_as_it_is(value in any_json()) {
            let text = value.to_string();
            prop_assert_eq!(check(&text), Ok(text.as_str()));
        }

        #[test]
        fn a_fault_anywhere_is_found(value in any_json(), bad in prop::sample::select(vec!["1e999", "9007199254740993", "\"\\ud800\""])) {
            let text = format!("[{value},{{\"k\":{bad}}}]");
            prop_assert_eq!(refused(&text).0, "[1].k");
        }
    }
}
