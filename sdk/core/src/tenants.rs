//! Tenant sets: key lists of any length, packed.

/// A set of tenant keys.
#[derive(Debug, Clone, Default)]
pub struct TenantSet;

impl TenantSet {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Adds a tenant; true if it was not there. Keys that are empty or longer than 256 bytes are
    /// no tenant keys and are never added.
    pub fn insert(&mut self, tenant: &str) -> bool {
        let _ = tenant;
        unimplemented!()
    }

    /// Takes a tenant out; true if it was there.
    pub fn remove(&mut self, tenant: &str) -> bool {
        let _ = tenant;
        unimplemented!()
    }

    /// Whether the tenant is in the set.
    #[must_use]
    pub fn contains(&self, tenant: &str) -> bool {
        let _ = tenant;
        unimplemented!()
    }

    /// The number of tenants.
    #[must_use]
    pub fn len(&self) -> usize {
        unimplemented!()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        unimplemented!()
    }

    /// The tenants, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// What the set occupies on the heap, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        unimplemented!()
    }
}

impl<T: AsRef<str>> FromIterator<T> for TenantSet {
    fn from_iter<I: IntoIterator<Item = T>>(tenants: I) -> Self {
        let mut set = Self::new();
        set.extend(tenants);
        set
    }
}

impl<T: AsRef<str>> Extend<T> for TenantSet {
    fn extend<I: IntoIterator<Item = T>>(&mut self, tenants: I) {
        for tenant in tenants {
            self.insert(tenant.as_ref());
        }
    }
}

impl PartialEq for TenantSet {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|tenant| other.contains(tenant))
    }
}

impl Eq for TenantSet {}
