//! An event's deliveries: one for each way and person.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat, Utc};
use lettre::Address;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenantry_core::model::TenantKey;
use tenantry_protocol::report::{IndebtedFlag, Report};
use tenantry_store::{DueNotification, StoreError};
use utoipa::ToSchema;

use super::deliver::Notifier;
use super::event::{Event, PlanEvent};
use super::settings::{NotificationSettings, settings};
use super::words::{debt_headline, debt_text, headline, plan_text};
use crate::debt::{Filter, gather, report};

/// Most flags that a webhook is told of a project's debt, the deepest first.
const TOLD_FLAGS: usize = 100;

/// A way to people.
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

/// What goes one way to one person, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// The way.
    pub(crate) channel: Channel,
    /// The mail address.
    pub(crate) to: Option<Address>,
    /// It in a line.
    pub(crate) subject: String,
    /// It in words.
    text: String,
    /// What a webhook is sent beside the words.
    data: Option<Value>,
    /// How it stands.
    pub(crate) state: DeliveryState,
    /// When it got there.
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
        now: DateTime<Utc>,
    ) -> Result<Vec<Delivery>, StoreError> {
        let settings = settings(&self.store, &due.scope).await?;
        match event {
            Event::Plan(event) => self.of_plan(due, event, &settings).await,
            Event::Digest { .. } => {
                let (facts, policy) = gather(&self.store, &self.instances, &due.scope, now).await?;
                let report = report(&facts, policy, &Filter::default(), now);
                Ok(self.of_debt(&report, &settings, now))
            }
            Event::Test(asked) => {
                let subject = headline(event);
                let text = format!("{subject}.\n\nIf you read this, they arrive.\n");
                let data = json!({"asked_by": asked.asked_by, "owner": asked.owner});
                let recipients = settings.recipients(asked.owner.as_deref());
                Ok(self.to_all(&subject, &text, data, recipients))
            }
        }
    }

    async fn of_plan(
        &self,
        due: &DueNotification,
        event: &PlanEvent,
        settings: &NotificationSettings,
    ) -> Result<Vec<Delivery>, StoreError> {
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

    /// To the webhook the whole, and to everybody who owns some of it their own.
    fn of_debt(
        &self,
        report: &Report,
        settings: &NotificationSettings,
        now: DateTime<Utc>,
    ) -> Vec<Delivery> {
        let mut debts: Vec<&IndebtedFlag> = report.flags.iter().collect();
        debts.sort_by(|a, b| b.debt.cmp(&a.debt).then_with(|| a.key.cmp(&b.key)));
        let link = self.link(&format!("projects/{}/debt", report.project));
        let letter = |debts: &[&IndebtedFlag]| {
            let headline = debt_headline(&report.project, debts);
            let text = debt_text(&headline, debts, now, link.as_deref());
            (headline, text)
        };
        let mut deliveries = Vec::new();
        if self.webhook.is_some() {
            let (subject, text) = letter(&debts);
            let told = &debts[..debts.len().min(TOLD_FLAGS)];
            let data = json!({
                "debt": report.debt,
                "summary": report.summary,
                "owners": report.owners,
                "flags": told,
                "url": link,
            });
            deliveries.push(Delivery::by_webhook(subject, text, data));
        }
        if self.mail.is_some() {
            let mut letters: BTreeMap<Address, Vec<&IndebtedFlag>> = BTreeMap::new();
            for flag in debts {
                for address in settings.recipients(flag.owner.as_deref()) {
                    letters.entry(address).or_default().push(flag);
                }
            }
            for (address, debts) in letters {
                let (subject, text) = letter(&debts);
                deliveries.push(Delivery::by_mail(address, subject, text));
            }
        }
        deliveries
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
