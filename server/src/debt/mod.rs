//! Debt: which flags have outlived their purpose, judged from facts alone.
//!
//! Separate and pure (the moment is passed in), because the same judgement is shown in the web
//! interface, answered by the API and decides about builds: it must be testable on any day.
//!
//! | part | what it is |
//! | --- | --- |
//! | `facts` | what the judgement knows |
//! | `answers` | which answers a targeting can give at all |
//! | `judge` | facts in, report out |
//! | `removal` | whether a flag could go, and what keeps it |
//! | `explain`, `words` | all of it in sentences |
//! | `gather` | the facts, from the database and from who is connected |
//! | `still_asked` | who keeps a flag from being archived |
//! | `policy` | what a project calls debt |
//! | `track` | the trend, noted from time to time, and the gauges |
//!
//! **Invariants**
//! - Debt never changes an answer of an evaluation.
//! - A flag is `due`, `expired` or `overdue`, never two of them; the other states are independent.
//! - Days are UTC days: a flag has expired from the 00:00 UTC after `expires_on`.

mod answers;
mod explain;
mod facts;
mod gather;
mod judge;
mod policy;
mod removal;
mod still_asked;
mod track;
mod words;

#[cfg(test)]
mod tests;

pub use answers::Answers;
pub use facts::{Asked, EnvironmentFacts, FlagFacts, ProjectFacts, UnknownFacts};
pub(crate) use gather::gather;
pub(crate) use judge::proof;
pub use judge::{Filter, report};
pub(crate) use policy::{check_policy, expiry, policy};
pub(crate) use still_asked::still_asked;
pub(crate) use track::start;
