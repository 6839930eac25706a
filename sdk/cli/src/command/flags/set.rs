//! `tenantry flags set KEY`: changes who gets a flag in the environment.
//!
//! Key lists are changed by set operations, which commute with those of others; the switch and the
//! rollout by a merge patch that names the version it was made for.
//!
//! **Invariants**
//! - A rollout or a switch that somebody else changed meanwhile is not overwritten.
//! - Several changes are made in the order that never serves a tenant by accident: off before
//!   anything, then blocks, then the rest, and on at last.

use std::fmt;

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenantry_core::model::{FlagKey, Targeting, TenantKey};

use crate::api::{Answer, Client};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Change, Share, changes};

/// Change who gets a flag in the environment
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tenantry flags set new-billing --on --allow acme-corp
  tenantry flags set new-billing --rollout 0.5% --comment 'first strangers'
  tenantry flags set new-billing --off -e staging")]
pub(crate) struct Set {
    /// The flag's key
    flag: FlagKey,

    /// Switch it on: lists, rules and rollout decide
    #[arg(long, conflicts_with = "off")]
    on: bool,

    /// Switch it off for everybody
    #[arg(long)]
    off: bool,

    /// The share of tenants that get it, such as 25% or 0.5%
    #[arg(long, value_name = "PERCENT")]
    rollout: Option<Share>,

    /// Add a tenant to the allow list; repeatable
    #[arg(long, value_name = "TENANT")]
    allow: Vec<TenantKey>,

    /// Take a tenant off the allow list; repeatable
    #[arg(long, value_name = "TENANT")]
    unallow: Vec<TenantKey>,

    /// Add a tenant to the block list; repeatable
    #[arg(long, value_name = "TENANT")]
    block: Vec<TenantKey>,

    /// Take a tenant off the block list; repeatable
    #[arg(long, value_name = "TENANT")]
    unblock: Vec<TenantKey>,

    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

/// One of a flag's key lists.
#[derive(Debug, Clone, Copy)]
enum List {
    Allow,
    Block,
}

/// What the server answers to a change of a list.
#[derive(Debug, Deserialize)]
struct ListChanged {
    /// The tenants that were not there before, or are not there now.
    changed: Vec<String>,
    revision: u64,
}

/// What a run did, for people and for programs.
#[derive(Debug, Serialize)]
struct Done<'a> {
    flag: &'a FlagKey,
    environment: &'a str,
    /// The environment's revision after the last change; none if nothing had to be changed.
    revision: Option<u64>,
    changes: Vec<Change>,
}

impl Set {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let patch = self.patch();
        if patch.is_none()
            && self
                .steps()
                .iter()
                .all(|(_, _, tenants)| tenants.is_empty())
        {
            return Err(Failure::NothingToChange);
        }
        let client = Client::new(global, console)?;
        let mut done = Done {
            flag: &self.flag,
            environment: global.environment.as_str(),
            revision: None,
            changes: Vec::new(),
        };

