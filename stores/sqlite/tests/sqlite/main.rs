//! The SQLite store as its users meet it: files, threads, processes, and what goes wrong with them.

#[cfg(test)]
mod concurrent;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod files;
#[cfg(test)]
#[cfg(unix)]
mod forks;
#[cfg(test)]
mod locks;
#[cfg(test)]
mod log;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod read_only;
#[cfg(test)]
#[cfg(unix)]
mod replaced;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod scratch;
