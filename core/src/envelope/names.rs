use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use crate::error::InvalidArgumentError;

/// The category of a stream id: the text before its first `-`, or all of it where there is none.
///
/// ```
/// assert_eq!(onefold::category_of("Order-17-b"), "Order");
/// assert_eq!(onefold::category_of("settings"), "settings");
/// ```
pub fn category_of(stream_id: &str) -> &str {
    stream_id.split_once('-').map_or(stream_id, |(category, _)| category)
}

/// A text with its control characters written out.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $argument:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a text that is not empty and has no control characters. How long it may be is for
            /// [`Limits`](crate::Limits) to say, at append.
            ///
            /// # Errors
            /// [`InvalidArgumentError`] names what is wrong with it.
            pub fn new(text: impl Into<Arc<str>>) -> Result<Self, InvalidArgumentError> {
                let text = text.into();
                if text.is_empty() {
                    return Err(InvalidArgumentError::new($argument, "it is empty; give it at least one character"));
                }
                if let Some(control) = text.chars().find(|c| c.is_control()) {
                    let reason = format!("`{}` has the control character U+{:04X}; leave it out", visible(&text), u32::from(control));
                    return Err(InvalidArgumentError::new($argument, reason));
                }
                Ok(Self(text))
            }

            /// Takes a text that a store handed back and that was checked when it was appended.
            pub fn from_stored(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

name! {
    /// The id of a stream, by convention `{Category}-{id}`. Compared byte by byte.
    ///
    /// ```
    /// use onefold::StreamId;
    ///
    /// let id = StreamId::new("Order-1")?;
    /// assert_eq!(id.category(), "Order");
    /// assert!(StreamId::new("").is_err());
    /// # Ok::<(), onefold::InvalidArgumentError>(())
    /// ```
    StreamId, "stream_id"
}

name! {
    /// The type of an event, such as `OrderPlaced`. Compared byte by byte.
    ///
    /// ```
    /// use onefold::EventType;
    ///
    /// assert_eq!(EventType::new("OrderPlaced")?.as_str(), "OrderPlaced");
    /// assert!(EventType::new("tab\there").is_err());
    /// # Ok::<(), onefold::InvalidArgumentError>(())
    /// ```
    EventType, "type"
}

impl StreamId {
    /// The text before the first `-`, or all of it. See [`category_of`].
    pub fn category(&self) -> &str {
        category_of(&self.0)
    }
}
