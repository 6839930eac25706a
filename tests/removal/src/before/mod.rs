//! The code with the flags. Each module is a case; `../after` holds the same without them.

pub mod blocks;
pub mod conditions;
pub mod constants;
pub mod early_return;
pub mod else_if;
pub mod generated;
pub mod handles;
pub mod if_else;
pub mod leftovers;
pub mod let_chains;
pub mod loops;
pub mod matching;
pub mod nested;
pub mod openfeature;
pub mod outcomes;
pub mod tenant_flags;
pub mod then;
pub mod variable;
pub mod wrapper;
