//! Plans carried out: against real clients with a fault in the new code path, and by a controller
//! that is killed again and again, and with a guard that asks a Prometheus.

mod guarded;
mod killed;
mod play;
mod prometheus;
mod taken_over;
mod watched;
