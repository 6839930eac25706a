//! Plans carried out: against real clients with a fault in the new code path, and by a controller
//! that is killed again and again.

mod guarded;
mod killed;
