//! Extractors: what a handler may ask of a request, checked before the handler runs.
//!
//! Separate from the handlers because every operation asks the same few things (who is calling,
//! for which project, with which body and precondition), and must refuse them the same way.
//!
//! **Invariants**
//! - A value that an extractor returns has been checked; a handler parses nothing again.
//! - A refusal is an `ApiError`, never a text of the framework's.

pub(crate) mod as_of;
pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod etag;
pub(crate) mod json;
pub(crate) mod page;
pub(crate) mod path;
pub(crate) mod query;
mod reason;
pub(crate) mod scope;
pub(crate) mod tenants;
pub(crate) mod text;
mod wording;

pub(crate) use as_of::{AsOf, way_back};
pub(crate) use body::{Body, Check, OptionalBody};
pub(crate) use caller::{Caller, KnownCaller};
pub(crate) use etag::{IfMatch, IfNoneMatch};
pub(crate) use json::{emptied, present};
pub(crate) use query::Query;
pub(crate) use reason::GiveReason;
pub(crate) use scope::{InEnvironment, InProject, InProjectOrCi, InPublished, OnServer};
pub(crate) use tenants::{MAX_LIST_TENANTS, Tenants};