        let patch_first = self.off;
        if patch_first {
            self.apply_patch(&client, patch.as_ref(), &mut done).await?;
        }
        for (list, method, tenants) in self.steps() {
            if !tenants.is_empty() {
                self.apply_members(&client, list, method, tenants, &mut done)
                    .await?;
            }
        }
        if !patch_first {
            self.apply_patch(&client, patch.as_ref(), &mut done).await?;
        }
        if global.wants_json() {
            console.json(&done)
        } else {
            console.line(done.to_string())
        }
    }

    /// The changes of key lists, in the order in which they are made.
    fn steps(&self) -> [(List, Method, &[TenantKey]); 4] {
        [
            (List::Block, Method::POST, &self.block),
            (List::Allow, Method::DELETE, &self.unallow),
            (List::Block, Method::DELETE, &self.unblock),
            (List::Allow, Method::POST, &self.allow),
        ]
    }

    /// The merge patch of the switch and the rollout, if either is to change.
    fn patch(&self) -> Option<Value> {
        let mut patch = serde_json::Map::new();
        if self.on || self.off {
            patch.insert("on".to_owned(), json!(self.on));
        }
        if let Some(share) = self.rollout {
            patch.insert(
                "rollout".to_owned(),
                json!({ "threshold": share.threshold() }),
            );
        }
        (!patch.is_empty()).then_some(Value::Object(patch))
    }

    async fn apply_patch(
        &self,
        client: &Client<'_>,
        patch: Option<&Value>,
        done: &mut Done<'_>,
    ) -> Result<(), Failure> {
        let Some(patch) = patch else { return Ok(()) };
        let before: Answer<Targeting> = client
            .flag_here(Method::GET, &self.flag, &["targeting"])
            .send()
            .await?;
        let after: Answer<Targeting> = client
            .flag_here(Method::PATCH, &self.flag, &["targeting"])
            .query("comment", self.comment.as_deref())
            .if_match(before.etag.as_deref())
            .json(patch)
            .send()
            .await?;
        let found = changes(&before.body, &after.body);
        if !found.is_empty() {
            done.revision = after.revision.or(done.revision);
            done.changes.extend(found);
        }
        Ok(())
    }

    async fn apply_members(
        &self,
        client: &Client<'_>,
        list: List,
        method: Method,
        tenants: &[TenantKey],
        done: &mut Done<'_>,
    ) -> Result<(), Failure> {
        let adds = method == Method::POST;
        let answer: Answer<ListChanged> = client
            .flag_here(method, &self.flag, &["targeting", list.as_str()])
            .query("comment", self.comment.as_deref())
            .json(&json!({ "tenants": tenants }))
            .send()
            .await?;
        let ListChanged { changed, revision } = answer.body;
        let (add, remove) = if adds {
            (changed, Vec::new())
        } else {
            (Vec::new(), changed)
        };
        if let Some(change) = Change::of_members(list.as_str(), add, remove) {
            done.revision = Some(revision);
            done.changes.push(change);
        }
        Ok(())
    }
}

impl List {
    /// The list as paths and documents have it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Block => "block",
        }
    }
}

impl fmt::Display for Done<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (flag, environment) = (self.flag.bold(), self.environment);
        let Some(revision) = self.revision else {
            return write!(f, "{flag} in {environment}: already so, nothing changed");
        };
        let changes: Vec<&str> = self.changes.iter().map(Change::text).collect();
        write!(
            f,
            "{flag} in {environment}, r{revision}: {}",
            changes.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use clap::Parser as _;
    use insta::assert_snapshot;

    use super::*;
    use crate::arguments::Arguments;
    use crate::command::{Command, flags::Flags};

    fn parse(line: &str) -> Set {
        let words = format!("tenantry flags set new-billing {line}");
        let arguments = Arguments::try_parse_from(words.split_whitespace()).expect(line);
        match arguments.command {
            Command::Flags(Flags::Set(set)) => set,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_patch_holds_what_was_asked_for_and_no_more() {
        assert_eq!(parse("--allow acme-corp").patch(), None);
        assert_eq!(parse("--on").patch(), Some(json!({"on": true})));
        assert_eq!(
            parse("--off --rollout 0%").patch(),
            Some(json!({"on": false, "rollout": {"threshold": 0}}))
        );
        assert_eq!(
            parse("--rollout 0.5%").patch(),
            Some(json!({"rollout": {"threshold": 500}}))
        );
    }

    #[test]
    fn on_and_off_exclude_each_other() {
        assert!(
            Arguments::try_parse_from(["tenantry", "flags", "set", "a", "--on", "--off"]).is_err()
        );
    }

    #[test]
    fn says_what_it_did() {
        let flag = FlagKey::new("new-billing").expect("a key");
        let mut done = Done {
            flag: &flag,
            environment: "production",
            revision: None,
            changes: Vec::new(),
        };
        assert_snapshot!(strip_str(&done.to_string()), @"new-billing in production: already so, nothing changed");
        done.revision = Some(18);
        done.changes.extend(Change::of_members(
            "allow",
            vec!["acme-corp".to_owned()],
            Vec::new(),
        ));
        let after = Targeting {
            on: true,
            ..Targeting::default()
        };
        done.changes.extend(changes(&Targeting::default(), &after));
        assert_snapshot!(strip_str(&done.to_string()), @"new-billing in production, r18: allow +acme-corp, switched on");
    }
}
