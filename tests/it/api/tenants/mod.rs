//! `/api/v1/projects/{project}/tenants`.

mod import;
mod learned;
mod list;
mod one;
