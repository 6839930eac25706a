//! Trying, and trying again.
//!
//! **Invariants**
//! - A way that works is not held up by one that does not: what has arrived is not sent again when
//!   the rest is tried.

use std::error::Error;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt as _;
use lettre::transport::smtp;
use rand::RngExt as _;
use serde_json::{Value, json};
use tenantry_store::{DueNotification, Store, StoreError};

use super::Failure;
use super::compose::{Channel, Delivery, DeliveryState};
use super::mail::Mail;
use super::webhook::Webhook;
use crate::clock::SharedClock;
use crate::config::{NotifyConfig, Origin};
use crate::instances::Instances;
use crate::tasks::Tasks;
use crate::telemetry::metrics as names;

/// How often it is looked for something to tell.
const LOOK: Duration = Duration::from_secs(1);
/// How long a node has a notification that it claimed: longer than a round takes.
const CLAIM: TimeDelta = TimeDelta::minutes(10);
/// How many notifications a round claims.
const ROUND: u32 = 8;
/// How many deliveries are under way at once.
const AT_ONCE: usize = 8;
/// How long to wait after each try, in seconds: the schedule that Standard Webhooks recommends. After
/// the last, some three days later, it is given up.
const DELAYS: [u32; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Tells people; cloning it is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Notifier {
    pub(super) store: Store,
    pub(super) instances: Instances,
    pub(super) webhook: Option<Webhook>,
    pub(super) mail: Option<Mail>,
    /// How people reach the web interface.
    pub(super) public_origin: Option<Origin>,
}

/// Why people cannot be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotifierError {
    /// There is no TLS here.
    #[error("there can be no webhook")]
    Webhook(#[from] reqwest::Error),
    /// There is no TLS here, or the address is none.
    #[error("there can be no mail")]
    Mail(#[from] smtp::Error),
}

impl Notifier {
    /// Tells people by the operator's ways.
    pub(crate) fn new(
        config: &NotifyConfig,
        public_origin: Option<Origin>,
        store: &Store,
        instances: &Instances,
    ) -> Result<Self, NotifierError> {
        Ok(Self {
            store: store.clone(),
            instances: instances.clone(),
            webhook: Webhook::new(config)?,
            mail: Mail::new(config)?,
            public_origin,
        })
    }

    /// Tells what is due until the server stops. Several nodes may do so at once.
    pub(crate) fn start(self, clock: &SharedClock, tasks: &Tasks) {
        let (clock, stop) = (clock.clone(), tasks.stop_token());
        tasks.spawn("notifications", async move {
            let mut interval = tokio::time::interval(LOOK);
            while stop.run_until_cancelled(interval.tick()).await.is_some() {
                let round = stop.run_until_cancelled(self.round(clock.now()));
                if let Some(Err(error)) = round.await {
                    tracing::warn!(
                        error.cause = &error as &dyn Error,
                        "notifications cannot be told; trying again"
                    );
                }
            }
        });
    }

    async fn round(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let claimed = self
            .store
            .claim_notifications(now, now + CLAIM, ROUND)
            .await?;
        for due in claimed {
            self.tell(&due, now).await?;
        }
        Ok(())
    }

    async fn tell(&self, due: &DueNotification, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut told = match &due.notification.deliveries {
            Some(stored) => deliveries(stored),
            None => match serde_json::from_value(due.notification.document.clone()) {
                Ok(event) => self.compose(due, &event, now).await?,
                Err(error) => {
                    // A newer server's: it knows what to do with it.
                    tracing::warn!(%error, "a notification cannot be read; leaving it");
                    return Ok(());
                }
            },
        };
        // Numbered among all, so that a mail has the same id each time.
        let numbered = told.iter_mut().enumerate();
        let waiting = numbered.filter(|(_, it)| it.state == DeliveryState::Waiting);
        let tries = futures_util::stream::iter(waiting);
        let tries = tries.for_each_concurrent(AT_ONCE, |(place, delivery)| async move {
            self.attempt(due, place, delivery, now).await;
        });
        tries.await;
        let next = next_try(&mut told, due.notification.attempts, now);
        self.store
            .note_deliveries(due, &json!(told), next)
            .await
            .map(|_| ())
    }

    async fn attempt(
        &self,
        due: &DueNotification,
        place: usize,
        delivery: &mut Delivery,
        now: DateTime<Utc>,
    ) {
        let id = due.notification.id;
        let sent = match (delivery.channel, &self.webhook, &self.mail, &delivery.to) {
            (Channel::Webhook, Some(webhook), ..) => {
                let body = delivery.body(due);
                webhook.post(&format!("msg_{id}"), now, &body).await
            }
            (Channel::Mail, _, Some(mail), Some(to)) => {
                let id = format!("{id}.{place}");
                mail.send(&id, to, &delivery.subject, delivery.text()).await
            }
            _ => Err(Failure {
                why: "this server has no such way any more".to_owned(),
                is_final: false,
            }),
        };
        let outcome = match sent {
            Ok(()) => {
                delivery.state = DeliveryState::Delivered;
                delivery.at = Some(now);
                delivery.error = None;
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
                delivery.error = Some(why);
                if is_final {
                    delivery.state = DeliveryState::Failed;
                }
                "failed"
            }
        };
        let channel = match delivery.channel {
            Channel::Webhook => "webhook",
            Channel::Mail => "mail",
        };
        metrics::counter!(names::NOTIFICATIONS, "channel" => channel, "outcome" => outcome)
            .increment(1);
    }
}

/// When the rest is tried again; `None` if there is none, or it was given up.
fn next_try(told: &mut [Delivery], attempts: u64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut waiting = told
        .iter_mut()
        .filter(|it| it.state == DeliveryState::Waiting)
        .peekable();
    waiting.peek()?;
    let tries = usize::try_from(attempts).unwrap_or(usize::MAX);
    if let Some(seconds) = DELAYS.get(tries.saturating_sub(1)) {
        // A tenth more at most, so that not all come back at once.
        let jitter = rand::rng().random_range(0..=seconds / 10);
        return Some(now + TimeDelta::seconds((seconds + jitter).into()));
    }
    waiting.for_each(|delivery| delivery.state = DeliveryState::Failed);
    None
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
        let data = Value::Null;
        let mut told = [Delivery::by_webhook(String::new(), String::new(), data)];
        let (mut at, mut tries) = (now, 0);
        loop {
            tries += 1;
            match next_try(&mut told, tries, at) {
                Some(next) => at = next,
                None => break,
            }
            assert_eq!(told[0].state, DeliveryState::Waiting);
        }
        assert_eq!((tries, told[0].state), (10, DeliveryState::Failed));
        let days = (at - now).num_days();
        assert!((3..=4).contains(&days), "{days}");
    }

    #[test]
    fn what_has_arrived_is_done() {
        let data = Value::Null;
        let mut told = [Delivery::by_webhook(String::new(), String::new(), data)];
        told[0].state = DeliveryState::Delivered;
        assert_eq!(next_try(&mut told, 1, DateTime::UNIX_EPOCH), None);
    }
}
