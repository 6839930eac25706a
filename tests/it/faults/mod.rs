//! What must hold when things break.

mod kill;
