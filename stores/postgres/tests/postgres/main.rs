//! The PostgreSQL store as its users meet it: the contract, several processes, and servers that fail.

#[cfg(test)]
mod appends;
#[cfg(test)]
mod bouncer;
#[cfg(test)]
mod closing;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod cuts;
#[cfg(test)]
mod floors;
#[cfg(test)]
mod forked;
#[cfg(test)]
mod full;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod indexes;
#[cfg(test)]
mod listening;
#[cfg(test)]
mod load;
#[cfg(test)]
mod manual;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod writers;
