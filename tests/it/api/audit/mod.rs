//! The audit log: who changed what, and proof that nobody changed the log.

mod list;
mod verify;
