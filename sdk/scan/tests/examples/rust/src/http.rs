//! Questions in handlers: no SDK is imported for the state.

use tenantry::TenantFlags;
use tenantry::openfeature::open_feature::Client as OpenFeature;

use crate::flags::Flags;

async fn greet(flags: TenantFlags) -> &'static str {
    if flags.is_enabled("greeting") { "Welcome back" } else { "Hello" }
}

async fn list(State(app): State<App>, tenant: Tenant) -> usize {
    let wanted = app.flags.is_enabled("list-v2", &tenant);
    let gate = gate();
    if gate.is_enabled("by-settings", &tenant) { 1 } else { usize::from(wanted) }
}

async fn openfeature(client: &OpenFeature) -> i64 {
    let on = client.get_bool_value("of-bool", None, None).await.unwrap_or(false);
    client.get_int_details("of-int", None, None).await.map_or(i64::from(on), |it| it.value)
}

struct Views {
    flags: Flags,
}

impl Views {
    fn show(&self, tenant: &str) -> bool {
        self.flags.new_billing().is_enabled(tenant)
    }
}

#[cfg(test)]
mod tests {
    use tenantry::Client;

    #[test]
    fn both_sides() {
        let flags = Client::fixed().with("fixed-flag", true).build();
        flags.with_flag("overridden", false, || assert!(!flags.is_enabled("asserted", "acme")));
    }
}
