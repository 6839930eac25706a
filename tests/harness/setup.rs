//! Setting the scene: what most tests need to exist before they begin.
//!
//! Separate from [`Caller`], which knows nothing of what the server serves.
//!
//! **Invariants**
//! - Everything goes through the API, as it would for anybody else.

use serde_json::{Value, json};
use tenantry_protocol::Replica;

use crate::caller::{Answer, Caller};
use crate::follower::Follower;
use crate::stream::RawStream;
use crate::wait::until;

/// A token and the only copy of its secret.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// Its id.
    pub id: String,
    /// What is shown to the server.
    pub secret: String,
}

impl IssuedToken {
    /// Reads the answer that hands out a secret.
    #[must_use]
    pub fn of(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().expect("a token's text").to_owned();
        Self {
            id: text("id"),
            secret: text("secret"),
        }
    }
}

/// The path of a flag's targeting in `production`, below its project.
#[must_use]
pub fn targeting_of(flag: &str) -> String {
    format!("/environments/production/flags/{flag}/targeting")
}

/// What a caller below a project can do with one line. All of it is done in `production`, where
/// there is a choice.
impl Caller {
    /// Creates a flag with nothing but a key.
    pub async fn create_flag(&self, key: &str) -> Value {
        self.post("/flags").json(&json!({"key": key})).await.ok(201)
    }

    /// Sets a flag's targeting, whatever it was.
    pub async fn set_targeting(&self, flag: &str, targeting: &Value) -> Answer {
        self.put(targeting_of(flag))
            .if_match("*")
            .json(targeting)
            .await
            .expect(200)
    }

    /// Creates a flag and sets its targeting.
    pub async fn create_targeted(&self, key: &str, targeting: &Value) -> Answer {
        self.create_flag(key).await;
        self.set_targeting(key, targeting).await
    }

    /// Waits until what was committed is what the server evaluates and streams.
    pub async fn published(&self) {
        let newest = self.revision_of("production").await;
        let (server, project) = self
            .base()
            .split_once("/api/v1/projects/")
            .expect("a project");
        let query = format!("?project={project}&environment=production");
        let headers = [("authorization", self.credential().expect("a credential"))];
        let stream = until("the environment is published", async || {
            RawStream::handshake(server, &query, &headers).await.ok()
        });
        Follower::over(stream.await, Replica::default())
            .await
            .follow_to(newest)
            .await;
    }

    /// Asks the server whether a tenant gets a flag, and why, after all that was committed.
    pub async fn explain(&self, flag: &str, tenant: &str) -> Value {
        self.published().await;
        let path = format!("/environments/production/flags/{flag}/evaluate");
        self.post(path)
            .json(&json!({"tenant": tenant}))
            .await
            .ok(200)
    }

    /// Creates a token of a type, bound to an environment where its type asks for that.
    pub async fn create_token(&self, token_type: &str) -> IssuedToken {
        let mut wanted = json!({"type": token_type, "name": format!("test {token_type}")});
        if matches!(token_type, "sdk" | "web") {
            wanted["environment"] = json!("production");
        }
        IssuedToken::of(&self.post("/tokens").json(&wanted).await.ok(201))
    }

    /// The revision of an environment.
    pub async fn revision_of(&self, environment: &str) -> u64 {
        let found = self
            .get(format!("/environments/{environment}"))
            .await
            .ok(200);
        found["revision"].as_u64().expect("a revision")
    }

    /// Creates a project. The caller is the server's admin at the root; the result is the same one
    /// below the new project.
    pub async fn create_project(&self, key: &str) -> Caller {
        let new = json!({"key": key, "name": key});
        self.post("/api/v1/projects").json(&new).await.expect(201);
        self.below(format!("/api/v1/projects/{key}"))
    }
}
