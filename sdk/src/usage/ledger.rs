//! The ledger: what is counted and not told yet.
//!
//! **Invariants**
//! - What counts is read every minute, and goes on counting. What was replaced is read until no
//!   reader holds it any more, so that a late count is told late, and not lost. Idle threads hold
//!   what they counted on last: after [`PATIENCE`] readings without a count it is let go. Only a
//!   question that takes as long would be lost then.
//! - While the server is away reports are merged, and kept for an hour at most. Then they are
//!   dropped, and how much that was is told with the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tenantry_protocol::ClientFrame;
use tenantry_protocol::usage::{Calls, Measure, Outcomes, Span, Tally};
use tokio::sync::watch;
use tokio::time::Instant;

use super::Desk;
use super::outcomes::{Outcome, Recorder};
use super::window::Window;

/// How long what is not told is kept.
const KEPT: Duration = Duration::from_hours(1);
/// Most windows that wait for their last reader. While there are as many none is replaced.
const MAX_REPLACED: usize = 4;
/// How many readings in a row, one a minute, may find nothing in a window that was replaced.
const PATIENCE: u32 = 10;
/// Most tenants that a report names, of all flags and answers together.
const NAMED: usize = 8_192;

/// What is counted and not told yet.
#[derive(Debug)]
pub(crate) struct Ledger {
    recorder: Recorder,
    /// Held while a report is put together, never while a question is answered.
    books: Mutex<Books>,
    /// Whether there is something to tell.
    has_news: watch::Sender<bool>,
}

#[derive(Debug)]
struct Books {
    /// When counts were read last.
    since: Instant,
    /// What counted before, and a reader may still hold.
    replaced: Vec<Replaced>,
    calls: Pending<Calls>,
    outcomes: Pending<Outcomes>,
    /// How much was dropped since the client began.
    dropped: u64,
}

/// A window that counted before.
#[derive(Debug)]
struct Replaced {
    window: Arc<Window>,
    /// How many readings in a row have found nothing in it.
    idle: u32,
}

/// What one kind of report would say now.
#[derive(Debug)]
struct Pending<M> {
    tally: Tally<M>,
    /// From when to when it was counted; absent if there is nothing.
    span: Option<(Instant, Instant)>,
}

