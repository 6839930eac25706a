//! What the judgement knows: facts alone, so that it can be tested on any day.

use chrono::{DateTime, NaiveDate, Utc};

use super::Answers;

/// A project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFacts {
    /// Its key.
    pub project: String,
    /// Its flags, none of them archived.
    pub flags: Vec<FlagFacts>,
    /// Keys that are asked for, and are no flags or archived ones.
    pub unknown: Vec<UnknownFacts>,
    /// Since when programs have told of their usage; `None` if none ever has.
    pub usage_since: Option<DateTime<Utc>>,
}

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagFacts {
    /// The flag's key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Who is to clean up.
    pub owner: Option<String>,
    /// Whether the owner is somebody the project still knows, as far as it can tell.
    pub has_living_owner: bool,
    /// `release`, `experiment`, `ops` or `permission`.
    pub kind: &'static str,
    /// Whether the kind is temporary: then the flag must have an owner, and is to be removed.
    pub is_temporary: bool,
    /// The flag's tags.
    pub tags: Vec<String>,
    /// The last day on which the flag is not expired.
    pub expires_on: Option<NaiveDate>,
    /// How often the date has been put off.
    pub extensions: u32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// At how many places code asks for it.
    pub references: u32,
    /// The flags that have it as their prerequisite.
    pub needed_by: Vec<String>,
    /// Who asked for it last, and when.
    pub asked: Option<Asked>,
    /// Each environment of the project.
    pub environments: Vec<EnvironmentFacts>,
}

/// A flag in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentFacts {
    /// The environment's key.
    pub environment: String,
    /// How many tenants it was asked for, for any flag, as long ago as the policy looks back.
    pub tenants: u64,
    /// Which answers its targeting can give.
    pub answers: Answers,
    /// How many variants are drawn from.
    pub variants: usize,
    /// When its targeting was changed last.
    pub set_at: DateTime<Utc>,
    /// When a program was answered with on last.
    pub last_on: Option<DateTime<Utc>>,
    /// When a program was answered with off last.
    pub last_off: Option<DateTime<Utc>>,
    /// Whether a plan is under way, or waits to be started.
    pub has_plan: bool,
    /// SDK instances that serve from before `set_at`, each as people would name it.
    pub laggards: Vec<String>,
}

/// Who asked last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// When.
    pub at: DateTime<Utc>,
    /// The name of the token.
    pub by: String,
}

/// A key that is asked for, and is no flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFacts {
    /// The key.
    pub key: String,
    /// Who asked for it last, after it was gone.
    pub asked: Option<Asked>,
    /// Where it was asked for.
    pub environments: Vec<String>,
    /// At how many places code asks for it.
    pub references: u32,
    /// If it is archived: since when.
    pub archived_at: Option<DateTime<Utc>>,
}
