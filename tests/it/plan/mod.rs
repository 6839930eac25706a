//! Plans carried out: against real programs with a fault in the new code path, by nodes that are
//! killed while they gather evidence and while they decide, with a guard that asks a Prometheus, and
//! to shares of real requests.

mod guarded;
mod killed;
mod play;
mod prometheus;
mod shares;
mod taken_over;
mod watched;
