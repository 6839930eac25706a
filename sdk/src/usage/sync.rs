//! What threads share when they count is made of this. The tests put loom's in its place.

pub(super) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
pub(super) use std::sync::{Arc, Mutex, MutexGuard};
