//! `tenantry remove`: takes a flag out of the code, keeping what the program does with one answer.
//!
//! The rewriting is `tenantry-scan`'s; here are the surroundings: whether the flag may go, which
//! answer stays, the files, git, and the flag's end on the server.
//!
//! # Map
//! - `proof`: whether it may go. Pure. `render`: the diff and the document. Pure. `write`: the
//!   files, all or none.
//!
//! **Invariants**
//! - Nothing is written where a place is refused, unless that is asked for.
//! - A file with changes that are not committed is not overwritten, unless that is asked for.
//! - The flag is archived only after a fresh scan of the whole repository has found no reference.

mod failure;
mod proof;
mod render;
mod write;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde_json::{Value, json};
use tenantry_core::model::FlagKey;
use tenantry_protocol::report::{Keep, Removal};
use tenantry_scan::removal::{Plan, plan};
use tenantry_scan::{Progress, Repository, Settings};

pub(crate) use self::failure::RemoveFailure;
use self::proof::{Proof, Verdict, judge, word};
use self::render::Printed;
use self::write::{Replacement, replace};
use super::scan::{
    ScanFailure, below_root, document, folder, names, shown_before, upload, watched,
};
use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{count, plain};

const AFTER_HELP: &str = "\
Rust, TypeScript and JavaScript are rewritten: calls become the answer that stays, and branches, \
conditions, variables, functions and imports that nothing needs any more go with them. What cannot \
be done safely is named with its line and the reason, and then nothing is written. Python, Go and \
Java are only searched.

Examples:
  tenantry remove new-billing                     # what would change, as a diff
  tenantry remove new-billing --apply             # change it
  tenantry remove new-billing --apply --archive --reason 'all tenants have it'
  tenantry remove new-billing --keep on --offline | git apply";

/// Take a flag out of the code, keeping one of its answers
///
/// Prints a diff, unless told to --apply it. The server is asked whether the flag may go and which
/// answer everybody gets; without a token --keep says so.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an argument of its own"
)]
pub(crate) struct Remove {
    /// The flag's key
    flag: FlagKey,

    /// The folder whose code asks for it, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// The answer that stays; by default the one that the server has proven
    #[arg(long, value_name = "ANSWER")]
    keep: Option<Stays>,

    /// Write the changes instead of printing them
    #[arg(long)]
    apply: bool,

    /// Change what can be changed safely, although other places cannot
    #[arg(long)]
    partial: bool,

    /// Remove it although it is not proven that it may go, or against what is proven; with --archive,
    /// archive it although programs still ask for it
    #[arg(long)]
    force: bool,

    /// Ask no server whether the flag may go
    #[arg(long, conflicts_with_all = ["force", "archive"])]
    offline: bool,

    /// Overwrite files with changes that are not committed
    #[arg(long, requires = "apply")]
    allow_dirty: bool,

    /// Archive the flag afterwards, if nothing in the repository asks for it any more
    #[arg(long, requires_all = ["apply", "reason"])]
    archive: bool,

    /// Why it is archived, for the audit log
    #[arg(long, value_name = "TEXT", requires = "archive")]
    reason: Option<String>,

    /// What the repository is called; by default what tenantry.toml or git's origin says
    #[arg(long, value_name = "NAME", requires = "archive")]
    repository: Option<String>,
}

/// The answer that stays.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Stays {
    /// The code behind the flag
    On,
    /// The code beside it
    Off,
}

/// Where the code is.
struct Place<'a> {
    path: &'a Path,
    settings: Settings,
    base: PathBuf,
    git: Option<Repository>,
}

