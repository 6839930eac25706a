//! `tenantry flags set KEY`: changes who gets a flag in the environment.
//!
//! A change of one key list is a set operation, which commutes with those of others. Everything else
//! is one merge patch that names the version it was made for, so that it is made whole or not at all;
//! only lists too long to be sent along for that are changed step by step.
//!
//! With `--preview` it asks what that would do, and does nothing.
//!
//! **Invariants**
//! - What somebody else changed meanwhile is not overwritten.
//! - Steps are made in the order that never serves a tenant by accident: off before anything, then
//!   blocks, then the rest, and on at last. If one fails, those made before it are told.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tenantry_core::model::{FlagKey, Targeting, TenantKey};

use super::preview::{LISTED, Preview};
use crate::api::{Answer, Client};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Change, Share, changes};

/// The most tenants on the lists to change that are sent along so that several changes are one.
const SENT_WHOLE: usize = 10_000;

/// Change who gets a flag in the environment
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[command(after_help = "\
Examples:
  tenantry flags set new-billing --on --allow acme-corp
  tenantry flags set new-billing --rollout 0.5% --reason 'first strangers'
  tenantry flags set new-billing --rollout 25% --preview
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
    reason: Option<String>,

    /// Change it although tenants lose it while a plan is under way
    #[arg(long)]
    demote: bool,

    /// Print which tenants of the roster would be turned on and off, and change nothing
    #[arg(long)]
    preview: bool,
}

/// One of a flag's key lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Allow,
    Block,
}

