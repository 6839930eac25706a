//! A stage under guard, through its public interface only.

mod decisions;
mod exact;
mod resume;
mod world;
