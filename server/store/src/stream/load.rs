//! An environment's whole state.

use super::EnvironmentState;
use crate::access::{EnvironmentScope, Mode};
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// Reads all that an environment streams.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load_environment<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
    ) -> Result<EnvironmentState, StoreError> {
        let _ = scope;
        unimplemented!()
    }
}
