//! Texts with U+0000 in them, which PostgreSQL does not hold.

use std::borrow::Cow;
use std::sync::Arc;

/// Stands before what is escaped.
const ESCAPE: char = '\u{1}';

/// The text as it is stored: U+0000 and U+0001 become U+0001 and a digit.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(ESCAPE, "\u{1}1").replace('\0', "\u{1}0"))
}

/// The text as it was before it was stored.
pub(crate) fn unescaped(stored: &str) -> Arc<str> {
    if !stored.contains(ESCAPE) {
        return stored.into();
    }
    let mut text = String::with_capacity(stored.len());
    let mut characters = stored.chars();
    while let Some(character) = characters.next() {
        text.push(match (character, character == ESCAPE) {
            (plain, false) => plain,
            (_, true) if characters.next() == Some('0') => '\0',
            (escape, true) => escape,
        });
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in ["", "acme", "a\0b", "\u{1}", "\u{1}0", "\u{1}1", "\0\u{1}\0", "ü\0€"] {
            assert!(!escaped(text).contains('\0'));
            assert_eq!(&*unescaped(&escaped(text)), text);
        }
    }
}
