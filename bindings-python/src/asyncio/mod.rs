//! Calls of a store that asyncio awaits.
//!
//! A [`Call`] is a future of Rust as a coroutine of Python: the task that awaits it drives it, so that deciders,
//! enrichers and upcasting steps run on the loop's thread and in the task's context. What it waits for happens
//! elsewhere; when that is done, the call's [`Wake`](wake::Wake) is put into the [`Mailbox`] of its loop, which
//! wakes the tasks of all that has come in at once.

mod awaited;
mod bell;
mod call;
mod exchange;
mod mailbox;
mod wake;

pub(crate) use awaited::awaited;
pub(crate) use call::Call;
pub(crate) use mailbox::Mailbox;