impl Ledger {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            recorder: Recorder::default(),
            books: Mutex::new(Books {
                since: Instant::now(),
                replaced: Vec::new(),
                calls: Pending::new(),
                outcomes: Pending::new(),
                dropped: 0,
            }),
            has_news: watch::Sender::new(false),
        }
    }

    /// Records an outcome.
    pub(crate) fn record(&self, flag: &str, on: bool, tenant: &str, outcome: Outcome) {
        self.recorder.record(flag, on, tenant, outcome);
    }

    /// Reads what was counted since the last time.
    pub(crate) fn close(&self, desk: &Desk) {
        let mut books = self.books();
        let (since, now) = (books.since, Instant::now());
        books.since = now;
        let mut counted = Tally::new(NAMED);
        books.read(desk, &mut counted);
        let mut recorded = Tally::new(NAMED);
        self.recorder.take(&mut recorded);
        let Books {
            calls,
            outcomes,
            dropped,
            ..
        } = &mut *books;
        calls.add(&counted, since, now);
        outcomes.add(&recorded, since, now);
        *dropped += calls.forget(now) + outcomes.forget(now);
        let has_news = calls.span.is_some() || outcomes.span.is_some();
        self.has_news
            .send_if_modified(|known| std::mem::replace(known, has_news) != has_news);
    }

    /// Reads for the last time: nothing is counted any more. A question that is being answered at
    /// this very moment may be missed.
    pub(crate) fn finish(&self, desk: &Desk) {
        let last = desk.turn(None);
        self.books().replaced.extend(last.map(Replaced::new));
        self.close(desk);
    }

    /// Waits until there is something to tell.
    ///
    /// # Cancel safety
    /// Dropping it has no effect.
    pub(crate) async fn has_news(&self) {
        let mut news = self.has_news.subscribe();
        // The sender is here, so it is not closed.
        news.wait_for(|has_news| *has_news).await.ok();
    }

    /// Takes the frames that tell everything or, of very many flags, as much as a server reads at
    /// once. Then there are still news.
    pub(crate) fn take(&self) -> Vec<String> {
        let mut books = self.books();
        let now = Instant::now();
        let mut frames = books.calls.take(now);
        frames.extend(books.outcomes.take(now));
        let has_more = books.calls.span.is_some() || books.outcomes.span.is_some();
        self.has_news.send_replace(has_more);
        frames
    }

    /// Takes back frames that could not be sent.
    pub(crate) fn take_back(&self, frames: &[String]) {
        let mut books = self.books();
        for text in frames {
            match ClientFrame::parse(text) {
                Ok(Some(ClientFrame::Usage(frame))) => {
                    let span = ago(frame.age, frame.length);
                    books.calls.take_back(span, |tally| tally.add_frame(&frame));
                }
                Ok(Some(ClientFrame::Outcomes(frame))) => {
                    let span = ago(frame.age, frame.length);
                    books
                        .outcomes
                        .take_back(span, |tally| tally.add_frame(&frame));
                }
                _ => {}
            }
        }
        self.has_news.send_replace(!frames.is_empty());
    }

    /// How much was dropped because the server was away for too long.
    pub(crate) fn dropped(&self) -> u64 {
        self.books().dropped
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        // A panic half-way leaves books that may lack a window, which is better than none.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    /// Reads what counts and what did.
    fn read(&mut self, desk: &Desk, tally: &mut Tally<Calls>) {
        self.replaced.retain_mut(|replaced| {
            // Asked first: what is counted until then is read.
            let is_held = Arc::get_mut(&mut replaced.window).is_none();
            let is_idle = replaced.window.read(tally) == 0;
            replaced.idle = if is_idle { replaced.idle + 1 } else { 0 };
            is_held && replaced.idle < PATIENCE
        });
        let Some(window) = desk.window() else {
            return;
        };
        window.read(tally);
        if window.is_full() && self.replaced.len() < MAX_REPLACED {
            let before = desk.turn(Some(Arc::new(window.successor())));
            self.replaced.extend(before.map(Replaced::new));
        }
    }
}

impl Replaced {
    fn new(window: Arc<Window>) -> Self {
        Self { window, idle: 0 }
    }
}

impl<M: Measure> Pending<M> {
    fn new() -> Self {
        Self {
            tally: Tally::new(NAMED),
            span: None,
        }
    }

    fn add(&mut self, tally: &Tally<M>, from: Instant, to: Instant) {
        if !tally.is_empty() {
            self.tally.merge(tally);
            self.stretch(from, to);
        }
    }

    fn stretch(&mut self, from: Instant, to: Instant) {
        let (first, last) = self.span.unwrap_or((from, to));
        self.span = Some((first.min(from), last.max(to)));
    }

    /// Drops everything if it has been kept for too long; how much that was.
    fn forget(&mut self, now: Instant) -> u64 {
        match self.span {
            Some((from, _)) if now - from > KEPT => {
                let (all, lost_before) = (self.tally.weight(), self.tally.lost());
                *self = Self::new();
                self.tally.add_lost(all);
                all.saturating_sub(lost_before)
            }
            _ => 0,
        }
    }

    fn take(&mut self, now: Instant) -> Vec<String> {
        // What was lost is told with the next window.
        let Some((from, to)) = self.span else {
            return Vec::new();
        };
        let frames = self.tally.take_frames(Span {
            age: now - to,
            length: to - from,
        });
        if self.tally.is_empty() {
            self.span = None;
        }
        frames
    }

    fn take_back(&mut self, span: Option<(Instant, Instant)>, add: impl FnOnce(&mut Tally<M>)) {
        add(&mut self.tally);
        if let Some((from, to)) = span {
            self.stretch(from, to);
        }
    }
}

/// When a window was that a frame of a moment ago tells of.
fn ago(age: u64, length: u64) -> Option<(Instant, Instant)> {
    let to = Instant::now().checked_sub(Duration::from_millis(age))?;
    Some((to.checked_sub(Duration::from_millis(length))?, to))
}
