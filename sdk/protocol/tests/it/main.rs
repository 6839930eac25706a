//! Tests of the protocol from outside, as its two users see it.

mod golden;
mod histories;
mod replica;
mod sessions;
mod usage;
mod world;
