//! Mail, by the operator's SMTP server.
//!
//! **Invariants**
//! - A server that takes the connection and says nothing holds nobody up: the whole conversation has
//!   a bound.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::ExposeSecret as _;
use thiserror::Error;

use super::Failure;
use crate::config::NotifyConfig;

/// How long the conversation may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server, and who mails come from.
#[derive(Clone)]
pub(super) struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why there can be no mail.
#[derive(Debug, Error)]
pub(crate) enum MailError {
    /// Not a mail server's address, which may hold a password and is not repeated.
    #[error(
        "TENANTRY_SMTP_URL must be smtps://[user:password@]host[:port], or \
         smtp://…[?tls=required] for STARTTLS; what is special in a URL must be percent-encoded in \
         the password"
    )]
    Url,
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
    pub(super) fn new(config: &NotifyConfig) -> Result<Option<Self>, MailError> {
        let (Some(url), Some(from)) = (&config.smtp_url, &config.mail_from) else {
            return Ok(None);
        };
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret());
        Ok(Some(Self {
            server: server.map_err(|_| MailError::Url)?.build(),
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
        let message =
            message.map_err(|error| Failure::passing(error.to_string()).final_if(true))?;
        match tokio::time::timeout(PATIENCE, self.server.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let is_final = is_about_the_mail(&error);
                Err(Failure::passing(error.to_string()).final_if(is_final))
            }
            Err(_) => Err(Failure::passing("the mail server did not answer in time")),
        }
    }
}

/// Whether the server will never take this mail, as opposed to any mail of ours now: RFC 5321, 4.2.
fn is_about_the_mail(error: &smtp::Error) -> bool {
    let code = error.status().map(u16::from);
    matches!(code, Some(550..=553))
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}
