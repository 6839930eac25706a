//! What must hold when things break.

mod away;
mod descriptors;
mod half_open;
mod kill;
mod outage;
mod slow;
mod usage;
