//! An event's deliveries: one for each channel and recipient.
//!
//! **Invariants**
//! - An event has one for the webhook at most, and as many mails as an owner may have addresses.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use lettre::Address;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenantry_core::model::TenantKey;
use tenantry_store::DueNotification;
use utoipa::ToSchema;

use super::deliver::Notifier;
use super::event::{DigestEvent, Event, PlanEvent};
use super::settings::{NotificationSettings, SettingsError, settings};
use super::words::{headline, plan_text};

/// How people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    /// The operator's webhook.
    Webhook,
    /// Mail.
    Mail,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    /// It is tried, or will be tried again.
    Waiting,
    /// It has arrived, as far as the next server says.
    Delivered,
    /// It was given up.
    Failed,
}

/// What goes to one recipient by one channel, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// The channel.
    pub(crate) channel: Channel,
    /// The mail address.
    pub(crate) to: Option<Address>,
    /// It in a line.
    pub(crate) subject: String,
    /// It in words; empty when it is done.
    text: String,
    /// What a webhook is sent beside the words.
    data: Option<Value>,
    /// How it stands.
    pub(crate) state: DeliveryState,
    /// When it arrived.
    pub(crate) at: Option<DateTime<Utc>>,
    /// Why it did not arrive when it was last tried.
    pub(crate) error: Option<String>,
}

impl Delivery {
    fn new(channel: Channel, subject: String, text: String) -> Self {
        Self {
            channel,
            to: None,
            subject,
            text,
            data: None,
            state: DeliveryState::Waiting,
            at: None,
            error: None,
        }
    }

    pub(super) fn by_mail(to: Address, subject: String, text: String) -> Self {
        Self {
            to: Some(to),
            ..Self::new(Channel::Mail, subject, text)
        }
    }

    pub(super) fn by_webhook(subject: String, text: String, data: Value) -> Self {
        Self {
            data: Some(data),
            ..Self::new(Channel::Webhook, subject, text)
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// It has arrived, or was given up: nobody needs the words any more.
    pub(super) fn end(&mut self, state: DeliveryState) {
        self.state = state;
        self.text.clear();
        self.data = None;
    }

    /// What is posted to a webhook. `text` is there for chats, which show it and nothing else.
    pub(super) fn body(&self, due: &DueNotification) -> Value {
        let happened = due.notification.created_at;
        json!({
            "type": due.notification.topic,
            "timestamp": happened.to_rfc3339_opts(SecondsFormat::Millis, true),
            "project": due.scope.key(),
            "text": self.text,
            "data": self.data,
        })
    }
}

impl Notifier {
    /// Makes an event's deliveries, by what is known now.
    pub(super) async fn compose(
        &self,
        due: &DueNotification,
        event: &Event,
    ) -> Result<Vec<Delivery>, SettingsError> {
        let settings = settings(&self.store, &due.scope).await?;
        match event {
            Event::Plan(event) => self.of_plan(due, event, &settings).await,
            Event::Digest(digest) => Ok(self.of_digest(digest.clone()).into_iter().collect()),
            Event::Test(asked) => {
                let subject = headline(event);
                let text = format!("{subject}.\n\nIf you read this, they arrive.\n");
                let data = json!({"asked_by": asked.asked_by, "owner": asked.owner});
                let recipients = settings.recipients(asked.owner.as_deref());
                Ok(self.to_all(&subject, &text, data, recipients))
            }
        }
    }

    fn of_digest(&self, digest: DigestEvent) -> Option<Delivery> {
        let (subject, text) = (digest.subject, digest.text);
        match (digest.to, digest.data) {
            (Some(to), _) if self.mail.is_some() => Some(Delivery::by_mail(to, subject, text)),
            (None, Some(data)) if self.webhook.is_some() => {
                Some(Delivery::by_webhook(subject, text, data))
            }
            _ => None,
        }
    }

    async fn of_plan(
        &self,
        due: &DueNotification,
        event: &PlanEvent,
        settings: &NotificationSettings,
    ) -> Result<Vec<Delivery>, SettingsError> {
        let flag = self.store.flag(&due.scope, &event.flag).await?;
        let (name, owner) = flag.map(|flag| (flag.name, flag.owner)).unzip();
        let owner = owner.filter(|owner| !owner.is_empty());
        let key = event.tenant.as_ref();
        let tenant = match key.and_then(|key| key.parse::<TenantKey>().ok()) {
            Some(key) => self.store.tenant(&due.scope, &key).await?,
            None => None,
        };
        let tenant_name = tenant.map(|it| it.name).filter(|name| !name.is_empty());
        let link = self.link(&format!(
            "projects/{}/environments/{}/flags/{}/rollout",
            due.scope.key(),
            event.environment,
            event.flag
        ));
        let subject = headline(&Event::Plan(event.clone()));
        let text = plan_text(event, tenant_name.as_deref(), link.as_deref());
        let recipients = settings.recipients(owner.as_deref());
        let data = json!({
            "environment": event.environment,
            "flag": {"key": event.flag, "name": name, "owner": owner},
            "at": event.at,
            "tenant": event.tenant.as_ref().map(|key| json!({"key": key, "name": tenant_name})),
            "from": event.from,
            "to": event.to,
            "pause": event.pause,
            "reason": event.reason,
            "url": link,
        });
        Ok(self.to_all(&subject, &text, data, recipients))
    }

    fn to_all(
        &self,
        subject: &str,
        text: &str,
        data: Value,
        recipients: BTreeSet<Address>,
    ) -> Vec<Delivery> {
        let (subject, text) = (subject.to_owned(), text.to_owned());
        let mut deliveries = Vec::new();
        if self.webhook.is_some() {
            let delivery = Delivery::by_webhook(subject.clone(), text.clone(), data);
            deliveries.push(delivery);
        }
        if self.mail.is_some() {
            let mails = recipients.into_iter();
            deliveries.extend(mails.map(|to| Delivery::by_mail(to, subject.clone(), text.clone())));
        }
        deliveries
    }

    /// A page of the web interface, if it is known how people reach it.
    fn link(&self, path: &str) -> Option<String> {
        let origin = self.public_origin.as_ref()?;
        Some(format!("{origin}/{path}"))
    }
}