/// A change of a key list: which, whether it adds or removes, and whom.
type Step<'a> = (List, Method, &'a [TenantKey]);

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
        let steps: Vec<_> = self.steps().collect();
        if self.patch().is_empty() && steps.is_empty() {
            return Err(Failure::NothingToChange);
        }
        self.check()?;
        let client = Client::new(global, console)?;
        if self.preview {
            return self.show_preview(&client, &steps, console).await;
        }
        let mut done = Done {
            flag: &self.flag,
            environment: global.environment.as_str(),
            revision: None,
            changes: Vec::new(),
        };

        let outcome = match steps.as_slice() {
            [(list, method, tenants)] if self.patch().is_empty() => {
                self.apply_members(&client, *list, method.clone(), tenants, &mut done)
                    .await
            }
            _ => self.apply_all(&client, &steps, &mut done).await,
        };
        if let Err(failure) = outcome {
            if done.revision.is_some() {
                console.note(format!("done before it failed: {done}"));
            }
            return Err(failure);
        }
        if global.wants_json() {
            console.json(&done)
        } else {
            console.line(done.to_string())
        }
    }

    /// Refuses what contradicts itself.
    fn check(&self) -> Result<(), Failure> {
        for (one, tenants, other, others) in [
            ("--allow", &self.allow, "--unallow", &self.unallow),
            ("--block", &self.block, "--unblock", &self.unblock),
            ("--allow", &self.allow, "--block", &self.block),
        ] {
            if let Some(tenant) = tenants.iter().find(|tenant| others.contains(tenant)) {
                let tenant = tenant.clone();
                return Err(Failure::Contradiction { tenant, one, other });
            }
        }
        Ok(())
    }

    /// The changes of key lists, in the order in which they are made.
    fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let steps: [Step<'_>; 4] = [
            (List::Block, Method::POST, &self.block),
            (List::Allow, Method::DELETE, &self.unallow),
            (List::Block, Method::DELETE, &self.unblock),
            (List::Allow, Method::POST, &self.allow),
        ];
        steps
            .into_iter()
            .filter(|(_, _, tenants)| !tenants.is_empty())
    }

    /// The merge patch of the switch and the rollout.
    fn patch(&self) -> Map<String, Value> {
        let mut patch = Map::new();
        if self.on || self.off {
            patch.insert("on".to_owned(), json!(self.on));
        }
        if let Some(share) = self.rollout {
            patch.insert(
                "rollout".to_owned(),
                json!({ "threshold": share.threshold() }),
            );
        }
        patch
    }

    /// Prints what the changes would do.
    async fn show_preview(
        &self,
        client: &Client<'_>,
        steps: &[Step<'_>],
        console: &mut Console,
    ) -> Result<(), Failure> {
        let before: Answer<Targeting> = client
            .flag_here(Method::GET, &self.flag, &["targeting"])
            .send()
            .await?;
        let mut patch = self.patch();
        for (list, tenants) in with_lists(&before.body, steps) {
            patch.insert(list.as_str().to_owned(), json!(tenants));
        }
        let found: Answer<Value> = client
            .flag_here(Method::POST, &self.flag, &["targeting", "preview"])
            .json(&json!({ "patch": patch, "limit": LISTED }))
            .send()
            .await?;
        let global = client.global();
        if global.wants_json() {
            return console.json(&found.body);
        }
        let preview =
            Preview::deserialize(found.body).map_err(|source| Failure::NotUnderstood {
                url: global.url.clone(),
                source,
            })?;
        let environment = global.environment.as_str();
        console.line(preview.render(self.flag.as_str(), environment))
    }

    /// Makes all changes at once, if the lists to change are not too long for that.
    async fn apply_all(
        &self,
        client: &Client<'_>,
        steps: &[Step<'_>],
        done: &mut Done<'_>,
    ) -> Result<(), Failure> {
        let before: Answer<Targeting> = client
            .flag_here(Method::GET, &self.flag, &["targeting"])
            .send()
            .await?;
        let lists = with_lists(&before.body, steps);
        let sent: usize = lists.iter().map(|(_, tenants)| tenants.len()).sum();
        let mut patch = self.patch();
        if sent <= SENT_WHOLE {
            for (list, tenants) in lists {
                patch.insert(list.as_str().to_owned(), json!(tenants));
            }
            return self.apply_patch(client, before, patch, done).await;
        }
        if self.off {
            self.apply_patch(client, before, patch, done).await?;
            return self.apply_steps(client, steps, done).await;
        }
        self.apply_steps(client, steps, done).await?;
        if patch.is_empty() {
            return Ok(());
        }
        let now = client
            .flag_here(Method::GET, &self.flag, &["targeting"])
            .send()
            .await?;
        self.apply_patch(client, now, patch, done).await
    }

    async fn apply_steps(
        &self,
        client: &Client<'_>,
        steps: &[Step<'_>],
        done: &mut Done<'_>,
    ) -> Result<(), Failure> {
        for (list, method, tenants) in steps {
            self.apply_members(client, *list, method.clone(), tenants, done)
                .await?;
        }
        Ok(())
    }

    async fn apply_patch(
        &self,
        client: &Client<'_>,
        before: Answer<Targeting>,
        patch: Map<String, Value>,
        done: &mut Done<'_>,
    ) -> Result<(), Failure> {
        let after: Answer<Targeting> = client
            .flag_here(Method::PATCH, &self.flag, &["targeting"])
            .query("reason", self.reason.as_deref())
            .query("demote", self.demote.then_some("true"))
            .if_match(before.etag.as_deref())
            .json(&patch)
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
            .query("reason", self.reason.as_deref())
            .query("demote", self.demote.then_some("true"))
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

/// The lists that `steps` change, as they are afterwards.
fn with_lists(before: &Targeting, steps: &[Step<'_>]) -> Vec<(List, Vec<String>)> {
    let mut lists = Vec::new();
    for (list, old) in [(List::Block, &before.block), (List::Allow, &before.allow)] {
        let named = |method: Method| -> HashSet<&str> {
            let matching = steps
                .iter()
                .filter(|(changed, how, _)| *changed == list && *how == method);
            matching
                .flat_map(|(_, _, tenants)| tenants.iter().map(TenantKey::as_str))
                .collect()
        };
        let (added, removed) = (named(Method::POST), named(Method::DELETE));
        if added.is_empty() && removed.is_empty() {
            continue;
        }
        let kept = old.iter().map(String::as_str);
        let all: BTreeSet<&str> = kept
            .chain(added)
            .filter(|it| !removed.contains(it))
            .collect();
        lists.push((list, all.into_iter().map(str::to_owned).collect()));
    }
    lists
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
        let check = |line: &str, patch: Value| {
            assert_eq!(Value::Object(parse(line).patch()), patch, "{line}");
        };
        check("--allow acme-corp", json!({}));
        check("--on", json!({"on": true}));
        check(
            "--off --rollout 0%",
            json!({"on": false, "rollout": {"threshold": 0}}),
        );
        check("--rollout 0.5%", json!({"rollout": {"threshold": 500}}));
    }

    #[test]
    fn lists_are_sent_as_they_are_to_become() {
        let before = Targeting {
            allow: vec!["a".to_owned(), "b".to_owned()],
            ..Targeting::default()
        };
        let set = parse("--allow c --allow a --unallow b --on");
        let steps: Vec<_> = set.steps().collect();
        let lists = with_lists(&before, &steps);
        assert_eq!(lists, [(List::Allow, vec!["a".to_owned(), "c".to_owned()])]);
    }

    #[test]
    fn a_tenant_has_one_place() {
        for line in [
            "--allow q --unallow q",
            "--block q --unblock q",
            "--block q --allow q",
        ] {
            let refused = parse(line).check().expect_err(line);
            assert!(refused.to_string().starts_with("q cannot be"), "{refused}");
        }
        parse("--unallow q --block q")
            .check()
            .expect("a way to block");
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
