//! `/api/v1/projects/{project}/tenants`.

mod import;
mod one;
