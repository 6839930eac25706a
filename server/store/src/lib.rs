//! Storage for the Tenantry server: the only crate that knows SQL.
//!
//! One [`Store`] over SQLite or PostgreSQL. A caller proves who it is
//! ([`Store::authenticate`]), gets a scope ([`ProjectScope`], [`EnvironmentScope`]), reads with it, and
//! writes in one way: [`Store::begin`], mutate, [`Tx::commit`].
//!
//! **Invariants**
//! - No scope, no data: every method that reads or writes a project's rows takes a scope, and only
//!   this crate can make one. Work across projects lives in `maintenance` alone.
//! - One way to write: what a commit changes, its revisions, its change-log rows and its audit entry
//!   are one transaction. The notice goes out after it.
//! - The pools never leave this crate. Every statement is a constant in its module's list, but for the
//!   lists with filters, whose queries are built.
//!
//! # How to add a statement
//! 1. Add the constant to the `statements!` block of the module that owns the table. One text serves
//!    both databases where it can; where it cannot, write SQLite's `or` PostgreSQL's.
//! 2. Filter by the scope's ids in its `WHERE`, whatever row-level security does. A test looks.
//! 3. Run the store's tests: one prepares every statement on both databases.
//!
//! # How to add a mutation
//! 1. Write a method of [`Tx`] beside its table. Touch the environments whose streamed state it
//!    changes, and record a document with what was and what is.
//! 2. Add its [`Action`], a test over both databases, and nothing else: `commit` does the rest.

mod access;
mod audit;
mod change;
mod code;
mod db;
mod debt;
mod environment;
mod error;
mod flag;
mod hex;
mod ids;
mod instance;
mod json;
mod maintenance;
mod notice;
mod notification;
mod page;
mod plan;
mod project;
mod segment;
mod statements;
mod store;
mod stream;
mod targeting;
mod tenant;
mod text;
mod token;
mod tx;
mod usage;

pub use access::{
    Access, Actor, EnvironmentScope, InvalidSecret, Mode, ProjectScope, Read, Secret, ServerScope,
    TokenType, Write,
};
pub use audit::{AuditDocument, AuditEntry, AuditFilter, Break, Broken, Verification};
pub use change::{Action, Change, Target};
pub use code::{NewReference, NewScan, Reference, RepositoryUse, Scan, ScanChange};
pub use debt::{
    AnswerSeen, AskerSeen, DebtDay, DebtEnvironment, DebtFlag, DebtProof, DebtTargeting,
};
pub use environment::{Environment, NewEnvironment};
pub use error::{
    ArchiveError, CreateError, DeleteSegmentError, ListError, OpenError, StoreError, WriteError,
};
pub use flag::{
    ExpiryRange, Flag, FlagEnvironment, FlagFilter, FlagKind, FlagPatch, FlagSort, FlagState,
    InvalidFlagKind, NewFlag,
};
pub use ids::{EnvironmentId, FlagId, NodeId, NotificationId, ProjectId, SegmentId, TokenId};
pub use instance::{InstanceChange, KEPT, Lost, NODE_SILENCE, SdkInstance};
pub use maintenance::{
    ActivePlan, Bootstrap, BootstrapError, Claim, DueNotification, IdempotencyKey,
    InvalidIdempotencyKey, Leadership, NewProject, PrunePolicy, Pruned, SessionKey,
    SessionLifetime, StoredAnswer,
};
pub use notice::Revisions;
pub use notification::{NewNotification, Notification};
pub use page::Page;
pub use plan::{
    Admission, AdmissionFilter, Admitting, Drawn, ListedPlan, PlanFilter, PlanInForce,
    PlanUnderWay, PlanWrite, Retraction, StageAdmissions, StoredDecision, StoredPlan,
};
pub use project::Project;
pub use segment::{NewSegment, Segment, compile_conditions};
pub use store::Store;
pub use stream::{
    Changes, EnvironmentState, InvalidList, KeyList, List, MemberChange, RevisionChange,
    TouchedMembers,
};
pub use targeting::{
    FlagList, ListChange, Past, PastChange, PastError, PastPoint, PresentFlag, TargetingDocument,
};
pub use tenant::{
    Imported, KnownRoster, LearnWeights, MAX_WEIGHT, Patch, RosterNews, RosterPart, RosterTenant,
    Tenant, TenantFacts, TenantFilter, TenantLine, TenantPatch, TenantSort, check_key,
};
pub use token::{MAX_OVERLAP, NewToken, Token};
pub use tx::{Committed, EnvironmentRevision, Expected, Tx};
pub use usage::{
    Asker, AskerCalls, FlagCalls, FlagUsage, OutcomeFilter, OutcomeSum, TenantCalls,
    TenantOutcomes, TenantRequests, TenantSeen, TenantUsage, UnknownFlag, UsageBatch, UsageFilter,
    UsageStep, UsageTotal, UsageWrite,
};
