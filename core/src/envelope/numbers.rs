use std::fmt;

/// The largest number that every language here holds exactly: 2^53 - 1.
const MAX_SAFE: u64 = (1 << 53) - 1;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// 0: before the first.
            pub const ZERO: Self = Self(0);
            /// 2^53 - 1, the largest that every language here holds exactly.
            pub const MAX: Self = Self(MAX_SAFE);

            /// Takes a number; what is past [`MAX`](Self::MAX) becomes that.
            pub const fn new(number: u64) -> Self {
                if number > MAX_SAFE { Self::MAX } else { Self(number) }
            }

            /// The plain number.
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The one after this.
            #[must_use]
            pub const fn next(self) -> Self {
                self.plus(1)
            }

            /// The one before this; 0 stays 0.
            #[must_use]
            pub const fn previous(self) -> Self {
                Self(self.0.saturating_sub(1))
            }

            /// The one `count` after this.
            #[must_use]
            pub const fn plus(self, count: u64) -> Self {
                Self::new(self.0.saturating_add(count))
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self::new(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

number! {
    /// A place within a stream: 1, 2, 3 … without gaps; 0 means that the stream does not exist.
    ///
    /// ```
    /// use onefold::Version;
    ///
    /// assert_eq!(Version::ZERO.next(), Version::new(1));
    /// ```
    Version
}

number! {
    /// A place in the whole store: strictly increasing, gaps allowed; 0 is before the first event.
    ///
    /// ```
    /// use onefold::Position;
    ///
    /// assert!(Position::new(7) > Position::ZERO);
    /// ```
    Position
}
