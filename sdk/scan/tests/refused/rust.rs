//! Questions that cannot be taken out safely, one after the other.

use tenantry::{Client, Context, Flag};

struct Page {
    is_new: bool,
    handle: Option<Flag>,
}

fn in_a_macro(flags: &Client, tenant: &str) {
    assert!(flags.is_enabled("new-billing", tenant));
    println!("{}", if flags.is_enabled("new-billing", tenant) { 1 } else { 2 });
}

fn captured_by_a_macro(flags: &Client, tenant: &str) {
    let new_billing = flags.is_enabled("new-billing", tenant);
    println!("{new_billing}");
}

fn kept_in_a_struct(flags: &Client, tenant: &str) -> Page {
    let handle = None;
    Page { is_new: flags.is_enabled("new-billing", tenant), handle }
}

fn kept_by_its_name(flags: &Client, tenant: &str) -> Page {
    let is_new = flags.is_enabled("new-billing", tenant);
    Page { is_new, handle: Some(flags.flag("new-billing")) }
}

fn passed_on(flags: &Client, tenant: &str) {
    render(flags.is_enabled("new-billing", tenant));
}

fn given_back(flags: &Client, tenant: &str) -> bool {
    flags.is_enabled("new-billing", tenant)
}

fn given_back_early(flags: &Client, tenant: &str) -> bool {
    if tenant.is_empty() {
        return flags.is_enabled("new-billing", tenant);
    }
    true
}

fn named_twice(flags: &Client, tenant: &str) -> u32 {
    let on = flags.is_enabled("new-billing", tenant);
    let one = if on { 1 } else { 2 };
    let on = one > 1;
    u32::from(on) + one
}

fn with_an_effect(flags: &Client, tenant: &str) -> u32 {
    if save(tenant) && !flags.is_enabled("new-billing", tenant) { 1 } else { 2 }
}

fn ends_in_the_question(flags: &Client, name: Option<&str>) -> Option<u32> {
    if flags.is_enabled("new-billing", name?) { Some(1) } else { None }
}

fn a_value(flags: &Client, tenant: &str, context: &Context<'_>) -> u32 {
    let variant = flags.evaluate("new-billing", context);
    flags.value("new-billing", tenant, 20) + variant.payload().unwrap_or(0)
}

fn in_a_pattern(flags: &Client, tenant: &str, paid: bool) -> u32 {
    match (flags.is_enabled("new-billing", tenant), paid) {
        (true, true) => 1,
        _ => 2,
    }
}

fn watched(flags: &Client, tenant: &str) {
    let call = flags.watch("new-billing", tenant);
    call.success();
}

fn put_together(flags: &Client, tenant: &str, part: &str) -> u32 {
    if flags.is_enabled(&format!("new-{part}"), tenant) { 1 } else { 2 }
}

fn put_together_otherwise(flags: &Client, tenant: &str, part: &str) -> u32 {
    if flags.is_enabled(&format!("plan-{part}"), tenant) { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_old_way() {
        let flags = tenantry::Client::fixed().with("new-billing", false).build();
        flags.with_flag("new-billing", true, || assert!(true));
    }
}

fn marked(flags: &Client, tenant: &str) {
    #[cfg(unix)]
    if flags.is_enabled("new-billing", tenant) {
        save(tenant);
    }
}

fn leaves_the_closure(flags: &Client, n: u32) -> u32 {
    let early = flags.is_enabled("new-billing", "acme").then(|| {
        if n > 3 {
            return 7;
        }
        n
    });
    early.unwrap_or(1)
}

fn takes_from_a_queue(flags: &Client, queue: &mut Vec<String>) -> u32 {
    if flags.is_enabled("new-billing", &queue.pop().unwrap()) {
        1
    } else {
        2
    }
}

fn counts_as_it_looks(flags: &Client, sizes: &[u32], seen: &mut u32) -> u32 {
    let on = flags.is_enabled("new-billing", "acme");
    if sizes.iter().any(|size| {
        *seen += 1;
        *size > 2
    }) && !on
    {
        return 1;
    }
    *seen
}

fn by_the_system(flags: &Client) -> u32 {
    match flags.is_enabled("new-billing", "acme") {
        #[cfg(windows)]
        true => 1,
        #[cfg(not(windows))]
        true => 2,
        false => 3,
    }
}
