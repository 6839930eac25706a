//! Changes: what a commit says about itself in the audit log.
//!
//! **Invariants**
//! - Who did it comes from the scope, never from a request.
//! - An action's name is stored for ever; renaming one breaks searches in old logs.

use std::fmt;

use tenantry_core::model::{EnvironmentKey, FlagKey, ProjectKey, SegmentKey, TenantKey};

use crate::ids::TokenId;

/// What a commit did, to what, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What was done.
    pub action: Action,
    /// To what.
    pub target: Target,
    /// Why, in the words of whoever did it.
    pub reason: Option<String>,
    /// The request that asked for it, as its log lines name it.
    pub request_id: Option<String>,
}

impl Change {
    /// A change without a reason and a request id.
    #[must_use]
    pub fn new(action: Action, target: Target) -> Self {
        Self {
            action,
            target,
            reason: None,
            request_id: None,
        }
    }

    /// Adds why it was done.
    #[must_use]
    pub fn because(self, reason: Option<String>) -> Self {
        Self { reason, ..self }
    }

    /// Adds which request asked for it.
    #[must_use]
    pub fn requested_by(self, request_id: impl Into<String>) -> Self {
        Self {
            request_id: Some(request_id.into()),
            ..self
        }
    }
}

/// Declares the actions and their stored names.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What a commit did.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name that the audit log and the API use.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

actions! {
    /// A project was created.
    ProjectCreate = "project.create",
    /// A project was renamed.
    ProjectUpdate = "project.update",
    /// An environment was created.
    EnvironmentCreate = "environment.create",
    /// An environment was renamed.
    EnvironmentUpdate = "environment.update",
    /// A flag was created.
    FlagCreate = "flag.create",
    /// What is known about a flag was changed.
    FlagUpdate = "flag.update",
    /// A flag was archived.
    FlagArchive = "flag.archive",
    /// A flag was brought back.
    FlagRestore = "flag.restore",
    /// A flag's expiry was put off.
    FlagExtend = "flag.extend",
    /// What a project calls debt was changed.
    DebtPolicyUpdate = "debt_policy.update",
    /// Whom a project wants to be told was changed.
    NotificationSettingsUpdate = "notification_settings.update",
    /// A flag's targeting was changed.
    TargetingUpdate = "targeting.update",
    /// A flag's targeting was put back to what it was.
    TargetingRevert = "targeting.revert",
    /// A flag was turned off in an emergency, for everybody or for one tenant.
    FlagKill = "flag.kill",
    /// Tenants were added to a list of a flag.
    ListAdd = "list.add",
    /// Tenants were taken off a list of a flag.
    ListRemove = "list.remove",
    /// A flag was given a plan.
    PlanCreate = "plan.create",
    /// A plan was changed.
    PlanUpdate = "plan.update",
    /// A plan was deleted.
    PlanDelete = "plan.delete",
    /// A plan was started.
    PlanStart = "plan.start",
    /// A plan entered its next stage.
    PlanAdvance = "plan.advance",
    /// A plan's next stage was approved of.
    PlanApprove = "plan.approve",
    /// A plan was paused.
    PlanPause = "plan.pause",
    /// A plan went on.
    PlanResume = "plan.resume",
    /// A plan's last stage was taken back.
    PlanStepBack = "plan.step_back",
    /// All that a plan did was taken back.
    PlanRollBack = "plan.roll_back",
    /// A plan came to its end.
    PlanFinish = "plan.finish",
    /// A plan's guard switched the flag off for one tenant.
    PlanBlock = "plan.block",
    /// A freeze of tenants began: they were blocked.
    PlanHold = "plan.hold",
    /// A freeze of tenants ended: they were unblocked.
    PlanRelease = "plan.release",
    /// A segment was created.
    SegmentCreate = "segment.create",
    /// A segment was renamed.
    SegmentUpdate = "segment.update",
    /// A segment was deleted.
    SegmentDelete = "segment.delete",
    /// Tenants were added to a segment.
    MembersAdd = "members.add",
    /// Tenants were taken out of a segment.
    MembersRemove = "members.remove",
    /// A tenant came onto the roster.
    TenantCreate = "tenant.create",
    /// What is known about a tenant was changed.
    TenantUpdate = "tenant.update",
    /// A tenant was taken off the roster.
    TenantDelete = "tenant.delete",
    /// Many tenants came onto the roster, or were changed.
    TenantsImport = "tenants.import",
    /// Tenants that programs asked for came onto the roster, or their weights were learned.
    TenantsLearn = "tenants.learn",
    /// A token was created.
    TokenCreate = "token.create",
    /// A token was given a new secret.
    TokenRotate = "token.rotate",
    /// A token was revoked.
    TokenRevoke = "token.revoke",
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a commit was done to, written `flag/new-billing`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// The project itself.
    Project(ProjectKey),
    /// An environment.
    Environment(EnvironmentKey),
    /// A flag, in one environment or in all.
    Flag(FlagKey),
    /// A segment.
    Segment(SegmentKey),
    /// A tenant of the roster.
    Tenant(TenantKey),
    /// The roster.
    Roster,
    /// A token.
    Token(TokenId),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(key) => write!(f, "project/{key}"),
            Self::Environment(key) => write!(f, "environment/{key}"),
            Self::Flag(key) => write!(f, "flag/{key}"),
            Self::Segment(key) => write!(f, "segment/{key}"),
            Self::Tenant(key) => write!(f, "tenant/{key}"),
            Self::Roster => f.write_str("tenants"),
            Self::Token(id) => write!(f, "token/{id}"),
        }
    }
}
