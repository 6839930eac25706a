//! Mail, by the operator's SMTP server.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use super::Failure;
use crate::config::NotifyConfig;

/// How long each step of the conversation may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A mail server, and who mails come from.
#[derive(Clone)]
pub(super) struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Written by a machine: nobody's holiday answer shall come back (RFC 3834).
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Mail {
    /// The mail server that the operator chose, if one was chosen.
    ///
    /// # Errors
    /// If its address is none.
    pub(super) fn new(config: &NotifyConfig) -> Result<Option<Self>, smtp::Error> {
        let (Some(url), Some(from)) = (&config.smtp_url, &config.mail_from) else {
            return Ok(None);
        };
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())?;
        Ok(Some(Self {
            server: server.timeout(Some(PATIENCE)).build(),
            from: from.clone(),
        }))
    }

    /// Sends a mail. Its id is the same whenever it is tried.
    pub(super) async fn send(
        &self,
        id: &str,
        to: &Address,
        subject: &str,
        text: &str,
    ) -> Result<(), Failure> {
        let domain = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(subject)
            .message_id(Some(format!("<{id}@{domain}>")))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned());
        let message = message.map_err(|error| Failure::now(&error).for_good())?;
        self.server.send(message).await.map_err(|error| {
            let failure = Failure::now(&error);
            if error.is_permanent() {
                failure.for_good()
            } else {
                failure
            }
        })?;
        Ok(())
    }
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}
