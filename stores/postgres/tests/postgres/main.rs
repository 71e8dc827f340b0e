//! The PostgreSQL store as its users meet it: the contract, several processes, and servers that fail.

#[cfg(test)]
mod appends;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod floors;
#[cfg(test)]
mod indexes;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod support;
#[cfg(test)]
mod writers;