impl Remove {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let folder = folder(&self.path);
        let (settings, base) = Settings::find(&folder).map_err(ScanFailure::from)?;
        let place = Place {
            path: &self.path,
            base: base.unwrap_or_else(|| folder.clone()),
            git: Repository::around(&folder).ok().flatten(),
            settings,
        };
        // What is missing for the upload is told before the work, not after it.
        let named = names(
            (self.repository.as_deref(), None),
            &place.settings,
            place.git.as_ref(),
            &folder,
            self.archive,
        )?;
        let proof = self.proof(global, console).await?;
        let said = self.keep.map(|keep| match keep {
            Stays::On => Keep::On,
            Stays::Off => Keep::Off,
        });
        let keep = match judge(&proof, said, self.force) {
            Verdict::Go(keep) => keep,
            Verdict::Unsaid => return Err(RemoveFailure::KeepUnknown(self.flag.clone()).into()),
            Verdict::No(reasons) => return self.refuse(reasons, global, console),
        };
        let plan = watched(&self.path, console, |progress| {
            self.plan(&place, keep, progress)
        })?;
        let blocked = !plan.refused.is_empty() && !self.partial;
        let applied = self.apply && !blocked;
        if applied {
            self.write(&plan, &place)?;
        }
        if !global.wants_json() {
            self.show(&plan, keep, &place, blocked, console)?;
        }
        let mut outcome = if plan.refused.is_empty() {
            Outcome::Fine
        } else {
            Outcome::GateSaysNo
        };
        let mut archived = false;
        if self.archive && !blocked {
            let refused = plan.refused.iter();
            let refused = refused.map(|it| format!("{}:{}", it.path, it.line));
            let refused: Vec<String> = refused.collect();
            archived = self
                .archive(&place, named, refused, global, console)
                .await?;
            if !archived {
                outcome = Outcome::GateSaysNo;
            }
        }
        if global.wants_json() {
            let below = below_root(&self.path, place.git.as_ref());
            console.json(&Printed {
                flag: self.flag.as_str(),
                keep: Some(keep),
                blockers: Vec::new(),
                references: plan.questions,
                files: render::files(&plan, &below),
                refused: render::refused(&plan, &below),
                remarks: render::remarks(&plan, &below),
                applied,
                archived,
            })?;
        }
        Ok(outcome)
    }

    /// What the server proves, if it is to be asked and can be.
    async fn proof(&self, global: &Global, console: &mut Console) -> Result<Proof, Failure> {
        if self.offline {
            return Ok(Proof::NotAsked);
        }
        let client = match Client::new(global, console) {
            Ok(client) => client,
            Err(Failure::NoToken) if !self.archive => {
                console.note("warning: without a token nobody says whether the flag may go");
                return Ok(Proof::NotAsked);
            }
            Err(failure) => return Err(failure),
        };
        let path = ["flags", self.flag.as_str(), "removal"];
        match client.project(Method::GET, &path).send::<Removal>().await {
            Ok(answer) => Ok(Proof::Proven(answer.body)),
            Err(Failure::Refused(refusal)) if refusal.is_not_found() => {
                let (flag, project) = (&self.flag, &global.project);
                console.note(format!("warning: there is no flag {flag} in {project}"));
                Ok(Proof::NoSuchFlag)
            }
            Err(Failure::Refused(refusal)) if refusal.is_archived() => {
                console.note(format!("{} is archived already", self.flag));
                Ok(Proof::Archived)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Says why the flag may not go.
    fn refuse(
        &self,
        reasons: Vec<String>,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        if global.wants_json() {
            console.json(&Printed {
                flag: self.flag.as_str(),
                keep: None,
                blockers: reasons,
                references: 0,
                files: Vec::new(),
                refused: Vec::new(),
                remarks: Vec::new(),
                applied: false,
                archived: false,
            })?;
            return Ok(Outcome::GateSaysNo);
        }
        let what = match self.keep {
            Some(Stays::On) => "cannot be removed keeping the code for on",
            Some(Stays::Off) => "cannot be removed keeping the code for off",
            None => "is not ready to be removed",
        };
        console.note(format!("{} {what}:", self.flag.bold()));
        for reason in &reasons {
            console.note(format!("  {}", plain(reason)));
        }
        console.note("if you know better: --keep on or off, and --force");
        Ok(Outcome::GateSaysNo)
    }

    fn plan(
        &self,
        place: &Place<'_>,
        keep: Keep,
        progress: &Progress,
    ) -> Result<Plan, ScanFailure> {
        let what = (self.flag.as_str(), keep == Keep::On);
        let settings = place.settings.clone();
        Ok(plan(place.path, &place.base, settings, what, progress)?)
    }

    /// Writes the changed files.
    fn write(&self, plan: &Plan, place: &Place<'_>) -> Result<(), RemoveFailure> {
        let root = folder(place.path);
        let file = |path: &str| {
            if place.path.is_file() {
                place.path.to_owned()
            } else {
                root.join(path)
            }
        };
        let files: Vec<PathBuf> = plan.changes.iter().map(|it| file(&it.path)).collect();
        if !self.allow_dirty && !files.is_empty() {
            if place.git.is_none() {
                return Err(RemoveFailure::NoRepository);
            }
            let files = Repository::uncommitted(&files)?;
            if !files.is_empty() {
                return Err(RemoveFailure::Uncommitted { files });
            }
        }
        let all = files.into_iter().zip(&plan.changes);
        let all: Vec<_> = all
            .map(|(path, change)| Replacement {
                path,
                before: &change.before,
                after: &change.after,
            })
            .collect();
        replace(&all)
    }

    /// Tells a person what is changed and what is not.
    fn show(
        &self,
        plan: &Plan,
        keep: Keep,
        place: &Place<'_>,
        blocked: bool,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let prefix = shown_before(place.path);
        for it in &plan.refused {
            console.note(render::refusal(it, &prefix));
        }
        if blocked {
            let places = count(plan.refused.len(), "place", "places");
            let nothing = if self.apply {
                "nothing is written"
            } else {
                "no diff"
            };
            console.note(format!(
                "{places} cannot be changed safely, so {nothing}; take them out by hand, or give --partial"
            ));
            return Ok(());
        }
        if plan.questions == 0 && plan.changes.is_empty() {
            console.note(format!("nothing here asks for {}", self.flag));
            return Ok(());
        }
        let below = below_root(place.path, place.git.as_ref());
        if !self.apply {
            for change in &plan.changes {
                let diff = render::diff(change, &below);
                if console.width().is_some() {
                    console.line(render::coloured(&diff))?;
                } else {
                    console.text_as_it_is(&diff)?;
                }
            }
        }
        for it in &plan.remarks {
            console.note(render::remark(it, &prefix));
        }
        let places = count(
            plan.questions - plan.refused.len().min(plan.questions),
            "place",
            "places",
        );
        let files = count(plan.changes.len(), "file", "files");
        let (flag, keep) = (&self.flag, word(keep));
        if self.apply {
            console.note(format!(
                "removed {flag} from {places} in {files}, keeping {keep}"
            ));
            let steps = render::next_steps(plan);
            console.note(format!("look at it and test it: {}", steps.join("; ")));
            if !self.archive {
                console.note(format!(
                    "once that is deployed: tenantry flags archive {flag} --reason TEXT"
                ));
            }
        } else {
            console.note(format!(
                "{places} in {files} would change, keeping {keep}; --apply writes it"
            ));
        }
        Ok(())
    }

    /// Archives the flag, if nothing asks for it any more. Says whether it is archived.
    async fn archive(
        &self,
        place: &Place<'_>,
        named: (String, String),
        refused: Vec<String>,
        global: &Global,
        console: &mut Console,
    ) -> Result<bool, Failure> {
        // The whole repository: what another folder asks for counts as well.
        let root = place
            .git
            .as_ref()
            .map_or(place.path, |git| git.root.as_path());
        let (settings, base) = Settings::find(root).map_err(ScanFailure::from)?;
        let base = base.unwrap_or_else(|| root.to_owned());
        let found = watched(root, console, |progress| {
            tenantry_scan::scan(root, &base, settings, progress).map_err(ScanFailure::from)
        })?;
        let left = found
            .found
            .iter()
            .filter(|it| it.reference.flag == self.flag.as_str())
            .map(|it| format!("{}:{}", it.reference.path, it.reference.line));
        let mut left: Vec<String> = left.collect();
        if left.is_empty() {
            // What was refused may ask for it where no scan can tell.
            left = refused;
        }
        if !left.is_empty() {
            console.note(format!(
                "{} is not archived: code still asks for it at {}",
                self.flag,
                plain(&left.join(", "))
            ));
            return Ok(false);
        }
        let document = document(&found, root, place.git.as_ref(), named, None);
        upload(&document, global, console).await?;
        let client = Client::new(global, console)?;
        let mut body = json!({"reason": self.reason});
        if self.force {
            body["force"] = json!(true);
        }
        let request = client.project(Method::POST, &["flags", self.flag.as_str(), "archive"]);
        request.json(&body).send::<Value>().await?;
        console.note(format!("archived {}", self.flag));
        Ok(true)
    }
}
