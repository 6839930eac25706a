//! `tenantry-server openapi`.

/// Prints the OpenAPI document, exactly as it is checked in.
pub(super) fn run() -> anyhow::Result<()> {
    print!("{}", crate::openapi_json()?);
    Ok(())
}
