//! Trying, and trying again.
//!
//! **Invariants**
//! - What has arrived is not sent again when the rest is tried.
//! - A channel that hangs holds up neither the other nor, for longer than its patience, itself: of each
//!   there are some deliveries under way at once, whichever notification they are of.
//! - Whoever tells a notification has claimed it for longer than a step of the telling takes, and
//!   stops as soon as it is somebody else's.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use rand::RngExt as _;
use serde_json::{Value, json};
use tenantry_store::{DueNotification, Store, StoreError};
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Failure;
use super::compose::{Channel, Delivery, DeliveryState};
use super::mail::{Mail, MailError};
use super::settings::SettingsError;
use super::webhook::{Webhook, WebhookError};
use crate::clock::SharedClock;
use crate::config::{Config, Origin};
use crate::tasks::Tasks;
use crate::telemetry::metrics as names;

/// How often it is looked for something to tell.
const LOOK: Duration = Duration::from_secs(1);
/// How long a node has a notification that it claimed: longer than a step of some deliveries takes.
const CLAIM: TimeDelta = TimeDelta::minutes(5);
/// How many notifications are told at once at most.
const AT_MOST: usize = 32;
/// How many deliveries of one notification are a step, after which the claim is renewed.
const STEP: usize = 4;
/// How many deliveries by one channel are under way at once.
const AT_ONCE: usize = 8;
/// How long to wait after each try, in seconds: the schedule that Standard Webhooks recommends. After
/// the last, some three days later, it is given up.
const DELAYS: [u32; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Tells people; cloning it is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Notifier {
    pub(super) store: Store,
    pub(super) webhook: Option<Webhook>,
    pub(super) mail: Option<Mail>,
    /// How people reach the web interface.
    pub(super) public_origin: Option<Origin>,
    clock: SharedClock,
    webhooks: Arc<Semaphore>,
    mails: Arc<Semaphore>,
}

/// Why people cannot be told.
#[derive(Debug, Error)]
pub(crate) enum NotifierError {
    /// See [`WebhookError`].
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// See [`MailError`].
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl Notifier {
    /// Tells people by the operator's channels.
    pub(crate) fn new(
        config: &Config,
        store: &Store,
        clock: &SharedClock,
    ) -> Result<Self, NotifierError> {
        Ok(Self {
            store: store.clone(),
            webhook: Webhook::new(&config.notify)?,
            mail: Mail::new(&config.notify)?,
            public_origin: config.http.public_origin.clone(),
            clock: clock.clone(),
            webhooks: Arc::new(Semaphore::new(AT_ONCE)),
            mails: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// Tells what is due until the server stops. Several nodes may do so at once.
    pub(crate) fn start(self, tasks: &Tasks) {
        let stop = tasks.stop_token();
        tasks.spawn("notifications", async move {
            let mut interval = tokio::time::interval(LOOK);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut under_way = FuturesUnordered::new();
            while !stop.is_cancelled() {
                tokio::select! {
                    () = stop.cancelled() => {}
                    Some(()) = under_way.next() => {}
                    _ = interval.tick() => {
                        for due in self.claim(AT_MOST - under_way.len()).await {
                            under_way.push(self.tell(due, &stop));
                        }
                    }
                }
            }
            // What is being sent is sent, and noted.
            while under_way.next().await.is_some() {}
        });
    }

    async fn claim(&self, limit: usize) -> Vec<DueNotification> {
        if limit == 0 {
            return Vec::new();
        }
        let now = self.clock.now();
        let claimed = self.store.claim_notifications(now, now + CLAIM, limit);
        let claimed = claimed.await.unwrap_or_else(|error| vec![Err(error)]);
        let read = claimed.into_iter().filter_map(|due| {
            due.inspect_err(|error| warn(error, "a notification cannot be read; trying again"))
                .ok()
        });
        read.collect()
    }

    async fn tell(&self, due: DueNotification, stop: &CancellationToken) {
        if let Err(error) = self.try_all(due, stop).await {
            // It is due again when the claim is over.
            warn(&error, "a notification cannot be told; trying again later");
        }
    }

    async fn try_all(
        &self,
        mut due: DueNotification,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let mut told = match self.deliveries_of(&due).await {
            Ok(told) => told,
            Err(error) => {
                warn(&error, "a notification cannot be told; trying again later");
                let next = next_try(due.notification.attempts, self.clock.now());
                return self.store.note_tried(&due, None, next).await.map(drop);
            }
        };
        // Numbered among all, so that a mail has the same id each time.
        let waiting: Vec<usize> = (0..told.len())
            .filter(|place| told[*place].state == DeliveryState::Waiting)
            .collect();
        let mut steps = waiting.chunks(STEP).peekable();
        while let Some(step) = steps.next() {
            if stop.is_cancelled() {
                let now = self.clock.now();
                return self.renew(&mut due, &told, now).await.map(drop);
            }
            let tries = step.iter().map(|place| {
                let delivery = told[*place].clone();
                let due = &due;
                async move { (*place, self.attempt(due, *place, delivery).await) }
            });
            for (place, delivery) in join_all(tries).await {
                told[place] = delivery;
            }
            if steps.peek().is_some() {
                let until = self.clock.now() + CLAIM;
                if !self.renew(&mut due, &told, until).await? {
                    return Ok(());
                }
            }
        }
        let mut next = None;
        if told.iter().any(|it| it.state == DeliveryState::Waiting) {
            next = next_try(due.notification.attempts, self.clock.now());
        }
        if next.is_none() {
            give_up(&mut told);
        }
        self.store
            .note_tried(&due, Some(&json!(told)), next)
            .await
            .map(drop)
    }

    /// Notes what came of it so far, and has it until `until`. False if it is somebody else's.
    async fn renew(
        &self,
        due: &mut DueNotification,
        told: &[Delivery],
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let is_ours = self.store.renew_claim(due, &json!(told), until).await?;
        if !is_ours {
            tracing::warn!(
                notification.id = %due.notification.id,
                "another node has begun to tell a notification; leaving it"
            );
        }
        Ok(is_ours)
    }

    /// As they were stored, or made now.
    async fn deliveries_of(&self, due: &DueNotification) -> Result<Vec<Delivery>, SettingsError> {
        if let Some(stored) = &due.notification.deliveries {
            return Ok(serde_json::from_value(stored.clone())?);
        }
        let event = serde_json::from_value(due.notification.document.clone())?;
        self.compose(due, &event).await
    }

    /// Tries one delivery; yields it as it is then.
    async fn attempt(&self, due: &DueNotification, place: usize, mut it: Delivery) -> Delivery {
        let (id, now) = (due.notification.id, self.clock.now());
        let sent = match (it.channel, &self.webhook, &self.mail, &it.to) {
            (Channel::Webhook, Some(webhook), ..) => {
                let _under_way = self.webhooks.acquire().await;
                let body = it.body(due);
                webhook.post(&format!("msg_{id}"), now, &body).await
            }
            (Channel::Mail, _, Some(mail), Some(to)) => {
                let _under_way = self.mails.acquire().await;
                let id = format!("{id}.{place}");
                mail.send(&id, to, &it.subject, it.text()).await
            }
            _ => Err(Failure::passing("this server has no such channel any more")),
        };
        let outcome = match sent {
            Ok(()) => {
                it.end(DeliveryState::Delivered);
                it.at = Some(now);
                it.error = None;
                "delivered"
            }
            Err(Failure { why, is_final }) => {
                tracing::warn!(
                    notification.id = %id,
                    notification.topic = due.notification.topic,
                    why,
                    is_final,
                    "a notification did not arrive"
                );
                it.error = Some(why);
                if is_final {
                    it.end(DeliveryState::Failed);
                }
                "failed"
            }
        };
        let channel = match it.channel {
            Channel::Webhook => "webhook",
            Channel::Mail => "mail",
        };
        metrics::counter!(names::NOTIFICATIONS, "channel" => channel, "outcome" => outcome)
            .increment(1);
        it
    }
}

/// When what did not arrive is tried again, after so many tries before this one; `None` if it is given
/// up.
fn next_try(attempts: u64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let seconds = DELAYS.get(usize::try_from(attempts).ok()?)?;
    // A tenth more at most, so that not all come back at once.
    let jitter = rand::rng().random_range(0..=seconds / 10);
    Some(now + TimeDelta::seconds((seconds + jitter).into()))
}

fn give_up(told: &mut [Delivery]) {
    for delivery in told {
        if delivery.state == DeliveryState::Waiting {
            delivery.end(DeliveryState::Failed);
        }
    }
}

fn warn(error: &(dyn Error + 'static), what: &str) {
    tracing::warn!(error.cause = error, "{what}");
}

/// Deliveries as they were stored; none, if a newer server stored them.
pub(crate) fn deliveries(stored: &Value) -> Vec<Delivery> {
    serde_json::from_value(stored.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_arrive_is_tried_for_three_days_and_then_given_up() {
        let now: DateTime<Utc> = "2026-11-23T08:00:00Z".parse().expect("a moment");
        let (mut at, mut tries) = (now, 0);
        while let Some(next) = next_try(tries, at) {
            at = next;
            tries += 1;
        }
        let days = (at - now).num_days();
        assert!(tries == 9 && (3..=4).contains(&days), "{tries} {days}");
    }
}
