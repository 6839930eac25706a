//! `tenantry flags list`: the flags of a project, filtered.

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::{Kind, expiry, state};
use crate::api::{Client, Flag, Page};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone, count};

/// The most flags that the server gives at once.
const PAGE_SIZE: usize = 200;

/// List flags
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only flags whose key, name or description holds this text
    #[arg(short, long, value_name = "TEXT")]
    query: Option<String>,

    /// Only flags of this kind
    #[arg(long)]
    kind: Option<Kind>,

    /// Only flags of this owner
    #[arg(long)]
    owner: Option<String>,

    /// Only flags with this tag
    #[arg(long)]
    tag: Option<String>,

    /// Only flags in this state
    #[arg(long, default_value = "active")]
    state: State,

    /// Only flags that have expired, or expire soon
    #[arg(long)]
    expiry: Option<Expiry>,

    /// Only flags that are switched on in the environment
    #[arg(long)]
    on: bool,

    /// What to sort by; a - before it puts the largest first
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true, value_parser = SORTABLE)]
    sort: Option<String>,

    /// At most this many flags
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// What the server can sort by.
const SORTABLE: [&str; 10] = [
    "key",
    "-key",
    "name",
    "-name",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
    "expires_on",
    "-expires_on",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum State {
    /// Not archived
    Active,
    /// Archived
    Archived,
    /// Either
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Expiry {
    /// Past the expiry date
    Expired,
    /// Expires soon
    Due,
}

impl List {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let (documents, more) = self.fetch(&client, global).await?;
        if global.wants_json() {
            return console.json(&json!({ "items": documents }));
        }
        let flags: Vec<Flag> = documents
            .iter()
            .map(Flag::deserialize)
            .collect::<Result<_, _>>()
            .map_err(|source| Failure::NotUnderstood {
                url: global.url.clone(),
                source,
            })?;
        if flags.is_empty() {
            console.note(if self.is_filtered() {
                "no flag matches; tenantry flags list without filters shows all that are active"
            } else {
                "no flags; create one with: tenantry flags create KEY"
            });
            return Ok(());
        }
        let environment = global.environment.as_str();
        if let Some(flag) = flags.first()
            && flag.in_environment(environment).is_none()
        {
            let known = flag.environments.iter().map(|it| it.environment.as_str());
            return Err(Failure::NoSuchEnvironment {
                name: environment.to_owned(),
                known: known.collect::<Vec<_>>().join(", "),
            });
        }
        console.line(table(&flags, global, console))?;
        if more {
            console.note(format!(
                "showing the first {}; raise --limit for more",
                count(flags.len(), "flag", "flags")
            ));
        }
        Ok(())
    }

    /// Whether some flags may be left out.
    fn is_filtered(&self) -> bool {
        let Self {
            query,
            kind,
            owner,
            tag,
            state,
            expiry,
            on,
            sort: _,
            limit: _,
        } = self;
        query.is_some()
            || kind.is_some()
            || owner.is_some()
            || tag.is_some()
            || *state == State::Archived
            || expiry.is_some()
            || *on
    }

    /// All pages up to the limit, and whether there would be more.
    async fn fetch(
        &self,
        client: &Client<'_>,
        global: &Global,
    ) -> Result<(Vec<Value>, bool), Failure> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut documents = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let wanted = (limit - documents.len()).min(PAGE_SIZE).to_string();
            let request = client
                .project(Method::GET, &["flags"])
                .query("q", self.query.as_deref())
                .query("kind", self.kind.map(Kind::as_str))
                .query("owner", self.owner.as_deref())
                .query("tag", self.tag.as_deref())
                .query("state", Some(self.state.as_str()))
                .query("expiry", self.expiry.map(Expiry::as_str))
                .query(
                    "environment",
                    self.on.then_some(global.environment.as_str()),
                )
                .query("sort", self.sort.as_deref())
                .query("limit", Some(&wanted))
                .query("cursor", cursor.as_deref());
            let page: Page<Value> = request.send().await?.body;
            documents.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() || documents.len() >= limit {
                return Ok((documents, cursor.is_some()));
            }
        }
    }
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
            Self::All => "all",
        }
    }
}

impl Expiry {
    fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Due => "due",
        }
    }
}

fn table(flags: &[Flag], global: &Global, console: &Console) -> String {
    let today = console.now().to_utc().date_naive();
    let environment = global.environment.as_str().to_uppercase();
    let mut table = Table::new(["FLAG", &environment, "KIND", "OWNER", "EXPIRES"]);
    for flag in flags {
        let here = flag.in_environment(global.environment.as_str());
        let (state, expires) = (state(here), expiry(flag, today));
        let (state, tone) = match (&flag.archived_at, here) {
            (Some(_), _) => ("archived", Tone::Faint),
            (None, Some(here)) if here.on => (state.as_str(), Tone::Good),
            (None, _) => (state.as_str(), Tone::Normal),
        };
        table.row([
            (Tone::Strong, flag.key.as_str()),
            (tone, state),
            (Tone::Normal, &flag.kind),
            (Tone::Normal, flag.owner.as_deref().unwrap_or("nobody")),
            (expiry_tone(flag, today), &expires),
        ]);
    }
    table.render()
}

fn expiry_tone(flag: &Flag, today: NaiveDate) -> Tone {
    match flag.expires_on {
        Some(date) if date < today && flag.archived_at.is_none() => Tone::Bad,
        Some(_) => Tone::Normal,
        None => Tone::Faint,
    }
}
