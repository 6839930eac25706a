//! What the debt report is made of. The policy is not here: it needs no database.
//!
//! | part | what it is |
//! | --- | --- |
//! | `flags` | what people said about each flag |
//! | `proof` | what each flag is set to, and what programs were answered |
//! | `policy` | what a project calls debt |
//! | `days` | how the debt grew |

mod days;
mod flags;
mod policy;
mod proof;

pub(crate) use days::ALL as DAYS;
pub use days::DebtDay;
pub(crate) use flags::ALL as FLAGS;
pub use flags::DebtFlag;
pub(crate) use policy::ALL as POLICY;
pub(crate) use proof::ALL as PROOF;
pub use proof::{AnswerSeen, AskerSeen, DebtEnvironment, DebtProof, DebtTargeting};
