//! `tenantry scan`: where the code of a folder asks for which flag, and the upload of that.
//!
//! The finding is `tenantry-scan`'s; here are the surroundings: which flags exist, which repository
//! and commit it is, what is shown, and where it is sent.
//!
//! **Invariants**
//! - In JSON and on the server paths begin at the repository's outermost folder, in text where the
//!   person stands.

mod failure;
mod known;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;
use tenantry_protocol::references::CodeReferences;
use tenantry_scan::{Progress, Repository, Scan as Found, Settings};

pub(crate) use self::failure::ScanFailure;
use self::known::{Known, Standing};
use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::count;

const AFTER_HELP: &str = "\
Rust, TypeScript, JavaScript, Python, Go and Java are parsed, so comments and strings do not count. \
What .gitignore names is not read. Calls of Tenantry's SDK, OpenFeature's and Unleash's are known; \
a repository's own ways are told in tenantry.toml, in the scanned folder or above it:

  [scan]
  wrappers = [{ name = \"feature_on\", key_argument = 0 }]  # functions that pass a key on
  clients = [\"app\"]               # more names of what answers for flags: app.is_enabled(\"a\")
  sdks = [\"@acme/flags\"]          # more modules that count as an SDK
  include = [\"/services\"]         # only these files; patterns as in .gitignore
  exclude = [\"fixtures/\"]         # not these
  repository = \"shop/api\"         # what it is called when it is uploaded";

/// Find where code asks for which flag
///
/// Flags that do not exist are marked, if a token or --flags tells which do.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an argument of its own"
)]
pub(crate) struct Scan {
    /// The folder to scan, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// A file with the flags that exist, instead of asking the server: one key a line, what
    /// `flags list -o json` prints, or an SDK's bootstrap file
    #[arg(long, value_name = "FILE")]
    flags: Option<PathBuf>,

    /// Ask no server which flags exist
    #[arg(long, conflicts_with_all = ["flags", "upload"])]
    offline: bool,

    /// Say who last changed each line, and when, by git blame
    #[arg(long)]
    blame: bool,

    /// Exit with 1 if code asks for a flag that does not exist
    #[arg(long, conflicts_with = "offline")]
    fail_on_unknown: bool,

    /// Send what was found to the server, in place of what it had of this repository
    #[arg(long)]
    upload: bool,

    /// What the repository is called; by default what tenantry.toml or git's origin says
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,

    /// The commit; by default the one that is checked out
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,

    /// The branch; by default the one that is checked out
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
}

/// The document, and what the server or a file knows beside it.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    document: &'a CodeReferences,
    /// Flags that do not exist; absent where it is not known which do.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<Vec<&'a str>>,
    /// Flags that are archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    archived: Option<Vec<&'a str>>,
}

impl Scan {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        // What is missing for the upload is told before the work, not after it.
        let folder = folder(&self.path);
        let (settings, base) = Settings::find(&folder).map_err(ScanFailure::from)?;
        // A tree without git is scanned all the same.
        let git = Repository::around(&folder).ok().flatten();
        let named = (self.repository.as_deref(), self.commit.as_deref());
        let (repository, commit) = names(named, &settings, git.as_ref(), &folder, self.upload)?;
        let known = self.known(global, console).await?;

        let begin = console.now();
        let base = base.as_deref().unwrap_or(&folder);
        let mut found = watched(&self.path, console, |progress| {
            tenantry_scan::scan(&self.path, base, settings, progress).map_err(ScanFailure::from)
        })?;
        if self.blame {
            blame(&mut found, &self.path);
        }
        let took = console.now().signed_duration_since(begin);
        let document = document(
            &found,
            &self.path,
            git.as_ref(),
            (repository, commit),
            self.branch.clone(),
        );

        let of_standing = |standing: Standing| {
            let known = known.as_ref()?;
            let flags = document.references.iter().map(|it| it.flag.as_str());
            let mut flags: Vec<&str> = flags.filter(|it| known.standing(it) == standing).collect();
            flags.dedup();
            Some(flags)
        };
        let unknown = of_standing(Standing::Unknown);
        let fails = self.fail_on_unknown && unknown.as_ref().is_none_or(|it| !it.is_empty());
        if global.wants_json() {
            console.json(&Printed {
                document: &document,
                archived: of_standing(Standing::Archived),
                unknown,
            })?;
        } else {
            let seconds = took.as_seconds_f64();
            console.line(text::render(
                &found,
                known.as_ref(),
                &shown_before(&self.path),
                seconds,
            ))?;
        }
        if self.upload {
            upload(&document, global, console).await?;
        }
        Ok(if fails {
            Outcome::GateSaysNo
        } else {
            Outcome::Fine
        })
    }

    /// The flags that exist, if anybody says which.
    async fn known(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Option<Known>, Failure> {
        if let Some(path) = &self.flags {
            return Known::of_file(path).map(Some);
        }
        if self.offline {
            return Ok(None);
        }
        let client = match Client::new(global, console) {
            Ok(client) => client,
            Err(Failure::NoToken) if self.upload => return Err(Failure::NoToken),
            Err(Failure::NoToken) if self.fail_on_unknown => {
                return Err(ScanFailure::FlagsUnknown.into());
            }
            Err(Failure::NoToken) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        match Known::of_server(&client).await {
            Ok(known) => Ok(Some(known)),
            // What is in the code can be told without the server.
            Err(failure) if !self.fail_on_unknown && !self.upload => {
                let why = failure.what_and_why();
                console.note(format!("warning: which flags exist is not known: {why}"));
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// The names of the repository and of the commit; those that an upload needs must be known.
pub(super) fn names(
    (repository, commit): (Option<&str>, Option<&str>),
    settings: &Settings,
    git: Option<&Repository>,
    folder: &Path,
    needed: bool,
) -> Result<(String, String), ScanFailure> {
    let repository = repository
        .map(str::to_owned)
        .or_else(|| settings.repository.clone())
        .or_else(|| name_of(&git?.origin()?));
    let commit = commit.map(str::to_owned).or_else(|| git?.commit());
    if needed {
        return Ok((
            repository.ok_or(ScanFailure::NoRepository)?,
            commit.ok_or(ScanFailure::NoCommit)?,
        ));
    }
    let folder = git.map_or(folder, |git| &git.root);
    let folder = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    Ok((
        repository.or(folder).unwrap_or_default(),
        commit.unwrap_or_default(),
    ))
}

/// Does the work, with a bar where a person watches.
pub(super) fn watched<T: Send>(
    path: &Path,
    console: &Console,
    work: impl FnOnce(&Progress) -> Result<T, ScanFailure>,
) -> Result<T, Failure> {
    let progress = Progress::default();
    if !console.is_watched() {
        return Ok(work(&progress)?);
    }
    let (done, is_done) = sync_channel::<()>(0);
    let done_work = std::thread::scope(|scope| {
        let bar = ProgressBar::new_spinner();
        let message = format!("scanning {}", path.display());
        let progress = &progress;
        scope.spawn(move || {
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len}")
            {
                bar.set_style(style);
            }
            bar.set_message(message);
            while is_done.recv_timeout(Duration::from_millis(80)) == Err(RecvTimeoutError::Timeout)
            {
                let load = |count: &std::sync::atomic::AtomicUsize| {
                    u64::try_from(count.load(Ordering::Relaxed)).unwrap_or(u64::MAX)
                };
                let to_parse = load(&progress.to_parse);
                // Until all files are found, nobody knows of how many.
                let (position, length) = if to_parse == 0 {
                    (load(&progress.found), load(&progress.found))
                } else {
                    (load(&progress.parsed), to_parse)
                };
                bar.set_length(length);
                bar.set_position(position);
                bar.tick();
            }
            bar.finish_and_clear();
        });
        let ended = work(progress);
        drop(done);
        ended
    });
    Ok(done_work?)
}

/// Adds who last changed each line, and when.
fn blame(found: &mut Found, path: &Path) {
    let mut lines: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for it in &found.found {
        let it = &it.reference;
        lines.entry(it.path.clone()).or_default().push(it.line);
    }
    let changes = tenantry_scan::blame_all(&folder(path), &lines);
    for it in &mut found.found {
        let it = &mut it.reference;
        if let Some(change) = changes.get(&it.path).and_then(|of| of.get(&it.line)) {
            it.author = Some(change.author.clone());
            it.changed_at = Some(change.at.clone());
        }
    }
}

/// The document, with paths from the repository's outermost folder.
pub(super) fn document(
    found: &Found,
    path: &Path,
    git: Option<&Repository>,
    (repository, commit): (String, String),
    branch: Option<String>,
) -> CodeReferences {
    let below = below_root(path, git);
    let references = found.found.iter().map(|it| {
        let mut it = it.reference.clone();
        it.path.insert_str(0, &below);
        it
    });
    let unresolved = found.unresolved.iter().map(|it| {
        let mut it = it.call.clone();
        it.path.insert_str(0, &below);
        it
    });
    CodeReferences {
        repository,
        commit,
        branch: branch.or_else(|| git?.branch()),
        references: references.collect(),
        unresolved: unresolved.collect(),
    }
}

/// What stands before paths of a scan, so that they begin at the repository's outermost folder.
pub(super) fn below_root(path: &Path, git: Option<&Repository>) -> String {
    let below = git.and_then(|git| {
        let folder = folder(path);
        let parts = folder.strip_prefix(&git.root).ok()?.components();
        let parts = parts.map(|part| part.as_os_str().to_string_lossy().into_owned() + "/");
        Some(parts.collect::<String>())
    });
    below.unwrap_or_default()
}

/// Sends the document to the server, in place of what it had of the repository.
pub(super) async fn upload(
    document: &CodeReferences,
    global: &Global,
    console: &mut Console,
) -> Result<(), Failure> {
    let client = Client::new(global, console)?;
    let body = serde_json::to_vec(document).map_err(|error| Failure::Output(error.into()))?;
    let request = client.project(Method::PUT, &["references"]);
    request
        .file("application/json", body)
        .send::<Value>()
        .await?;
    console.note(format!(
        "uploaded {} of {} at {} to {}",
        count(document.references.len(), "reference", "references"),
        document.repository,
        document.commit.get(..12).unwrap_or(&document.commit),
        global.project
    ));
    Ok(())
}

/// What stands before paths that are shown to a person.
pub(super) fn shown_before(path: &Path) -> String {
    if path.is_file() {
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        return parent.map_or_else(String::new, |it| format!("{}/", it.display()));
    }
    match path.to_string_lossy().trim_end_matches('/') {
        "." => String::new(),
        path => format!("{path}/"),
    }
}

/// The folder of what is scanned, as a path that does not depend on where the process is.
pub(super) fn folder(path: &Path) -> PathBuf {
    let whole = absolute(path);
    match whole.parent() {
        Some(parent) if whole.is_file() => parent.to_owned(),
        _ => whole,
    }
}

/// A path that does not depend on where the process is.
fn absolute(path: &Path) -> PathBuf {
    let absolute = path.canonicalize().or_else(|_| std::path::absolute(path));
    absolute.unwrap_or_else(|_| path.to_owned())
}

/// What a repository is called, by where it was cloned from: the last two parts of its address.
fn name_of(origin: &str) -> Option<String> {
    let path = origin.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let mut parts = path.rsplit(['/', ':']).filter(|part| !part.is_empty());
    let name = parts.next()?;
    Some(
        match parts.next().filter(|owner| !owner.contains(['@', '.'])) {
            Some(owner) => format!("{owner}/{name}"),
            None => name.to_owned(),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_called_as_its_origin_says() {
        for (origin, name) in [
            ("https://git.example.com/shop/api.git", "shop/api"),
            ("git@git.example.com:shop/api.git", "shop/api"),
            ("ssh://git@git.example.com/api/", "api"),
            ("/srv/git/shop/api", "shop/api"),
        ] {
            assert_eq!(name_of(origin).as_deref(), Some(name), "{origin}");
        }
    }
}
