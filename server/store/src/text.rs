//! Text that people write: how long it may be.
