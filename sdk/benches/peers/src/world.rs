//! The question: a flag that is on for an allow list, else for 25 % by tenant.
//!
//! Of 1,000 flags eight are asked, for 4,096 tenants of 15 bytes in turn. The eight have the list
//! that is measured, half of which is asked for if it is long; all others have a list of ten.

pub(crate) const FLAGS: usize = 1_000;
pub(crate) const ASKED: usize = 8;
pub(crate) const TENANTS: usize = 4_096;
const SHORT: usize = 10;

pub(crate) struct World {
    pub(crate) keys: Vec<String>,
    pub(crate) tenants: Vec<String>,
    short: Vec<String>,
    list: Vec<String>,
}

impl World {
    /// A world with lists of that length.
    pub(crate) fn new(length: usize) -> Self {
        let tenant = |number: usize| format!("tenant-{:08}", number * 48_271 % 100_000_000);
        let tenants: Vec<String> = (0..TENANTS).map(tenant).collect();
        let asked = tenants.iter().step_by(2).cloned();
        let list = if length == SHORT {
            tenants[..SHORT].to_vec()
        } else {
            asked.chain((TENANTS..).map(tenant)).take(length).collect()
        };
        Self {
            keys: (0..FLAGS)
                .map(|number| format!("checkout-redesign-{number:04}"))
                .collect(),
            short: tenants[..SHORT].to_vec(),
            tenants,
            list,
        }
    }

    pub(crate) fn flags(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.keys.iter().enumerate().map(|(number, key)| {
            let list = if number < ASKED {
                &self.list
            } else {
                &self.short
            };
            (&**key, &**list)
        })
    }

    /// Those in the list of the flags that are asked, of the tenants that are asked for.
    pub(crate) fn is_listed(&self, tenant: usize) -> bool {
        self.list.contains(&self.tenants[tenant])
    }
}
