//! The two databases behind one face: pools, transactions, statements, migrations.
//!
//! Separate so that every other module can say what it wants once: a [`Statement`], its arguments and
//! the row it expects. Which database that is shows here alone.
//!
//! **Invariants**
//! - Every statement runs in a transaction ([`Conn`]), which on PostgreSQL names the project that
//!   row-level security lets through.
//! - SQLite has one writer. Readers cannot write, whatever they try.

mod claim;
mod conn;
mod migrate;
mod pools;
mod rows;
mod statement;

pub(crate) use conn::Conn;
pub(crate) use migrate::migrate;
pub(crate) use pools::{Db, Dialect, IfMissing, Wall};
pub(crate) use rows::{micros, number, parsed, signed};
pub(crate) use statement::{Statement, args, statements};
