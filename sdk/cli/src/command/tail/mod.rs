//! `tenantry tail`: changes of an environment as they happen, over the stream.
//!
//! **Invariants**
//! - What is printed is what every SDK of the environment received, in the same order.
//! - A lost connection loses no change: on the next one the session asks for what came after the
//!   revision it has. Changes made meanwhile arrive as one, without the steps between.
//! - Only changes go to standard output; everything about the connection goes to standard error.

mod entry;

use std::convert::Infallible;
use std::time::Duration;

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::Deserialize;
use tenantry_protocol::{ClientSession, Replica, Step};

use self::entry::entries;
use crate::Outcome;
use crate::api::{Client, Interruption, Stream, USER_AGENT};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{count, plain};

/// The first and the longest wait before the stream is opened again. Without jitter: it is people
/// who follow, not fleets.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Follow changes as they happen, until interrupted
///
/// With -o json every change is one line of JSON.
#[derive(Debug, Args)]
pub(crate) struct Tail {}

/// How one connection ended: by something to recover from, or by something not to.
enum End {
    Interrupted(Interruption),
    Failed(Failure),
}

impl From<Interruption> for End {
    fn from(interruption: Interruption) -> Self {
        Self::Interrupted(interruption)
    }
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Who the server takes this program for.
#[derive(Debug, Deserialize)]
struct Session {
    /// The one environment that the token is bound to, if it is to one.
    environment: Option<String>,
}

/// What is followed, and where it is printed.
struct Following<'a> {
    client: &'a Client<'a>,
    global: &'a Global,
    console: &'a mut Console,
    /// The environment that is followed: the one asked for, but for a token that is bound to one.
    environment: String,
    session: ClientSession,
    /// Whether the state to compare with has arrived.
    started: bool,
    /// How long to wait before the next connection.
    wait: Duration,
}

impl Tail {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let client = Client::new(global, console)?;
        let bound = client
            .request(Method::GET, &["session"])
            .send::<Session>()
            .await?
            .body
            .environment;
        let environment = bound.unwrap_or_else(|| global.environment.to_string());
        if environment != global.environment.as_str() {
            console.note(format!(
                "this token is bound to {}: following that",
                plain(&environment).bold()
            ));
        }
        let mut following = Following {
            client: &client,
            global,
            console,
            environment,
            session: ClientSession::new(Replica::default()),
            started: false,
            wait: FIRST_WAIT,
        };
        // The first failure is told at once: most likely it is a mistake in the arguments.
        let mut stream = Stream::open(&client).await?;
        loop {
            let Err(end) = following.listen(&mut stream).await;
            let interruption = match end {
                End::Interrupted(interruption) => interruption,
                End::Failed(failure) => return Err(failure),
            };
            if interruption.is_final() {
                return Err(Failure::StreamEnded(Box::new(interruption)));
            }
            stream = following.reopen(interruption).await?;
        }
    }
}

impl Following<'_> {
    /// Prints what arrives on one connection, until it ends.
    async fn listen(&mut self, stream: &mut Stream) -> Result<Infallible, End> {
        stream
            .send(self.session.hello(USER_AGENT).to_text())
            .await?;
        loop {
            let frame = stream.next().await?;
            let before = self.session.replica().clone();
            let step = self.session.on_frame(&frame).map_err(Interruption::from)?;
            if self.session.is_live() {
                self.wait = FIRST_WAIT;
            }
            self.print(&before, &step)?;
            if let Some(reply) = step.reply {
                stream.send(reply.to_text()).await?;
            }
        }
    }

    /// Prints what a frame changed; the first state is only announced.
    fn print(&mut self, before: &Replica, step: &Step) -> Result<(), Failure> {
        let replica = self.session.replica();
        if !self.started {
            if self.session.is_live() {
                self.started = true;
                let (environment, flags) = (
                    &plain(&self.environment),
                    count(replica.ruleset().len(), "flag", "flags"),
                );
                let position = format!("at r{} ({flags})", replica.revision());
                self.console.note(format!(
                    "following {} {position}; Ctrl-C stops",
                    environment.bold()
                ));
            }
            return Ok(());
        }
        let Some(change) = &step.change else {
            return Ok(());
        };
        let now = self.console.now();
        for entry in entries(before, replica, change, &self.environment, now) {
            if self.global.wants_json() {
                self.console.json_line(&entry)?;
            } else {
                self.console.line(entry.line())?;
            }
        }
        // Whoever reads this through a pipe is waiting for it.
        self.console.flush()
    }

    /// Opens the stream again, however long it takes, unless the server refuses.
    async fn reopen(&mut self, interruption: Interruption) -> Result<Stream, Failure> {
        let mut why = interruption.to_string();
        let mut requested = interruption.requested_delay();
        loop {
            let delay = requested.take().unwrap_or(self.wait);
            self.wait = LONGEST_WAIT.min(self.wait * 2);
            self.console.note(format!(
                "{} {}; trying again in {:.0} s",
                "warning:".yellow().bold(),
                plain(&why),
                delay.as_secs_f32().ceil()
            ));
            tokio::time::sleep(delay).await;
            match Stream::open(self.client).await {
                Ok(stream) => {
                    self.console.note("connected again");
                    return Ok(stream);
                }
                Err(failure) if failure.is_passing() => why = failure.what_and_why(),
                Err(failure) => return Err(failure),
            }
        }
    }
}
