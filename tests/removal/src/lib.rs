//! Code with two flags, and the same code without them: `new-billing`, whose answer on is kept, and
//! `old-export`, whose answer off is kept.
//!
//! Both compile, with nothing idle in them, and pass the same tests; a test of `tenantry-scan` holds
//! that removing the flags from `before` gives `after`, byte for byte, with another of
//! TypeScript beside it.

pub mod after;
pub mod before;
