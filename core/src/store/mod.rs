//! [`Store`]: the face that every backend wears.

mod append;
mod cursor;
mod enricher;
mod expected;
mod filter;
mod options;
mod pager;
mod paging;
mod read;

pub use append::AppendOptions;
pub use cursor::After;
pub use enricher::Enricher;
pub use expected::ExpectedVersion;
pub use filter::Filter;
pub use options::{Store, StoreOptions};
pub use pager::{AllPager, StreamPager};
pub use read::{ReadAll, ReadStream};
